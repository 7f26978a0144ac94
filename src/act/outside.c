#include "act/outside.h"

#include <stdio.h>
#include <string.h>

#include "wire/reader.h"

/* Takes one item of a reading over; false: it has not the form it must have. */
typedef bool item_take(void *context, enum reader_item, struct der);

static bool
read_all(enum reader_kind kind, const void *bytes, size_t n, const struct reader_ask *ask,
    item_take *take, void *context, struct fault *fault)
{
	struct reading *r = NULL;
	enum reader_item item;
	struct der body;
	bool more = true, good = reading_start(kind, bytes, n, ask, &r, fault);
	while (good && more) {
		good = reading_next(r, &more, &item, &body, fault);
		if (good && more)
			good = take(context, item, body) || reader_broken(fault);
	}
	reading_end(r);
	return good;
}

static bool
bank_take(void *context, enum reader_item item, struct der body)
{
	struct bank_file *f = context;
	struct bank_line line;
	int64_t format;
	switch (item) {
	case READER_HEAD:
		if (!der_take_enum(&body, &format) || format < 0 || format > BANK_CSV)
			return false;
		f->format = (enum bank_format)format;
		return true;
	case READER_ROW:
		return bank_line_unpack(body, &line) && bank_line_add(f, &line);
	case READER_ERROR:
		return f->error_count < BANK_ERRORS &&
		       bank_error_unpack(body, &f->error[f->error_count++]);
	}
	return false;
}

bool
outside_bank(const void *bytes, size_t n, const char *account, struct day today,
    struct bank_file *out, struct fault *fault)
{
	struct reader_ask ask = { .today = today };
	(void)snprintf(ask.account, sizeof(ask.account), "%s", account);
	*out = (struct bank_file){ 0 };
	return read_all(READER_BANK, bytes, n, &ask, bank_take, out, fault);
}

static bool
mail_take(void *context, enum reader_item item, struct der body)
{
	struct outside_mail *m = context;
	m->items++;
	if (m->items == 2)
		return item == READER_HEAD && mail_in_read(body, &m->mail);
	if (m->items != 1 || item != READER_ROW || body.n > sizeof(m->hold))
		return false;
	memcpy(m->hold, body.p, body.n);
	return cms_signature_read(der_of(m->hold, body.n), &m->signature);
}

static bool
mail_once(const void *bytes, size_t n, struct outside_mail *out, struct fault *fault)
{
	const struct reader_ask ask = { .account = "" };
	out->mail = (struct mail_in){ .id = "" };
	out->signature = (struct cms_signature){ .form = CMS_NONE };
	out->items = 0;
	return read_all(READER_MAIL, bytes, n, &ask, mail_take, out, fault) &&
	       (out->items == 2 || reader_broken(fault));
}

/* A reader may be ended for no fault of its mail, once. */
bool
outside_mail(const void *bytes, size_t n, struct outside_mail *out, struct fault *fault)
{
	struct fault first = { 0 };
	if (mail_once(bytes, n, out, &first))
		return true;
	if (strcmp(first.name, READER_DIED.name) == 0)
		return mail_once(bytes, n, out, fault);
	*fault = first;
	return false;
}

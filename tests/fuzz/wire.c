/* What programs say to each other: frames, each table of a message, and what a reader found. */
#include <stdlib.h>
#include <string.h>

#include "act/outside.h"
#include "book/epoch.h"
#include "book/statement.h"
#include "fuzz.h"
#include "rules/application.h"
#include "wire/agent.h"
#include "wire/keymaker.h"
#include "wire/print.h"
#include "wire/reader.h"
#include "wire/signer.h"
#include "wire/table.h"

enum { OUT_MOST = 1 << 20 };

#define NO_USE(m) (void)(m)
#define USE_LETTER(m) fuzz_touch(route_name((m)->route), 1)
#define USE_PRINT_KEY(m) fuzz_touch(print_letter_name((m)->letter), 1)
#define USE_LINE(m) fuzz_touch(bank_entry_name((m)->entry), 1)

/* struct; its reader's verb; how an enum of it is used. */
#define RECORDS(X)                                                                                 \
	X(act, unpack, NO_USE)                                                                     \
	X(agent_about, read, NO_USE)                                                               \
	X(agent_make, read, NO_USE)                                                                \
	X(agent_sign, read, NO_USE)                                                                \
	X(agent_unwrap, read, NO_USE)                                                              \
	X(agent_uses, read, NO_USE)                                                                \
	X(bank_error, unpack, NO_USE)                                                              \
	X(bank_line, unpack, USE_LINE)                                                             \
	X(cms_signature, read, NO_USE)                                                             \
	X(keymaker_ask, read, NO_USE)                                                              \
	X(keymaker_made, read, NO_USE)                                                             \
	X(letter_text, read, USE_LETTER)                                                           \
	X(mail_in, read, NO_USE)                                                                   \
	X(package, read, NO_USE)                                                                   \
	X(print_done, read, NO_USE)                                                                \
	X(print_job, read, NO_USE)                                                                 \
	X(print_key, unpack, USE_PRINT_KEY)                                                        \
	X(print_open, read, NO_USE)                                                                \
	X(reader_ask, read, NO_USE)                                                                \
	X(signer_booked, read, NO_USE)                                                             \
	X(signer_document, read, NO_USE)                                                           \
	X(signer_head, read, NO_USE)                                                               \
	X(signer_end, read, NO_USE)                                                                \
	X(signer_issue, read, NO_USE)                                                              \
	X(signer_issued, read, NO_USE)                                                             \
	X(signer_lines, read, NO_USE)                                                              \
	X(signer_list, read, NO_USE)                                                               \
	X(signer_list_part, read, NO_USE)                                                          \
	X(signer_orders, read, NO_USE)                                                             \
	X(signer_receipt, read, NO_USE)                                                            \
	X(signer_status, read, NO_USE)                                                             \
	X(statement, unpack, NO_USE)

/* Each has its place of just its size, made once. */
#define TRY(name, verb, use)                                                                       \
	static void try_##name(struct der d)                                                       \
	{                                                                                          \
		static struct name *m;                                                             \
		OWN_SINK out = SINK_GROW(OUT_MOST);                                                \
		if (m == NULL)                                                                     \
			m = malloc(sizeof(*m));                                                    \
		fuzz_must(m != NULL);                                                              \
		if (!name##_##verb(d, m))                                                          \
			return;                                                                    \
		use(m);                                                                            \
		name##_pack(m, &out);                                                              \
		fuzz_same(d, &out);                                                                \
	}
RECORDS(TRY)

static void
try_application(struct der d)
{
	struct application a;
	OWN_SINK out = SINK_GROW(OUT_MOST);
	struct fault fault = { 0 };
	if (!application_unpack(d, &a, &fault))
		return;
	application_pack(&a, &out);
	fuzz_same(d, &out);
	application_free(&a);
}

static void
try_print_fields(struct der d)
{
	char key[32], value[256];
	while (print_field_take(&d, key, sizeof(key), value, sizeof(value)))
		fuzz_touch(value, strlen(value));
}

static void
try_epoch(struct der d)
{
	struct epoch e;
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(OUT_MOST);
	if (!epoch_unpack(d, &e, &fault))
		return;
	(void)epoch_shortens(&e);
	epoch_pack(&e, &out);
	fuzz_same(d, &out);
}

#define NAME(name, verb, use) try_##name,
static void (*const TRIES[])(
    struct der) = { RECORDS(NAME) try_application, try_epoch, try_print_fields };

void
fuzz_record(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < COUNT(TRIES); i++)
		TRIES[i](der_of(p, n));
}

void
fuzz_frame(const uint8_t *p, size_t n)
{
	struct frame f;
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(OUT_MOST);
	OWN_SINK reply = SINK_GROW(OUT_MOST);
	if (!frame_unpack(der_of(p, n), &f, &fault))
		return;
	frame_pack(&f, &out);
	fuzz_same(der_of(p, n), &out);
	if (!frame_accept(&f, &reply, &fault)) {
		fuzz_touch(fault_name(fault.code), 1);
		(void)fault_exit(fault.code);
	}
}

/* The reader's frames come from the input instead of a socket. */
static struct der feed;
struct reading;
bool __wrap_reading_start(enum reader_kind, const void *, size_t, const struct reader_ask *,
    struct reading **, struct fault *);
bool __wrap_reading_next(
    struct reading *, bool *, enum reader_item *, struct der *, struct fault *);
void __wrap_reading_end(struct reading *);

bool
__wrap_reading_start(enum reader_kind kind, const void *p, size_t n, const struct reader_ask *ask,
    struct reading **out, struct fault *fault)
{
	(void)kind;
	(void)ask;
	(void)fault;
	feed = der_of(p, n);
	*out = NULL;
	return true;
}

bool
__wrap_reading_next(
    struct reading *r, bool *more, enum reader_item *item, struct der *body, struct fault *fault)
{
	struct der whole;
	struct frame f;
	(void)r;
	if (!der_take_whole(&feed, DER_SEQUENCE, &whole) || !frame_unpack(whole, &f, fault))
		return fault_refuse(fault, &READER_DIED, NULL, "?");
	*more = f.kind >= READER_HEAD && f.kind <= READER_ERROR;
	if (!*more)
		return frame_accept(&f, NULL, fault);
	*item = (enum reader_item)f.kind;
	*body = f.body;
	return true;
}

void
__wrap_reading_end(struct reading *r)
{
	(void)r;
}

static void
item_table(const uint8_t *p, size_t n)
{
	struct table_in t;
	struct fault fault = { 0 };
	if (!table_open(&t, p, n, &fault))
		return;
	for (bool good = true, more = true; good && more;) {
		struct fault torn = { 0 };
		good = table_row(&t, &more, &torn, &fault);
		const char *v =
		    good && more && torn.code == FAULT_NONE ? table_get(&t, "ref") : NULL;
		if (v != NULL)
			fuzz_touch(v, strlen(v));
	}
	table_close(&t);
}

void
fuzz_item(const uint8_t *p, size_t n)
{
	struct bank_file file;
	struct fault bank = { 0 }, mail = { 0 };
	struct outside_mail *m = malloc(sizeof(*m));
	item_table(p, n);
	(void)!outside_bank(p, n, "", (struct day){ 2026, 11, 20 }, &file, &bank);
	fuzz_touch(bank_format_name(file.format), 1);
	bank_file_free(&file);
	if (m != NULL && outside_mail(p, n, m, &mail))
		fuzz_touch(m->signature.certificate.p, m->signature.certificate.n);
	free(m);
}

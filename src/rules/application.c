#include "rules/application.h"

#include <stdlib.h>
#include <string.h>

#define APPLICATION_NAME(f) [A_##f] = #f,
static const char *const NAME[] = { APPLICATION_FIELDS(APPLICATION_NAME) };
#undef APPLICATION_NAME

const char *
application_field_name(enum application_field f)
{
	return NAME[f];
}

struct finding *
application_find(struct findings *all, enum application_field f, const char *code,
    const char *clause, bool warning)
{
	return findings_add(all, (int)f, NAME[f], code, clause, warning);
}

void
application_free(struct application *a)
{
	for (int f = 0; f < A_FIELDS; f++) {
		if (a->text[f] != NULL)
			explicit_bzero(a->text[f], strlen(a->text[f]));
		free(a->text[f]);
		a->text[f] = NULL;
	}
}

void
application_pack(const struct application *a, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_int(out, 1);
	size_t texts = der_begin(out, DER_SEQUENCE);
	for (int f = 0; f < A_FIELDS; f++)
		der_put_utf8(out, a->text[f]);
	der_end(out, texts);
	der_end(out, all);
}

bool
application_unpack(struct der d, struct application *out, struct fault *fault)
{
	struct application a = { 0 };
	struct der all, texts;
	int64_t version;
	char buffer[APPLICATION_FIELD_BYTES];
	bool good = der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
		    der_take_int(&all, &version) && version == 1 &&
		    der_take(&all, DER_SEQUENCE, &texts) && der_done(&all);
	for (int f = 0; f < A_FIELDS && good; f++) {
		good = der_take_utf8(&texts, buffer, sizeof(buffer));
		if (good && (a.text[f] = strdup(buffer)) == NULL)
			good = fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	}
	explicit_bzero(buffer, sizeof(buffer));
	if (good && der_done(&texts)) {
		*out = a;
		return true;
	}
	application_free(&a);
	return fault_set(fault, FAULT_BROKEN, "申込みの記録が壊れています。");
}

#include "paper/letter.h"

#include <cairo-pdf.h>
#include <string.h>

#include "paper/letter_page.h"

const struct refusal LETTER_FIELD = { "letter-field", FAULT_INPUT, "R-4.96" };

/* One row per field: how it is called in JSON, where it stands, what form it has. */
enum form { FORM_TEXT, FORM_POSTCODE, FORM_CODE, FORM_HASH, FORM_MAY };
/* clang-format off */
static const struct {
	const char *key;
	size_t at;
	enum form form;
} FIELD[] = {
	{ "to_name",		offsetof(struct letter, to_name),		FORM_TEXT },
	{ "to_postcode",	offsetof(struct letter, to_postcode),		FORM_POSTCODE },
	{ "to_address",		offsetof(struct letter, to_address),		FORM_TEXT },
	{ "subscriber",		offsetof(struct letter, subscriber),		FORM_MAY },
	{ "code",		offsetof(struct letter, code),			FORM_CODE },
	{ "envelope",		offsetof(struct letter, envelope),		FORM_TEXT },
	{ "service",		offsetof(struct letter, service),		FORM_TEXT },
	{ "operator",		offsetof(struct letter, operator_name),		FORM_TEXT },
	{ "support_phone",	offsetof(struct letter, support_phone),		FORM_TEXT },
	{ "reference",		offsetof(struct letter, reference),		FORM_TEXT },
	{ "ca_fingerprint",	offsetof(struct letter, ca_fingerprint),	FORM_HASH },
	{ "limit_ja",		offsetof(struct letter, limit[LETTER_JA]),	FORM_MAY },
	{ "limit_en",		offsetof(struct letter, limit[LETTER_EN]),	FORM_MAY },
};
/* "9" stands for a digit, "x" for a hex digit, "A" for a sign of a code. */
static const char *const PATTERN[][2] = {
	[FORM_POSTCODE] = { "9999999", "999-9999" },
	[FORM_CODE] = { "AAAA-AAAA-AAAA-AAAA", NULL },
	[FORM_HASH] = { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL },
};
/* clang-format on */

static const char *
field_value(const struct letter *l, size_t i)
{
	return *(const char *const *)(const void *)((const char *)l + FIELD[i].at);
}

static bool
sign_fits(char pattern, char c)
{
	switch (pattern) {
	case '9':
		return c >= '0' && c <= '9';
	case 'x':
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	case 'A':
		return (c >= '2' && c <= '9') || (c >= 'A' && c <= 'Z');
	default:
		return c == pattern;
	}
}

static bool
text_fits(const char *pattern, const char *text)
{
	while (*pattern != '\0' && *text != '\0')
		if (!sign_fits(*pattern++, *text++))
			return false;
	return *pattern == *text;
}

static bool
form_fits(enum form form, const char *value)
{
	switch (form) {
	case FORM_MAY:
		return value == NULL || *value != '\0';
	case FORM_TEXT:
		return value != NULL && *value != '\0';
	case FORM_POSTCODE:
	case FORM_CODE:
	case FORM_HASH:
		break;
	}
	for (size_t i = 0; value != NULL && i < COUNT(PATTERN[form]); i++)
		if (PATTERN[form][i] != NULL && text_fits(PATTERN[form][i], value))
			return true;
	return false;
}

bool
letter_check(const struct faces *faces, const struct letter *l, struct fault *fault)
{
	struct sheet measuring = { faces, NULL };
	for (size_t i = 0; i < COUNT(FIELD); i++)
		if (!form_fits(FIELD[i].form, field_value(l, i)))
			return fault_refuse(fault, &LETTER_FIELD, FIELD[i].key,
			    "通知書の項目「%s」がないか、形が正しくありません。", FIELD[i].key);
	return letter_page(&measuring, l, fault);
}

static cairo_status_t
pdf_write(void *sink, const unsigned char *bytes, unsigned n)
{
	struct sink *s = sink;
	sink_bytes(s, bytes, n);
	return s->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static bool
pdf_draw(const struct faces *faces, const struct letter *l, struct sink *pdf, struct fault *fault)
{
	cairo_surface_t *page = cairo_pdf_surface_create_for_stream(
	    pdf_write, pdf, SHEET_POINTS(SHEET_WIDTH), SHEET_POINTS(SHEET_HEIGHT));
	/* Neither title nor date: the printer's queue would show them, and no clock is asked here. */
	cairo_pdf_surface_set_metadata(page, CAIRO_PDF_METADATA_CREATE_DATE, "");
	struct sheet sheet = { faces, cairo_create(page) };
	bool drawn = letter_page(&sheet, l, fault);
	cairo_show_page(sheet.cr);
	drawn = cairo_status(sheet.cr) == CAIRO_STATUS_SUCCESS && drawn;
	cairo_destroy(sheet.cr);
	cairo_surface_finish(page);
	drawn = cairo_surface_status(page) == CAIRO_STATUS_SUCCESS && !pdf->full && drawn;
	cairo_surface_destroy(page);
	return drawn;
}

bool
letter_draw(
    const struct faces *faces, const struct letter *l, struct sink *pdf, struct fault *fault)
{
	size_t before = pdf->len;
	if (!letter_check(faces, l, fault))
		return false;
	if (pdf_draw(faces, l, pdf, fault))
		return true;
	if (pdf->at != NULL)
		explicit_bzero(pdf->at + before, pdf->len - before);
	pdf->len = before;
	return fault_set(fault, FAULT_BUG, "通知書を描けませんでした。印刷していません。");
}

void
letter_fields(
    const struct letter *l, void (*say)(void *, const char *key, const char *value), void *context)
{
	static const char *const KIND[] = { [LETTER_PIN] = "pin", [LETTER_PASSWORD] = "password" };
	static const char *const LANG[] = { [LETTER_JA] = "ja", [LETTER_EN] = "en" };
	say(context, "letter", KIND[l->kind]);
	say(context, "route", route_name(l->route));
	say(context, "lang", LANG[l->lang]);
	for (size_t i = 0; i < COUNT(FIELD); i++)
		if (field_value(l, i) != NULL)
			say(context, FIELD[i].key, field_value(l, i));
}

#include "web/gen/texts.h"

#include <string.h>

#include "web/gen/template.h"

const struct refusal TEXTS_FORM = { "texts-form", FAULT_INPUT, "R-0.8" };

/* The file is of this machine's byte order: msgfmt ran a moment ago. */
static uint32_t
number_at(const uint8_t *mo, size_t n, size_t at)
{
	uint32_t v = 0;
	if (at + sizeof(v) <= n)
		memcpy(&v, mo + at, sizeof(v));
	return v;
}

/* The row'th text of the table at `table`; NULL: it does not lie in the file. */
static const char *
text_at(const uint8_t *mo, size_t n, size_t table, size_t row)
{
	size_t length = number_at(mo, n, table + 8 * row),
	       at = number_at(mo, n, table + 8 * row + 4);
	return at < n && length < n - at && mo[at + length] == '\0' ? (const char *)mo + at : NULL;
}

bool
texts_compile(const uint8_t *mo, size_t n, struct sink *code, struct fault *fault)
{
	size_t rows = number_at(mo, n, 8), kept = 0;
	if (number_at(mo, n, 0) != 0x950412de || rows > n / 8)
		return fault_refuse(fault, &TEXTS_FORM, NULL, "this is no message catalogue");
	sink_text(code, "#include \"web/lang.h\"\n\nconst struct lang_row LANG_ROWS[] = {\n");
	for (size_t i = 0; i < rows; i++) {
		const char *ja = text_at(mo, n, number_at(mo, n, 12), i),
			   *en = text_at(mo, n, number_at(mo, n, 16), i);
		unsigned a, b;
		if (ja == NULL || en == NULL)
			return fault_refuse(fault, &TEXTS_FORM, NULL, "the catalogue is cut short");
		if (ja[0] == '\0')
			continue; /* the catalogue's own head */
		if (!template_places(ja, strlen(ja), &a) || !template_places(en, strlen(en), &b) ||
		    a != b)
			return fault_refuse(
			    fault, &TEMPLATE_PLACES, NULL, "the places differ in: %s", ja);
		sink_text(code, "\t{ ");
		template_literal(code, ja, strlen(ja));
		sink_text(code, ", ");
		template_literal(code, en, strlen(en));
		sink_text(code, " },\n");
		kept++;
	}
	sink_print(code, "\t{ NULL, NULL },\n};\nconst size_t LANG_COUNT = %zu;\n", kept);
	return true;
}

/*
 * generate: what the build makes of templates, texts and files.
 *
 * generate pages OUT.c OUT.h INCLUDE FILE.html...	the functions of the templates
 * generate texts OUT.c FILE.mo				the translations as a table
 * generate files OUT.c FILE...				files as bytes in the program
 * generate pot OUT.pot FILE.html...			the texts to translate
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "web/gen/template.h"
#include "web/gen/texts.h"

enum { MOST = 4 << 20, MADE = 0644 };

static bool
written(const char *path, struct sink *s, struct fault *fault)
{
	return s->full ? fault_set(fault, FAULT_BUG, "%s: too large", path)
		       : file_write(path, MADE, s->at, s->len, fault);
}

static bool
templates(char **files, int count, const struct template_out *out, struct fault *fault)
{
	for (int i = 0; i < count; i++) {
		uint8_t *text = NULL;
		size_t n;
		if (!file_read(files[i], MOST, &text, &n, fault))
			return false;
		OWN_BYTES(owned) = text;
		const char *slash = strrchr(files[i], '/');
		if (!template_compile(
			slash == NULL ? files[i] : slash + 1, (const char *)text, out, fault))
			return false;
	}
	return true;
}

static bool
pages(char **argv, int argc, struct fault *fault)
{
	OWN_SINK code = SINK_GROW(MOST);
	OWN_SINK head = SINK_GROW(MOST);
	OWN_SINK pot = SINK_GROW(MOST);
	if (argc < 4)
		return fault_set(fault, FAULT_USAGE, "generate pages OUT.c OUT.h INCLUDE FILE...");
	const char *name = strrchr(argv[1], '/');
	sink_print(&head, "#pragma once\n#include \"%s\"\n#include \"web/html.h\"\n\n", argv[2]);
	sink_print(&code, "#include \"%s\"\n\n", name == NULL ? argv[1] : name + 1);
	return templates(argv + 3, argc - 3, &(struct template_out){ &code, &head, &pot }, fault) &&
	       written(argv[0], &code, fault) && written(argv[1], &head, fault);
}

static bool
pot(char **argv, int argc, struct fault *fault)
{
	OWN_SINK code = SINK_GROW(MOST);
	OWN_SINK head = SINK_GROW(MOST);
	OWN_SINK texts = SINK_GROW(MOST);
	sink_text(&texts, "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n");
	return templates(
		   argv + 1, argc - 1, &(struct template_out){ &code, &head, &texts }, fault) &&
	       written(argv[0], &texts, fault);
}

static bool
texts(char **argv, int argc, struct fault *fault)
{
	uint8_t *mo = NULL;
	size_t n;
	OWN_SINK code = SINK_GROW(MOST);
	if (argc != 2)
		return fault_set(fault, FAULT_USAGE, "generate texts OUT.c FILE.mo");
	if (!file_read(argv[1], MOST, &mo, &n, fault))
		return false;
	OWN_BYTES(owned) = mo;
	return texts_compile(mo, n, &code, fault) && written(argv[0], &code, fault);
}

static bool
files(char **argv, int argc, struct fault *fault)
{
	OWN_SINK code = SINK_GROW(MOST);
	sink_text(&code, "#include \"web/asset.h\"\n\nconst struct asset ASSETS[] = {\n");
	for (int i = 1; i < argc; i++) {
		uint8_t *bytes = NULL;
		size_t n;
		if (!file_read(argv[i], MOST, &bytes, &n, fault))
			return false;
		OWN_BYTES(owned) = bytes;
		const char *slash = strrchr(argv[i], '/');
		sink_print(&code, "\t{ \"%s\", %zu,\n", slash == NULL ? argv[i] : slash + 1, n);
		for (size_t at = 0; at < n; at += 80) {
			sink_text(&code, "\t    ");
			template_literal(&code, (char *)bytes + at, n - at < 80 ? n - at : 80);
			sink_text(&code, "\n");
		}
		sink_text(&code, "\t},\n");
	}
	sink_print(&code, "};\nconst size_t ASSET_COUNT = %d;\n", argc - 1);
	return written(argv[0], &code, fault);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*make)(char **, int, struct fault *);
	} ROWS[] = { { "pages", pages }, { "texts", texts }, { "files", files }, { "pot", pot } };
	struct fault fault = { 0 };
	bool good = false;
	for (size_t i = 0; argc > 2 && i < COUNT(ROWS); i++)
		if (strcmp(argv[1], ROWS[i].name) == 0)
			good = ROWS[i].make(argv + 2, argc - 2, &fault);
	if (!good)
		fprintf(stderr, "generate: %s\n",
		    fault.say[0] == '\0' ? "pages, texts, files or pot" : fault.say);
	return good ? 0 : 1;
}

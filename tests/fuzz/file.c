/* Files that people and banks give, and what people type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/conf.h"
#include "act/keys.h"
#include "act/manifest.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "exchange/bank_file.h"
#include "exchange/index_file.h"
#include "exchange/mail.h"
#include "exchange/policy_file.h"
#include "fuzz.h"
#include "rules/application.h"
#include "rules/era.h"
#include "rules/fold.h"
#include "rules/payer.h"
#include "rules/postal.h"
#include "token/place.h"
#include "vault/code.h"

static const struct day TODAY = { 2026, 11, 20 };

/* The text behind a line "# products.yaml", up to the next such line. A file without one has no rows in
 * a policy that has mails, the last file; else there is none, which is read faster. */
static char *
section(const char *text, const char *name)
{
	char head[64];
	(void)snprintf(head, sizeof(head), "# %s\n", name);
	const char *at = strstr(text, head);
	if (at == NULL)
		return fuzz_text(
		    (const uint8_t *)"[]\n", strstr(text, "# mails.yaml\n") == NULL ? 0 : 3);
	at += strlen(head);
	const char *end = strstr(at, "\n# ");
	return fuzz_text((const uint8_t *)at, end == NULL ? strlen(at) : (size_t)(end + 1 - at));
}

static void
policy_try(const char *text)
{
	struct policy_source source[32];
	struct policy_errors errors;
	struct policy policy;
	struct fault fault = { 0 };
	fuzz_must(POLICY_FILE_COUNT <= COUNT(source));
	char *held[COUNT(source)];
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++) {
		held[i] = section(text, POLICY_FILES[i]);
		source[i] = (struct policy_source){ (const uint8_t *)held[i], strlen(held[i]) };
	}
	if (policy_read(source, &policy, &errors, &fault)) {
		(void)policy_number(&policy, "ca_years", TODAY);
		policy_free(&policy);
	}
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++)
		free(held[i]);
}

void
fuzz_policy(const uint8_t *p, size_t n)
{
	char *text = fuzz_text(p, n);
	policy_try(text);
	free(text);
}

static void
application_try(const struct csv *csv)
{
	const char *typed[A_FIELDS];
	struct application a, again;
	struct fault fault = { 0 };
	struct findings *findings = calloc(1, sizeof(*findings));
	OWN_SINK out = SINK_GROW(1 << 20);
	OWN_SINK same = SINK_GROW(1 << 20);
	fuzz_must(findings != NULL);
	for (int i = 0; i < A_FIELDS; i++) {
		typed[i] = csv_get(csv, application_field_name((enum application_field)i));
		typed[i] = typed[i] == NULL ? "" : typed[i];
	}
	if (application_check(fuzz_shipped(), typed, TODAY, &a, findings)) {
		application_pack(&a, &out);
		fuzz_must(application_unpack(der_of(out.at, out.len), &again, &fault));
		application_pack(&again, &same);
		fuzz_same(der_of(out.at, out.len), &same);
		application_free(&again);
		application_free(&a);
	}
	free(findings);
}

void
fuzz_table(const uint8_t *p, size_t n)
{
	struct csv csv;
	struct fault fault = { 0 };
	if (!csv_open(&csv, p, n, &fault))
		return;
	for (bool more = true; more;) {
		struct fault torn = { 0 };
		if (csv_row(&csv, &more, &torn) && more)
			application_try(&csv);
	}
	csv_close(&csv);
}

static void
bank(const uint8_t *p, size_t n)
{
	struct bank_file *file = malloc(sizeof(*file));
	struct fault fault = { 0 };
	fuzz_must(file != NULL);
	if (!bank_file_read(p, n, "9999-123-1234567", TODAY, file, &fault)) {
		fuzz_must(file->error_count > 0 && file->count == 0);
		free(file);
		return;
	}
	for (size_t i = 0; i < file->count; i++) {
		struct bank_line line;
		OWN_SINK key = SINK_GROW(4096);
		OWN_SINK out = SINK_GROW(4096);
		bank_line_key(&file->line[i], &key);
		bank_line_pack(&file->line[i], &out);
		fuzz_must(!key.full && !out.full);
		/* whoever asked refuses an amount of nothing */
		(void)!bank_line_unpack(der_of(out.at, out.len), &line);
	}
	bank_file_free(file);
	free(file);
}

void
fuzz_bank_fixed(const uint8_t *p, size_t n)
{
	bank(p, n);
}

void
fuzz_bank_csv(const uint8_t *p, size_t n)
{
	bank(p, n);
}

static void
text_try(const char *s)
{
	struct day day;
	char folded[PAYER_TEXT], number[12], tail[FOLD_TAIL], code[CODE_TEXT];
	OWN_SINK plain = SINK_GROW(1 << 20);
	OWN_SINK brief = SINK_GROW(1 << 20);
	OWN_SINK cp932 = SINK_GROW(1 << 20);
	(void)!era_day_read(s, &day);
	(void)!payer_fold(s, folded, number);
	(void)!code_read(s, code);
	(void)!cp932_print(s, &cp932);
	fold_plain(s, &plain);
	if (sink_string(&plain) != NULL)
		fold_short((const char *)plain.at, &brief);
	fold_tail(s, tail);
	(void)utf8_count(s);
}

void
fuzz_typed(const uint8_t *p, size_t n)
{
	char *s = fuzz_text(p, n), tracking[TRACKING_TEXT];
	struct day day;
	struct instant at;
	uint8_t hex[16];
	OWN_SINK utf8 = SINK_GROW(1 << 20);
	for (int r = 0; r < ROUTES; r++) {
		struct fault fault = { 0 };
		if (tracking_read(s, (enum route)r, tracking, &fault))
			fuzz_must(strlen(tracking) == TRACKING_TEXT - 1);
	}
	(void)!day_read(s, &day);
	(void)!instant_read(s, &at);
	(void)!hex_read(s, hex, sizeof(hex));
	(void)mail_address_good(s);
	(void)!cp932_read(p, n, &utf8);
	if (utf8_valid(s, strlen(s)))
		text_try(s);
	text_clean(s);
	fuzz_must(utf8_valid(s, strlen(s)));
	free(s);
}

/* Files that travel by hand: the readers open one and get the input. */
static struct der handed;
bool __wrap_file_read(const char *, size_t, uint8_t **, size_t *, struct fault *);
bool __real_file_read(const char *, size_t, uint8_t **, size_t *, struct fault *);
static const char HANDED[] = "/handed";

bool
__wrap_file_read(const char *path, size_t most, uint8_t **bytes, size_t *len, struct fault *fault)
{
	if (strncmp(path, HANDED, strlen(HANDED)) != 0)
		return __real_file_read(path, most, bytes, len, fault);
	if (handed.n > most)
		return fault_set(fault, FAULT_INPUT, "?");
	*bytes = (uint8_t *)fuzz_text(handed.p, handed.n);
	*len = handed.n;
	return true;
}

/* A public key, a backup's manifest, a service's places, a token's. */
void
fuzz_handed(const uint8_t *p, size_t n)
{
	struct key_public key;
	struct manifest manifest;
	struct conf conf;
	struct token_place place;
	struct fault fault[4] = { 0 };
	handed = der_of(p, n);
	for (int k = 0; k < KEY_PURPOSES; k++)
		if (key_public_read(HANDED, (enum key_purpose)k, &key, &fault[0]))
			fuzz_must(
			    key.purpose == (enum key_purpose)k && key.len <= sizeof(key.bytes));
	if (manifest_read(HANDED, &manifest, &fault[1])) {
		(void)manifest_find(&manifest, "keys/keys.db");
		manifest_free(&manifest);
	}
	if (conf_read(HANDED, &conf, &fault[2]))
		fuzz_touch(conf.accounts, strlen(conf.accounts));
	if (token_place_read(HANDED, &place, &fault[3]))
		fuzz_touch(place.public_half, strlen(place.public_half));
}

static bool
index_row(void *context, const struct index_row *r, struct fault *fault)
{
	int *line = context;
	static const uint8_t ZERO[20];
	(void)fault;
	fuzz_must(r->line == ++*line && r->serial[0] < 0x80 && memcmp(r->serial, ZERO, 20) != 0);
	fuzz_must(r->reason >= 0 && r->reason <= 10 && (r->revoked || r->revoked_at.sec == 0));
	return true;
}

void
fuzz_index(const uint8_t *p, size_t n)
{
	char *text = fuzz_text(p, n);
	struct fault fault = { 0 };
	int line = 0;
	(void)!index_file_read(text, n, index_row, &line, &fault);
	free(text);
}

/* akashi demo: DIR/demo.json, and the files it names under DIR/rehearsal/demo/. */
#include "cmd/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/publish.h"
#include "base/file.h"
#include "vault/code.h"

enum { SHEET_MOST = 64 << 10, FILE_MOST = 64 << 20, CERT_MOST = 64 << 10 };

bool
demo_folder(const struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	return file_folder(service_path(s, "rehearsal/demo", path), 0700, fault);
}

const char *
demo_path(const struct service *s, const char *serial, const char *end, char out[SERVICE_PATH])
{
	char name[96];
	snprintf(name, sizeof(name), "rehearsal/demo/%s.%s", serial, end);
	return service_path(s, name, out);
}

const char *
demo_token_path(const struct service *s, int64_t dossier, char out[SERVICE_PATH])
{
	char name[64];
	snprintf(name, sizeof(name), "rehearsal/tokens/%lld", (long long)dossier);
	return service_path(s, name, out);
}

static const char *
sheet_path(const struct service *s, const char *envelope, char out[SERVICE_PATH])
{
	char name[64];
	snprintf(name, sizeof(name), "rehearsal/letters/%s.json", envelope);
	return service_path(s, name, out);
}

bool
demo_sheet(struct service *s, const char *envelope, const char *field, char *out, size_t size,
    struct fault *fault)
{
	char path[SERVICE_PATH];
	json_t *doc = json_load_file(sheet_path(s, envelope, path), 0, NULL);
	const char *value = json_string_value(json_object_get(doc, field));
	bool good = value != NULL && strlen(value) < size;
	if (good)
		memcpy(out, value, strlen(value) + 1);
	json_decref(doc);
	return good || fault_set(fault, FAULT_BROKEN, "用紙の控え「%s」を読めません。", path);
}

/* Whole, since a script may stand anywhere when it reads them. */
static json_t *
path_json(const char *path)
{
	char *whole = realpath(path, NULL);
	json_t *out = whole == NULL ? json_null() : json_string(whole);
	free(whole);
	return out;
}

static bool
copy(const char *from, const char *to, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	return file_read(from, FILE_MOST, (uint8_t **)(void *)&bytes, &n, fault) &&
	       file_write(to, 0644, bytes, n, fault);
}

/* As they stand now: whoever runs the service on goes on publishing. */
static bool
lists_keep(struct service *s, json_t *doc, struct fault *fault)
{
	struct published last;
	char name[64], before[64], from[SERVICE_PATH], to[SERVICE_PATH];
	if (!demo_folder(s, fault) || !publish_last(s, &last, fault))
		return false;
	snprintf(name, sizeof(name), "ca/crl/%lld.crl", (long long)last.number);
	snprintf(before, sizeof(before), "ca/crl/%lld.crl", (long long)last.number - 1);
	const char *const rows[][3] = { { "ca", "ca/ca.crt", "ca.crt" }, { "crl", name, "ca.crl" },
		{ "previous_crl", before, "previous.crl" } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		char keep[64];
		snprintf(keep, sizeof(keep), "rehearsal/demo/%s", rows[i][2]);
		if (!copy(service_path(s, rows[i][1], from), service_path(s, keep, to), fault))
			return false;
		cmd_field(doc, rows[i][0], path_json(to));
	}
	return true;
}

struct row {
	struct demo *demo;
	struct service *service;
	const struct cert_row *cert;
	json_t *out;
};

/* Its PIN, its sheets, and whether they were sent. */
static bool
letters_put(const struct row *r, bool *posted, struct fault *fault)
{
	const struct demo *d = r->demo;
	json_t *letters = json_array();
	char code[CODE_TEXT], path[SERVICE_PATH];
	bool good = true;
	*posted = true;
	for (size_t i = 0; good && i < d->letters; i++) {
		const struct demo_letter *l = &d->letter[i];
		if (l->dossier != r->cert->dossier || l->edition != r->cert->edition)
			continue;
		*posted = *posted && l->is == LETTER_POSTED;
		cmd_row(letters, path_json(sheet_path(r->service, l->envelope, path)));
		if (strcmp(l->letter, "pin") != 0)
			continue;
		good = demo_sheet(r->service, l->envelope, "code", code, sizeof(code), fault);
		if (good)
			cmd_field(r->out, "pin", json_string(code));
		explicit_bzero(code, sizeof(code));
	}
	cmd_field(r->out, "letters", letters);
	return good;
}

static bool
token_put(const struct row *r, bool posted, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(token) = NULL;
	size_t n;
	if (posted && !file_read(demo_token_path(r->service, r->cert->dossier, path), TOKEN_TEXT,
			  (uint8_t **)(void *)&token, &n, fault))
		return false;
	cmd_field(r->out, "token", posted ? json_string(token) : json_null());
	return true;
}

static bool
name_put(const struct row *r, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct application a = { 0 };
	const struct policy *policy;
	struct service *s = r->service;
	if (!dossier_load(s, r->cert->dossier, &d, fault) ||
	    !service_policy(s, d.policy, &policy, fault) || !dossier_open(s, &d, "demo", &a, fault))
		return false;
	const struct product *p = policy_product(
	    policy, r->cert->product, instant_day((struct instant){ r->cert->not_before }));
	cmd_field(r->out, "years", json_integer(p == NULL ? 0 : p->years));
	cmd_field(r->out, "name", json_string(a.text[A_name]));
	application_free(&a);
	return true;
}

static bool
certificate_put(const struct row *r, struct fault *fault)
{
	OWN_SINK der = SINK_GROW(CERT_MOST);
	char path[SERVICE_PATH];
	if (!cert_open(r->service, r->cert->serial, "demo", &der, fault) ||
	    !file_write(
		demo_path(r->service, r->cert->serial, "crt", path), 0644, der.at, der.len, fault))
		return false;
	cmd_field(r->out, "certificate", path_json(path));
	cmd_field(r->out, "p12", path_json(demo_path(r->service, r->cert->serial, "p12", path)));
	return true;
}

static bool
cert_put(
    struct demo *d, struct service *s, const struct cert_row *c, json_t *rows, struct fault *fault)
{
	char at[INSTANT_TEXT];
	bool posted = false;
	struct row r = { d, s, c, NULL };
	r.out = json_pack("{s:s,s:I,s:I,s:s,s:s}", "serial", c->serial, "dossier",
	    (json_int_t)c->dossier, "edition", (json_int_t)c->edition, "product", c->product,
	    "issued", instant_print(at, (struct instant){ c->not_before }));
	cmd_row(rows, r.out);
	if (!name_put(&r, fault) || !certificate_put(&r, fault) ||
	    !letters_put(&r, &posted, fault) || !token_put(&r, posted, fault))
		return false;
	cmd_field(r.out, "state", json_string(cert_state(c, s->now)));
	return true;
}

struct kept {
	struct cert_row at[DEMO_CERTS]; /* its blobs are not looked at */
	size_t count;
};

static void
cert_keep(void *context, const struct cert_row *c)
{
	struct kept *k = context;
	if (k->count < DEMO_CERTS)
		k->at[k->count++] = *c;
}

static bool
certs_put(struct demo *d, struct service *s, json_t *doc, struct fault *fault)
{
	struct kept k = { .count = 0 };
	json_t *rows = json_array();
	cmd_field(doc, "certificates", rows);
	if (!cert_each(s, cert_keep, &k, fault))
		return false;
	for (size_t i = 0; i < k.count; i++)
		if (!cert_put(d, s, &k.at[i], rows, fault))
			return false;
	return true;
}

bool
demo_book(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	char at[INSTANT_TEXT], path[SERVICE_PATH];
	json_t *doc = json_pack("{s:i,s:s}", "v", 1, "now", instant_print(at, s->now));
	(void)arg;
	bool good = lists_keep(s, doc, fault) && certs_put(d, s, doc, fault);
	char *text = good ? json_dumps(doc, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;
	if (good && text == NULL)
		good = fault_set(fault, FAULT_INPUT,
		    "demo.json を書けません。UTF-8 の名前のフォルダに作り直してください。");
	good =
	    good && file_write(service_path(s, "demo.json", path), 0600, text, strlen(text), fault);
	free(text);
	json_decref(doc);
	return good;
}

/* Lists and the other files of DIR/ca, each against its line of the journal. */
#include "act/audit_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "store/list_row.h"
#include "vault/digest.h"

enum { LIST_MOST = 256 << 20, FILE_TRIES = 3 };

/* One that is not there or is no file has no bytes; what could not be read is not told broken. */
static bool
file_look(const char *path, size_t most, uint8_t **bytes, size_t *n, struct fault *fault)
{
	struct fault why = { 0 };
	if (file_read(path, most, bytes, n, &why) || why.code == FAULT_MISSING ||
	    why.code == FAULT_INPUT)
		return true;
	*fault = why;
	return false;
}

/* The file of that number is the one whose digest stands in the row, its contents those of the journal's line. */
static bool
list_file_look(struct audit *a, const struct list_row *row, const struct listed *listed, bool *good,
    struct fault *fault)
{
	char name[64], path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n = 0;
	uint8_t digest[32];
	snprintf(name, sizeof(name), "ca/crl/%lld.crl", (long long)row->number);
	*good = false;
	if (!file_look(service_path(a->crew->service, name, path), LIST_MOST,
		(uint8_t **)(void *)&bytes, &n, fault))
		return false;
	digest_of(bytes, n, digest);
	struct der d = der_of(bytes, n), all, tbs;
	if (memcmp(digest, row->digest, sizeof(digest)) != 0 || !der_take(&d, DER_SEQUENCE, &all) ||
	    !der_take_whole(&all, DER_SEQUENCE, &tbs))
		return true;
	digest_of(tbs.p, tbs.n, digest);
	*good = memcmp(digest, listed->tbs, sizeof(digest)) == 0;
	return true;
}

static bool
list_meet(const void *row, void *context, struct fault *fault)
{
	const struct list_row *r = row;
	struct audit *a = context;
	if (audit_list(a, r->number) == NULL && !audit_read_on(a, fault))
		return false;
	struct listed *l = audit_list(a, r->number);
	if (l == NULL)
		return audit_broken(a, "list", r->number, "台帳にない CRL です。");
	l->found = true;
	if (r->this_update != l->this_update.sec || r->next_update != l->next_update.sec ||
	    r->entries != l->entries)
		return audit_broken(a, "list", r->number, "CRL の日時か件数が台帳と違います。");
	bool good;
	return list_file_look(a, r, l, &good, fault) &&
	       (good || audit_broken(a, "list", r->number,
			    "CRL のファイル（ca/crl）がないか、変わっています。"
			    "バックアップの同じ番号のファイルを戻してください。"));
}

static bool
lists_tx(struct tx *tx, void *context, struct fault *fault)
{
	return list_each(tx, list_meet, context, fault);
}

static bool
lists_told(const struct audit *a)
{
	bool all = true;
	for (size_t i = 0; i < a->lists; i++)
		all = all && a->list[i].published == a->list[i].found;
	return all;
}

bool
audit_lists(struct audit *a, struct fault *fault)
{
	if (!store_read(a->crew->service->store, lists_tx, a, fault))
		return false;
	if (!lists_told(a) && !audit_events(a, fault)) /* one was published since they were read */
		return false;
	for (size_t i = 0; i < a->lists; i++)
		if (a->list[i].published != a->list[i].found)
			audit_broken(a, "list", a->list[i].number,
			    a->list[i].published ? "公開した CRL の記録がありません。"
						 : "公開の操作記録がない CRL です。");
	return true;
}

/* One that is being written may lie there; what is left of those is the sweep's. */
static bool
list_name(struct audit *a, const char *name, bool *is, struct fault *fault)
{
	char *end;
	long long number = strtoll(name, &end, 10);
	bool list = number >= 1 && strcmp(end, ".crl") == 0;
	if (list && audit_list(a, number) == NULL && !audit_read_on(a, fault))
		return false;
	*is = name[0] == '.' || (list && audit_list(a, number) != NULL) ||
	      (number >= 1 && strncmp(end, ".crl.new.", 9) == 0 && file_writer(name) != 0);
	return true;
}

/* Nothing beside the lists that were published. */
static bool
strays_meet(struct audit *a, struct fault *fault)
{
	char path[SERVICE_PATH], place[AUDIT_PLACE];
	OWN_FOLDER all = { 0 };
	bool list;
	if (!folder_read(service_path(a->crew->service, "ca/crl", path), &all, fault))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		if (!list_name(a, folder_name(&all, i), &list, fault))
			return false;
		if (list)
			continue;
		snprintf(place, sizeof(place), "file ca/crl/%.100s", folder_name(&all, i));
		text_clean(place);
		audit_broken(a, place, AUDIT_NONE, "台帳にない CRL のファイルです。");
	}
	return true;
}

static bool
file_same(struct audit *a, const char *name, const struct sink *is, bool *same, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n = 0;
	service_path(a->crew->service, name, path);
	*same = is->len == 0 && !file_exists(path); /* the journal says nothing yet */
	if (*same)
		return true;
	if (!file_look(path, is->len + 1, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	*same = n == is->len && (n == 0 || memcmp(bytes, is->at, n) == 0);
	return true;
}

/* A file is what the journal says it is, perhaps in a line the other issuer has added since. */
static bool
file_meet(struct audit *a, const char *name, const struct sink *is, const char *place,
    const char *say, struct fault *fault)
{
	bool same = false;
	for (int i = 0; i < FILE_TRIES && !same; i++)
		if ((i > 0 && !audit_read_on(a, fault)) || !file_same(a, name, is, &same, fault))
			return false;
	return same || audit_broken(a, place, AUDIT_NONE, "%s", say);
}

/*
 * The charter people's keys are looked up in, the rules it names, the CA certificate all others are
 * checked by, and what goes onto every list.
 */
bool
audit_files(struct audit *a, struct fault *fault)
{
	const struct ledger *l = &a->ledger;
	const struct {
		const char *name;
		const struct sink *is;
		const char *place, *say;
	} files[] = {
		{ "ca/charter.der", &l->charter_packed, "charter",
		    "憲章のファイルが台帳のものと違います。" },
		{ "ca/pack.der", &l->pack_packed, "pack",
		    "規則のファイルが台帳のものと違います。" },
		{ "ca/ca.crt", &l->certificate, "ca-certificate",
		    "認証局の証明書のファイルが台帳のものと違います。" },
		{ "ca/revoked.der", &a->entries, "revoked",
		    "失効の一覧のファイルが台帳と違います。" },
	};
	for (size_t i = 0; i < COUNT(files); i++)
		if (!file_meet(a, files[i].name, files[i].is, files[i].place, files[i].say, fault))
			return false;
	return strays_meet(a, fault);
}

/* What the signer's journal says of the certificate, charters back to the first line, and lists. */
#include "act/evidence_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/scan.h"
#include "store/list_row.h"
#include "wire/signer.h"

enum { LIST_MOST = 256 << 20 };

static bool
line_put(struct evidence *e, const struct line_row *r, struct fault *fault)
{
	return evidence_put(
	    e, der_of(r->bytes.at, r->bytes.n), fault, "journal/%08lld.der", (long long)r->seq);
}

static bool
own_line(const void *row, void *context, struct fault *fault)
{
	const struct line_row *r = row;
	struct evidence *e = context;
	struct der d = der_of(r->bytes.at, r->bytes.n), whole;
	if (e->owns == COUNT(e->own) || !line_take(&d, &e->own[e->owns], &whole))
		return fault_set(
		    fault, FAULT_BROKEN, "台帳の %lld 行目が読めません。", (long long)r->seq);
	struct line *l = &e->own[e->owns++];
	l->body = l->extra = der_of(NULL, 0);
	return line_put(e, r, fault);
}

/* A charter out of its line: of the first, charter 0. */
static bool
charter_line(const void *row, void *context, struct fault *fault)
{
	const struct line_row *r = row;
	struct evidence *e = context;
	struct der d = der_of(r->bytes.at, r->bytes.n), whole;
	struct line l;
	if (!ARRAY_ROOM(e->charter, e->charters, e->charter_room, fault))
		return false;
	struct charter *c = calloc(1, sizeof(*c));
	if (c == NULL || !line_take(&d, &l, &whole) || !charter_unpack(l.body, c, fault) ||
	    c->number != (int64_t)e->charters) {
		free(c);
		return fault_set(
		    fault, FAULT_BROKEN, "台帳の %lld 行目の憲章が読めません。", (long long)r->seq);
	}
	e->charter[e->charters++] = c;
	if (l.kind == LINE_GENESIS)
		line_digest(whole, e->made.genesis);
	return evidence_put(e, l.body, fault, "charters/%lld.der", (long long)c->number) &&
	       line_put(e, r, fault);
}

static bool
any_line(const void *row, void *context, struct fault *fault)
{
	const struct line_row *r = row;
	struct evidence *e = context;
	if (r->seq > e->head.seq)
		return true;
	char name[EVIDENCE_NAME];
	struct sink s = SINK_INTO(name);
	sink_print(&s, "journal/%08lld.der", (long long)r->seq);
	(void)sink_string(&s);
	for (size_t i = 0; i < e->files; i++)
		if (strcmp(e->file[i].name, name) == 0)
			return true;
	return line_put(e, r, fault);
}

const struct line *
evidence_revoked(const struct evidence *e)
{
	for (size_t i = 0; i < e->owns; i++)
		if (e->own[i].kind == LINE_REVOKED)
			return &e->own[i];
	return NULL;
}

/* Whole where it is short; else from the certificate's line on; else from its revocation on, where no
 * receipt proves that; else its own lines alone. */
static int64_t
run_begin(const struct evidence *e)
{
	const struct line *revoked = evidence_revoked(e);
	int64_t end = e->head.seq;
	if (end <= EVIDENCE_WHOLE)
		return 1;
	if (e->owns > 0 && end - e->own[0].seq < EVIDENCE_WHOLE)
		return e->own[0].seq;
	if (revoked != NULL && e->cert.receipt.n == 0 && end - revoked->seq < EVIDENCE_CHAIN)
		return revoked->seq;
	return end;
}

static bool
run_of_lines(struct evidence *e, struct fault *fault)
{
	int64_t from = run_begin(e);
	return line_page(e->tx, from, e->head.seq - from + 1, any_line, e, fault);
}

static bool
checkpoint(struct evidence *e, struct fault *fault)
{
	OWN_SINK tbs = SINK_GROW(LINE_MOST);
	const struct charter *now = e->charter[e->charters - 1];
	line_receipt_signed(e->head_line, &tbs);
	return evidence_signed(
	    e, "checkpoint", der_of(tbs.at, tbs.len), e->head_signature, now->signer_point, fault);
}

/* The signer's receipt of a revocation; the key is of the charter whose key verifies it. */
static bool
receipt(struct evidence *e, struct fault *fault)
{
	uint8_t digest[32];
	struct signer_receipt r;
	OWN_SINK tbs = SINK_GROW(LINE_MOST);
	if (e->cert.receipt.n == 0)
		return true;
	if (!signer_receipt_read(der_of(e->cert.receipt.at, e->cert.receipt.n), &r))
		return fault_set(fault, FAULT_BROKEN, "失効の受領証が読めません。");
	line_receipt_signed(r.line, &tbs);
	line_receipt_digest(r.line, digest);
	for (size_t i = e->charters; i-- > 1;)
		if (p256_verify(e->charter[i]->signer_point, digest, r.signature.p, r.signature.n))
			return evidence_signed(e, "receipt", der_of(tbs.at, tbs.len), r.signature,
			    e->charter[i]->signer_point, fault);
	return fault_set(fault, FAULT_BROKEN, "失効の受領証の署名が、どの憲章の鍵とも合いません。");
}

bool
evidence_journal(struct evidence *e, struct fault *fault)
{
	return line_kind_each(e->tx, line_name(LINE_GENESIS), charter_line, e, fault) &&
	       line_kind_each(e->tx, line_name(LINE_CHARTER), charter_line, e, fault) &&
	       (e->charters > 1 ||
		   fault_set(fault, FAULT_BROKEN, "台帳の写しに憲章がありません。")) &&
	       line_serial_each(e->tx, e->cert.serial, own_line, e, fault) &&
	       run_of_lines(e, fault) && checkpoint(e, fault) && receipt(e, fault);
}

/* Rows in order: the first list made at or after the revocation, and the last of all. */
static bool
list_look(const void *row, void *context, struct fault *fault)
{
	const struct list_row *l = row;
	struct evidence *e = context;
	(void)fault;
	if (e->cert.revoked_at != 0 && e->first_list == 0 && l->this_update >= e->cert.revoked_at)
		e->first_list = l->number;
	e->newest_list = l->number;
	return true;
}

static bool
list_read(struct evidence *e, int64_t number, uint8_t **bytes, size_t *n, struct fault *fault)
{
	char name[64], path[SERVICE_PATH];
	struct sink s = SINK_INTO(name);
	sink_print(&s, "ca/crl/%lld.crl", (long long)number);
	(void)sink_string(&s);
	return file_read(service_path(e->service, name, path), LIST_MOST, bytes, n, fault);
}

/* Its number as it stands in an entry, without leading zeros. */
static bool
list_holds(const struct evidence *e, const uint8_t *bytes, size_t n)
{
	const uint8_t *serial = e->own[0].serial, *end = serial + SERIAL;
	while (serial < end - 1 && *serial == 0)
		serial++;
	return scan_find(bytes, n, serial, (size_t)(end - serial)) != NULL;
}

/* A list of the same second may have been signed before it. */
static bool
list_first(struct evidence *e, struct fault *fault)
{
	while (e->first_list != 0 && e->first_list < e->newest_list) {
		OWN_BYTES(bytes) = NULL;
		size_t n;
		if (!list_read(e, e->first_list, (uint8_t **)(void *)&bytes, &n, fault))
			return false;
		if (list_holds(e, bytes, n))
			return true;
		e->first_list++;
	}
	return true;
}

static bool
list_copy(struct evidence *e, int64_t number, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	return number == 0 ||
	       (list_read(e, number, (uint8_t **)(void *)&bytes, &n, fault) &&
		   evidence_put(e, der_of(bytes, n), fault, "lists/%lld.crl", (long long)number));
}

bool
evidence_lists(struct evidence *e, struct fault *fault)
{
	return list_each(e->tx, list_look, e, fault) && list_first(e, fault) &&
	       list_copy(e, e->newest_list, fault) &&
	       (e->first_list == e->newest_list || list_copy(e, e->first_list, fault));
}

#include "exchange/index_file.h"

#include <string.h>

#include "base/der.h"
#include "base/text.h"

const struct refusal INDEX_FORM = { "index-form", FAULT_INPUT, "design 2" };
const struct refusal INDEX_SERIAL = { "index-serial", FAULT_INPUT, "RFC5280 4.1.2.2" };
const struct refusal INDEX_STATE = { "index-state", FAULT_INPUT, "design 2" };

enum { STATE, END, REVOKED, NUMBER, NAME, SUBJECT, COLUMNS };

/* A piece of the line; no NUL behind it. */
struct piece {
	const char *p;
	size_t n;
};

static bool
form_refuse(int line, const char *what, struct fault *fault)
{
	return fault_refuse(fault, &INDEX_FORM, "--index",
	    "一覧の %d 行目の%sが読めません。openssl ca の index.txt を渡してください。", line,
	    what);
}

/* Up to the sign, which is passed over; all where there is none. */
static struct piece
piece_take(struct piece *rest, char until)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, until, rest->n);
	struct piece out = { rest->p, end == NULL ? rest->n : (size_t)(end - rest->p) };
	size_t used = out.n + (end != NULL);
	*rest = (struct piece){ rest->p + used, rest->n - used };
	return out;
}

static bool
piece_is(struct piece p, const char *word)
{
	return p.n == strlen(word) && memcmp(p.p, word, p.n) == 0;
}

/* A time of a certificate as DER has it, without tag and length. */
static bool
time_read(struct piece p, struct instant *out)
{
	uint8_t bytes[32];
	struct sink s = SINK_INTO(bytes);
	size_t all = der_begin(&s, p.n == sizeof("YYMMDDHHMMSSZ") - 1 ? DER_UTCTIME : DER_TIME);
	sink_bytes(&s, p.p, p.n);
	der_end(&s, all);
	struct der d = der_of(s.at, s.len);
	return !s.full && der_take_validity_time(&d, out) && der_done(&d);
}

/* The words of "openssl ca"; the last three are followed by an argument. */
static const struct {
	const char *word;
	int reason;
	bool since; /* the argument is since when */
} REASONS[] = {
	{ "unspecified", 0, false },
	{ "keyCompromise", 1, false },
	{ "CACompromise", 2, false },
	{ "affiliationChanged", 3, false },
	{ "superseded", 4, false },
	{ "cessationOfOperation", 5, false },
	{ "certificateHold", 6, false },
	{ "holdInstruction", 6, false },
	{ "keyTime", 1, true },
	{ "CAkeyTime", 2, true },
};

/* TIME[,REASON[,ARGUMENT]] */
static bool
revocation_read(struct piece p, struct index_row *r)
{
	struct piece at = piece_take(&p, ','), word = piece_take(&p, ',');
	if (!time_read(at, &r->revoked_at))
		return false;
	if (word.n == 0)
		return true;
	for (size_t i = 0; i < COUNT(REASONS); i++)
		if (piece_is(word, REASONS[i].word)) {
			r->reason = REASONS[i].reason;
			return !REASONS[i].since || time_read(p, &r->invalid_since);
		}
	return false;
}

/* Positive, at most 20 octets. */
static bool
serial_read(struct piece p, uint8_t out[20])
{
	static const uint8_t ZERO[20];
	char hex[SERIAL_HEX];
	while (p.n > 40 && p.p[0] == '0')
		p = (struct piece){ p.p + 1, p.n - 1 };
	if (p.n == 0 || p.n > 40)
		return false;
	memset(hex, '0', 40 - p.n);
	memcpy(hex + 40 - p.n, p.p, p.n);
	hex[40] = '\0';
	return hex_read(hex, out, 20) && (out[0] & 0x80) == 0 && memcmp(out, ZERO, 20) != 0;
}

static bool
row_read(struct piece line, struct index_row *r, struct fault *fault)
{
	struct piece column[COLUMNS];
	for (int i = 0; i < COLUMNS; i++)
		column[i] = piece_take(&line, i == COLUMNS - 1 ? '\n' : '\t');
	if (column[SUBJECT].n == 0)
		return form_refuse(r->line, "列", fault);
	if (!piece_is(column[STATE], "V") && !piece_is(column[STATE], "R") &&
	    !piece_is(column[STATE], "E"))
		return fault_refuse(fault, &INDEX_STATE, "--index",
		    "一覧の %d 行目の状態が V、R、E のどれでもありません。", r->line);
	r->revoked = column[STATE].p[0] == 'R';
	if (!time_read(column[END], &r->not_after))
		return form_refuse(r->line, "期限", fault);
	if (!serial_read(column[NUMBER], r->serial))
		return fault_refuse(fault, &INDEX_SERIAL, "--index",
		    "一覧の %d 行目の番号が正の 20 バイト以内ではありません。"
		    "この番号は引き継げません。",
		    r->line);
	return (r->revoked ? revocation_read(column[REVOKED], r) : column[REVOKED].n == 0) ||
	       form_refuse(r->line, "失効の日時か理由", fault);
}

bool
index_file_read(const char *bytes, size_t n, index_each *each, void *context, struct fault *fault)
{
	struct piece rest = { bytes, n };
	for (int line = 1; rest.n > 0; line++) {
		struct index_row r = { .line = line };
		if (!row_read(piece_take(&rest, '\n'), &r, fault) || !each(context, &r, fault))
			return false;
	}
	return true;
}

/*
 * A CA of before: its parts as they are packed, and what akashi-signer makes of them.
 * [R-0.6] [R-4.91] [R-10.13] [R-10.15] [design 2]
 */
#include "signing.h"

#include "base/text.h"
#include "book/adopted.h"
#include "book/epoch.h"
#include "exchange/index_file.h"
#include "pki/rsa.h"

enum { CERTIFICATES = 40, NUMBER = 41 };

/* Every third is on the old list. */
static void
one_put(int i, struct sink *part)
{
	uint8_t bytes[CRL_ENTRY_MOST];
	struct sink entry = SINK_INTO(bytes);
	struct adopted a = { .not_after = { 1900000000 + i } };
	a.serial[SERIAL - 2] = 0x7f;
	a.serial[SERIAL - 1] = (uint8_t)i;
	crl_entry(
	    a.serial, (struct instant){ 1700000000 + i }, i % 6, (struct instant){ 0 }, &entry);
	if (i % 3 == 0)
		a.entry = der_of(entry.at, entry.len);
	adopted_put(&a, part);
}

static void
part_put(int from, int to, struct sink *part)
{
	for (int i = from; i < to; i++)
		one_put(i, part);
}

/* The books of before, in two parts. */
struct before {
	uint8_t bytes[2][8192], certificate[32];
	struct sink part[2];
	struct warrant_adopt adopt;
};

static void
before_make(struct before *b, struct der certificate)
{
	struct digest d;
	*b = (struct before){ .adopt = { .certificate = certificate,
				  .number = NUMBER,
				  .this_update = { 1795000000 },
				  .next_update = { 1796000000 },
				  .count = CERTIFICATES,
				  .listed = (CERTIFICATES + 2) / 3,
				  .parts = 2 } };
	digest_begin(&d);
	for (int i = 0; i < 2; i++) {
		b->part[i] = SINK_INTO(b->bytes[i]);
		part_put(i * CERTIFICATES / 2, (i + 1) * CERTIFICATES / 2, &b->part[i]);
		digest_add(&d, b->part[i].at, b->part[i].len);
	}
	digest_end(&d, b->adopt.digest);
	digest_of(certificate.p, certificate.n, b->certificate);
}

static void
warrant_of_adoption(const struct before *b, struct sink *out)
{
	OWN_SINK inner = SINK_GROW(WARRANT_MOST);
	struct warrant w = { .kind = WARRANT_ADOPT, .last_day = { 2026, 12, 1 } };
	warrant_adopt_pack(&b->adopt, &inner);
	w.body = der_of(inner.at, inner.len);
	warrant_pack(&w, out);
}

/* Each bit of a part, each length of it: refused, or something else than what was signed for. */
static void
a_part_that_was_altered_is_never_what_was_signed_for(void **state)
{
	struct before b;
	struct adopted_book book = { 0 };
	OWN_SINK packed = SINK_GROW(WARRANT_MOST);
	(void)state;
	before_make(&b, der_of("certificate", 11));
	warrant_of_adoption(&b, &packed);
	for (size_t i = 0; i < b.part[1].len * 9; i++) {
		uint8_t copy[8192];
		size_t n = i < b.part[1].len ? i : b.part[1].len;
		struct fault f = { 0 };
		memcpy(copy, b.part[1].at, b.part[1].len);
		if (i >= b.part[1].len)
			copy[(i - b.part[1].len) / 8] ^= (uint8_t)(1 << i % 8);
		accepted(adopted_begin(&book, der_of(packed.at, packed.len), &f) &&
			     adopted_part(&book, der_of(b.part[0].at, b.part[0].len), &f),
		    &f);
		refused(adopted_part(&book, der_of(copy, n), &f) &&
			    adopted_end(&book, b.certificate, &f),
		    &f, "adopted-parts");
		assert_null(adopted_find(&book, book.row[0].serial));
	}
	adopted_free(&book);
}

static void
numbers_are_taken_once_all_parts_are_there(void **state)
{
	struct before b;
	struct adopted_book book = { 0 };
	uint8_t serial[SERIAL] = { 0 }, other[32] = { 1 };
	OWN_SINK packed = SINK_GROW(WARRANT_MOST);
	struct fault f = { 0 }, early = { 0 }, wrong = { 0 }, more = { 0 };
	(void)state;
	before_make(&b, der_of("certificate", 11));
	warrant_of_adoption(&b, &packed);
	struct der one = der_of(b.part[0].at, b.part[0].len);
	struct der two = der_of(b.part[1].at, b.part[1].len);
	serial[SERIAL - 2] = 0x7f;
	refused(adopted_part(&book, one, &early), &early, "adopted-parts");
	accepted(
	    adopted_begin(&book, der_of(packed.at, packed.len), &f) && adopted_part(&book, one, &f),
	    &f);
	early = (struct fault){ 0 };
	refused(adopted_end(&book, b.certificate, &early), &early, "adopted-parts");
	assert_null(adopted_find(&book, serial));
	early = (struct fault){ 0 };
	refused(adopted_part(&book, one, &early), &early, "adopted-parts"); /* not in order */
	accepted(adopted_part(&book, two, &f), &f);
	refused(adopted_part(&book, two, &more), &more, "adopted-parts");
	refused(adopted_end(&book, other, &wrong), &wrong, "adopted-parts");
	accepted(adopted_end(&book, b.certificate, &f), &f);
	for (int i = 0; i < CERTIFICATES; i++) {
		serial[SERIAL - 1] = (uint8_t)i;
		const struct adopted_row *r = adopted_find(&book, serial);
		assert_non_null(r);
		assert_int_equal(r->listed, i % 3 == 0);
		assert_int_equal(r->not_after.sec, 1900000000 + i);
	}
	serial[SERIAL - 1] = CERTIFICATES;
	assert_null(adopted_find(&book, serial));
	adopted_free(&book);
}

static void
a_certificate_of_a_part_is_read_strictly(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} ROWS[] = {
		/* serial, end, entry {serial, moment} */
		{ "30140201"
		  "01"
		  "180f32303330303130313030303030305a",
		    true },
		{ "30140201"
		  "00"
		  "180f32303330303130313030303030305a",
		    false }, /* zero */
		{ "30140201"
		  "81"
		  "180f32303330303130313030303030305a",
		    false }, /* below it */
		{ "3015020200"
		  "01"
		  "180f32303330303130313030303030305a",
		    false }, /* padded */
		{ "3015020200"
		  "81"
		  "180f32303330303130313030303030305a",
		    true },
		{ "30120201"
		  "01"
		  "170d3330303130313030303030305a",
		    false }, /* another time */
		{ "301b0201"
		  "01"
		  "180f32303330303130313030303030305a"
		  "3005020101"
		  "0500",
		    true },
		{ "301b0201"
		  "01"
		  "180f32303330303130313030303030305a"
		  "3005020102"
		  "0500",
		    false },
		{ "30160201"
		  "01"
		  "180f32303330303130313030303030305a"
		  "0500",
		    false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t bytes[64];
		struct adopted a;
		size_t n = strlen(ROWS[i].hex) / 2;
		assert_true(hex_read(ROWS[i].hex, bytes, n));
		struct der d = der_of(bytes, n);
		if (adopted_take(&d, &a) != ROWS[i].good)
			fail_msg("%s", ROWS[i].hex);
	}
}

static bool
row_keep(void *context, const struct index_row *r, struct fault *fault)
{
	struct index_row *rows = context;
	(void)fault;
	if (r->line <= 3)
		rows[r->line - 1] = *r;
	return true;
}

static void
an_index_is_read_line_by_line(void **state)
{
	static const char TEXT[] =
	    "V\t300101000000Z\t\t01\tunknown\t/CN=a b\n"
	    "R\t20510101000000Z\t250304000000Z,keyTime,20250101123456Z\tFFFF\tunknown\t/CN=c\n"
	    "E\t500101000000Z\t\t0000000000000000000000000000000000000000001F\tunknown\t/CN=d";
	struct index_row row[3];
	struct fault f = { 0 };
	(void)state;
	accepted(index_file_read(TEXT, sizeof(TEXT) - 1, row_keep, row, &f), &f);
	assert_false(row[0].revoked);
	assert_int_equal(row[0].not_after.sec, 1893456000); /* 2030-01-01 */
	assert_true(row[1].revoked);
	assert_int_equal(row[1].not_after.sec, 2556144000); /* 2051-01-01 */
	assert_int_equal(row[1].revoked_at.sec, 1741046400); /* 2025-03-04 */
	assert_int_equal(row[1].invalid_since.sec, 1735734896); /* 2025-01-01 12:34:56 */
	assert_int_equal(row[1].reason, 1);
	assert_memory_equal(row[1].serial + 17, "\0\xff\xff", 3);
	assert_int_equal(row[2].not_after.sec, -631152000); /* 1950-01-01 */
	assert_int_equal(row[2].serial[19], 0x1f);
	for (size_t n = 1; n < sizeof(TEXT) - 1; n++) { /* cut anywhere but at a line's end */
		struct fault why = { 0 };
		bool good = index_file_read(TEXT, n, row_keep, row, &why);
		const char *slash = memrchr(TEXT, '/', n), *line = memrchr(TEXT, '\n', n);
		if (good !=
		    (slash != NULL && (line == NULL || slash > line || line == TEXT + n - 1)))
			fail_msg("cut at %zu", n);
	}
}

/* A world before its CA, into which another's is to move. */
static struct world *
world_moving(struct world *from, struct before *b)
{
	static uint8_t digest[32];
	struct world_options options = { .bare = true, .adopts = digest };
	struct charter *one = malloc(sizeof(*one));
	struct fault f = { 0 };
	before_make(b, der_of(from->certificate.at, from->certificate.len));
	memcpy(digest, b->certificate, 32);
	struct world *w = world_new(&options);
	world_charter_next(w, one);
	accepted(world_charter_send(w, one, QUORUM, &f), &f);
	free(one);
	return w;
}

/* row NULL: accepted. */
static void
asked(struct world *w, enum signer_kind kind, const struct sink *body, const char *row,
    struct sink *reply)
{
	struct fault f = { 0 };
	bool good = call(w, WORLD_ROAD_ISSUER, kind, body, reply, &f);
	if (row == NULL)
		accepted(good, &f);
	else
		refused(good, &f, row);
}

static void
adopt_try(struct world *w, const struct warrant_adopt *a, const enum world_who *who,
    const char *row, struct sink *reply)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	world_adopt_body(w, a, who, &body);
	asked(w, SIGNER_ADOPT, &body, row, reply);
}

static void
part_try(struct world *w, struct der part, const char *row, struct sink *reply)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	world_part_body(w, part, &body);
	asked(w, SIGNER_ADOPTED, &body, row, reply);
}

/* What was signed in time, asked for a day after the warrant's last. */
static void
adopt_late(struct world *w, struct warrant_adopt a, struct sink *reply)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	struct fault f = { 0 };
	a.next_update = (struct instant){ w->now.sec + 60 * DAY_SECONDS };
	world_adopt_body(w, &a, QUORUM, &body);
	ask_later(w, 31, &body);
	refused(
	    call(w, WORLD_ROAD_ISSUER, SIGNER_ADOPT, &body, reply, &f), &f, "signer-warrant-late");
}

static void
who_moves_in_is_said_in_the_first_line(void **state)
{
	static const enum world_who ALONE[] = { WORLD_CUSTODIAN, WORLD_PEOPLE };
	struct world *own = *state;
	struct before b;
	struct world *w = world_moving(own, &b);
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	struct fault f = { 0 };
	struct warrant_adopt other = b.adopt;
	adopt_try(own, &b.adopt, QUORUM, "signer-ca-other", &reply); /* it has its own */
	sink_drop(&reply);
	world_certify_body(w, 20, WORLD_KEY_CA, QUORUM, &body);
	refused(
	    call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, &body, &reply, &f), &f, "signer-ca-other");
	sink_drop(&reply);
	other.certificate.n--;
	adopt_try(w, &other, QUORUM, "signer-ca-other", &reply);
	sink_drop(&reply);
	adopt_try(w, &b.adopt, ALONE, "charter-quorum", &reply);
	sink_drop(&reply);
	other = b.adopt;
	other.next_update = w->now; /* no reader believes that list any more */
	adopt_try(w, &other, QUORUM, "signer-adopt-late", &reply);
	sink_drop(&reply);
	part_try(w, der_of(b.part[0].at, b.part[0].len), "adopted-parts", &reply);
	sink_drop(&reply);
	part_try(w, der_of(NULL, 0), "adopted-parts", &reply);
	sink_drop(&reply);
	adopt_late(w, b.adopt, &reply);
	assert_int_equal(world_uses(w), 0);
	world_free(w);
}

/* A certificate of the key the agent has not, in the name of the one it has. */
static void
other_ca(struct world *own, struct sink *out)
{
	OWN_RSA key = NULL;
	OWN_SINK tbs = SINK_GROW(CERT_MOST);
	OWN_SINK signature = SINK_GROW(1024);
	struct cert_ca ca;
	struct fault f = { 0 };
	uint8_t digest[32];
	const struct der *pkcs8 = &own->key[WORLD_KEY_CA_OTHER];
	const struct sink *spki = &own->spki[WORLD_KEY_CA_OTHER];
	accepted(cert_ca_read(der_of(own->certificate.at, own->certificate.len), &ca, &f) &&
		     rsa_from_pkcs8(pkcs8->p, pkcs8->n, &key, &f),
	    &f);
	struct ca_body body = { .serial = { 1 },
		.not_before = ca.not_before,
		.not_after = ca.not_after,
		.subject_name = ca.subject,
		.spki = der_of(spki->at, spki->len) };
	ca_tbs(&body, &tbs);
	digest_of(tbs.at, tbs.len, digest);
	accepted(rsa_sign(key, digest, &signature, &f), &f);
	cert_wrap(der_of(tbs.at, tbs.len), signature.at, signature.len, out);
}

/* A key that refused is asked again before anything is in force. */
static void
a_ca_whose_key_never_signed_does_not_move_in(void **state)
{
	struct world *own = *state;
	struct before b;
	struct sink made = SINK_GROW(CERT_MOST);
	other_ca(own, &made);
	sink_drop(&own->certificate);
	own->certificate = made;
	struct world *w = world_moving(own, &b);
	OWN_SINK reply = { 0 };
	adopt_try(w, &b.adopt, QUORUM, "signer-key-agent", &reply);
	sink_drop(&reply);
	for (int i = 0; i < 2; i++) {
		part_try(w, der_of(b.part[i].at, b.part[i].len), NULL, &reply);
		sink_drop(&reply);
	}
	part_try(w, der_of(NULL, 0), "signer-key-agent", &reply);
	world_free(w);
}

/* An epoch that custodians signed before their CA moved in stays the one that counts. */
static void
an_epoch_before_the_ca_is_not_lost(void **state)
{
	struct world *own = *state;
	struct before b;
	struct world *w = world_moving(own, &b);
	struct epoch e;
	struct signer_list out;
	struct fault f = { 0 };
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	OWN_SINK list = { 0 };
	world_epoch_next(w, 0, &e);
	e.number = 3;
	e.to = e.from;
	memcpy(e.to_root, e.from_root, sizeof(e.to_root));
	world_epoch_body(w, &e, QUORUM, &body);
	accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_EPOCH, &body, &reply, &f), &f);
	sink_drop(&reply);
	adopt_try(w, &b.adopt, QUORUM, NULL, &reply);
	sink_drop(&reply);
	for (int i = 0; i < 2; i++) {
		part_try(w, der_of(b.part[i].at, b.part[i].len), NULL, &reply);
		sink_drop(&reply);
	}
	part_try(w, der_of(NULL, 0), NULL, &reply);
	w->certificate = reply;
	reply = (struct sink){ 0 };
	list_of(w, WORLD_ROAD_ISSUER, &out, &list);
	assert_int_equal(out.number, 3 * EPOCH_LISTS + 1);
	world_free(w);
}

static bool
revoked_each(void *context, const struct crl_revoked *r, struct fault *fault)
{
	struct sink *all = context;
	(void)fault;
	sink_bytes(all, r->whole.p, r->whole.n);
	return true;
}

static void
the_list_goes_on_and_what_was_on_it_stays(void **state)
{
	struct world *own = *state;
	struct before b;
	struct world *w = world_moving(own, &b);
	OWN_SINK reply = { 0 };
	OWN_SINK list = { 0 };
	OWN_SINK is = SINK_GROW(1 << 16);
	OWN_SINK want = SINK_GROW(1 << 16);
	struct signer_list out;
	struct crl_said said;
	struct fault f = { 0 };
	uint8_t serial[SERIAL] = { 0 };
	adopt_try(w, &b.adopt, QUORUM, NULL, &reply);
	sink_drop(&reply);
	part_try(w, der_of(b.part[0].at, b.part[0].len), NULL, &reply);
	sink_drop(&reply);
	world_kill(w);
	world_start(w);
	part_try(w, der_of(NULL, 0), "adopted-parts", &reply); /* half of it is nothing */
	sink_drop(&reply);
	adopt_try(w, &b.adopt, QUORUM, NULL, &reply);
	sink_drop(&reply);
	for (int i = 0; i < 2; i++) {
		part_try(w, der_of(b.part[i].at, b.part[i].len), NULL, &reply);
		sink_drop(&reply);
	}
	part_try(w, der_of(NULL, 0), NULL, &reply);
	assert_int_equal(reply.len, own->certificate.len);
	w->certificate = reply;
	reply = (struct sink){ 0 };
	list_of(w, WORLD_ROAD_ISSUER, &out, &list);
	assert_int_equal(out.number, NUMBER + 1);
	accepted(crl_read(der_of(list.at, list.len), der_of(w->certificate.at, w->certificate.len),
		     &said, revoked_each, &is, &f),
	    &f);
	for (int i = 0; i < 2; i++)
		for (struct der d = der_of(b.part[i].at, b.part[i].len); !der_done(&d);) {
			struct adopted a;
			assert_true(adopted_take(&d, &a));
			sink_bytes(&want, a.entry.p, a.entry.n);
		}
	assert_int_equal(said.entries, b.adopt.listed);
	assert_int_equal(is.len, want.len);
	assert_memory_equal(is.at, want.at, is.len);
	serial[SERIAL - 2] = 0x7f;
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	world_revoke_body(w, serial, "11-4", BOTH, &body);
	refused(
	    call(w, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &body, &reply, &f), &f, "signer-on-list");
	sink_drop(&reply);
	serial[SERIAL - 1] = 1;
	struct line a = withdraw(w, serial, "11-4", BOTH, &reply);
	OWN_SINK again = { 0 };
	struct line first = withdraw(w, serial, "11-5", BOTH, &again);
	assert_int_equal(first.seq, a.seq); /* the first stands */
	sink_drop(&list);
	assert_int_equal(world_stop(w), 0);
	world_start(w);
	list_of(w, WORLD_ROAD_ISSUER, &out, &list);
	assert_int_equal(out.number, NUMBER + 2);
	OWN_SINK none = { 0 };
	adopt_try(w, &b.adopt, QUORUM, "signer-ca-again", &none); /* its salt is another */
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_that_was_altered_is_never_what_was_signed_for),
		cmocka_unit_test(numbers_are_taken_once_all_parts_are_there),
		cmocka_unit_test(a_certificate_of_a_part_is_read_strictly),
		cmocka_unit_test(an_index_is_read_line_by_line),
		WITH(who_moves_in_is_said_in_the_first_line),
		WITH(a_ca_whose_key_never_signed_does_not_move_in),
		WITH(an_epoch_before_the_ca_is_not_lost),
		WITH(the_list_goes_on_and_what_was_on_it_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Records, acts, charters, statements, lines, journals, the pack and the tree.
 * [RFC6962 2.1] [RFC6962 2.1.1] [RFC6962 2.1.2] [RFC9162 2.1.4.2] */
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "book/journal.h"
#include "book/pack.h"
#include "book/statement.h"
#include "book/tree.h"
#include "book/words.h"
#include "folder.h"
#include "shipped.h"
#include "vault/digest.h"
#include "vault/seal.h"

struct world {
	struct charter zero, one;
	uint8_t custodian[3][32], clerk[32], keymaker[32], station[2][32];
};

static void
point_new(uint8_t secret[32], uint8_t point[65])
{
	struct fault fault = { 0 };
	assert_true(p256_new(secret, point, &fault));
}

static int
world_new(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fault fault = { 0 };
	assert_true(vault_start(&fault));
	memset(w->zero.service, 7, 16);
	w->zero.quorum = 2;
	for (int i = 0; i < 3; i++) {
		struct holder *h = &w->zero.custodian[w->zero.custodians++];
		(void)snprintf(h->id, sizeof(h->id), "custodian-%d", i + 1);
		h->roles = 1 << ROLE_CUSTODIAN;
		point_new(w->custodian[i], h->point);
	}
	w->one = w->zero;
	w->one.number = 1;
	w->one.not_after.sec = 40 * DAY_SECONDS;
	struct holder *h = &w->one.staff[w->one.staffs++];
	*h = (struct holder){ "suzuki", 1 << ROLE_SCREENING, SURFACE_DESK, { 0 } };
	point_new(w->clerk, h->point);
	point_new(w->keymaker, w->one.keymaker_point);
	for (int i = 0; i < 2; i++) {
		h = &w->one.station[w->one.stations++];
		(void)snprintf(h->id, sizeof(h->id), "station-%d", i);
		point_new(w->station[i], h->point);
	}
	uint8_t bytes[4096];
	struct sink s = SINK_INTO(bytes);
	charter_pack(&w->zero, &s);
	charter_digest(der_of(s.at, s.len), w->one.previous);
	*state = w;
	return 0;
}

static int
world_free(void **state)
{
	free(*state);
	return 0;
}

static void
a_charter_reads_back_and_no_shorter_one_does(void **state)
{
	struct world *w = *state;
	OWN_SINK s = SINK_GROW(CHARTER_MOST);
	OWN_SINK again = SINK_GROW(CHARTER_MOST);
	struct charter *c = calloc(1, sizeof(*c));
	struct fault fault = { 0 };
	charter_pack(&w->one, &s);
	assert_true(charter_unpack(der_of(s.at, s.len), c, &fault));
	charter_pack(c, &again);
	assert_int_equal(s.len, again.len);
	assert_memory_equal(s.at, again.at, s.len);
	for (size_t n = 0; n < s.len; n++) {
		struct fault f = { 0 };
		assert_false(charter_unpack(der_of(s.at, n), c, &f));
		assert_ptr_equal(f.row, &CHARTER_FORM);
	}
	free(c);
}

static void
a_charter_follows_only_the_one_before(void **state)
{
	struct world *w = *state;
	uint8_t bytes[4096];
	struct sink s = SINK_INTO(bytes);
	struct charter *c = malloc(sizeof(*c));
	struct fault none = { 0 };
	charter_pack(&w->zero, &s);
	struct der zero = der_of(s.at, s.len);
	assert_true(charter_follows(&w->zero, zero, &w->one, &none));
#define REFUSED(change, refusal)                                                                   \
	do {                                                                                       \
		struct fault f = { 0 };                                                            \
		*c = w->one;                                                                       \
		change;                                                                            \
		assert_false(charter_follows(&w->zero, zero, c, &f));                              \
		assert_ptr_equal(f.row, &refusal);                                                 \
	} while (0)
	REFUSED(c->service[0] ^= 1, CHARTER_SUCCESSION);
	REFUSED(c->rehearsal = true, CHARTER_SUCCESSION);
	REFUSED(c->number = 2, CHARTER_SUCCESSION);
	REFUSED(c->previous[31] ^= 1, CHARTER_SUCCESSION);
	REFUSED(c->not_after.sec++, CHARTER_TERM);
	REFUSED(c->not_after.sec = c->not_before.sec, CHARTER_TERM);
	REFUSED(c->quorum = 4, CHARTER_KEYS);
	REFUSED(c->quorum = 0, CHARTER_KEYS);
	REFUSED(c->staff[c->staffs++] = c->staff[0], CHARTER_KEYS);
	REFUSED(c->staff[0].point[0] = 6, CHARTER_KEYS);
	REFUSED(memcpy(c->station[1].point, c->station[0].point, 65), CHARTER_KEYS);
	REFUSED(strcpy(c->custodian[1].id, "suzuki"), CHARTER_KEYS);
	REFUSED(memcpy(c->custodian[1].point, c->staff[0].point, 65), CHARTER_KEYS);
	REFUSED(c->staff[0].roles |= 1 << ROLE_APPROVAL, CHARTER_CLASH);
	REFUSED(c->custodian[0].roles |= 1 << ROLE_DISPATCH, CHARTER_CLASH);
#undef REFUSED
	free(c);
}

static void
act_of(struct act *a, const char *person, const uint8_t *secret, enum act_kind kind,
    const uint8_t document[32], uint8_t signature[80])
{
	struct sink s = { .at = signature, .cap = 80 };
	struct fault fault = { 0 };
	*a = (struct act){ .charter = 1, .at = { 1000 } };
	(void)snprintf(a->person, sizeof(a->person), "%s", person);
	memcpy(a->subject, document, 32);
	assert_true(act_sign(a, kind, secret, &s, &fault));
}

static void
an_act_counts_for_its_person_role_and_document_only(void **state)
{
	struct world *w = *state;
	uint8_t document[32] = { 1 }, other[32] = { 2 }, signature[80];
	struct act a, b;
	struct fault none = { 0 };
	act_of(&a, "suzuki", w->clerk, ACT_SCREEN, document, signature);
	assert_true(charter_act(&w->one, &a, ACT_SCREEN, document, &none));
#define REFUSED(change, kind, over, refusal)                                                       \
	do {                                                                                       \
		struct fault f = { 0 };                                                            \
		b = a;                                                                             \
		change;                                                                            \
		assert_false(charter_act(&w->one, &b, kind, over, &f));                            \
		assert_ptr_equal(f.row, &refusal);                                                 \
	} while (0)
	REFUSED((void)0, ACT_SCREEN, other, ACT_OTHER_DOCUMENT);
	REFUSED((void)0, ACT_APPROVE, document, ACT_WRONG_KIND);
	REFUSED(strcpy(b.act, "approve");
		strcpy(b.role, "approval"), ACT_APPROVE, document, ACT_WRONG_ROLE);
	REFUSED(strcpy(b.person, "sato"), ACT_SCREEN, document, ACT_UNKNOWN_PERSON);
	REFUSED(b.charter = 2, ACT_SCREEN, document, ACT_CHARTER_AHEAD);
	REFUSED(b.charter = 0, ACT_SCREEN, document, ACT_SIGNATURE);
	REFUSED(b.at.sec++, ACT_SCREEN, document, ACT_SIGNATURE);
	REFUSED(b.signature.n--, ACT_SCREEN, document, ACT_SIGNATURE);
	REFUSED(strcpy(b.person, "custodian-1"), ACT_SCREEN, document, ACT_UNKNOWN_PERSON);
#undef REFUSED
	for (size_t bit = 0; bit < a.signature.n * 8; bit++) {
		struct fault f = { 0 };
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(charter_act(&w->one, &a, ACT_SCREEN, document, &f));
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void
a_quorum_is_of_different_custodians(void **state)
{
	enum { LEFT = 3, WHO = 4 }; /* who is none of them any more */
	struct world *w = *state;
	uint8_t document[32] = { 3 }, signature[80], bytes[4096];
	const struct {
		int who[WHO];
		bool enough;
		const struct refusal *row;
	} ROWS[] = { { { 0, 1, -1 }, true, NULL }, { { 2, 0, 1, -1 }, true, NULL },
		{ { 0, -1 }, false, &CHARTER_QUORUM }, { { 1, 1, -1 }, false, &CHARTER_QUORUM },
		{ { 1, 1, 0, -1 }, false, &CHARTER_QUORUM }, { { -1 }, false, &CHARTER_QUORUM },
		{ { LEFT, 0, 1, -1 }, true, NULL }, { { 0, LEFT, LEFT, 2 }, true, NULL },
		{ { 0, LEFT, -1 }, false, &ACT_UNKNOWN_PERSON } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct sink s = SINK_INTO(bytes);
		struct fault f = { 0 };
		size_t list = der_begin(&s, DER_SEQUENCE);
		for (int k = 0; k < WHO && ROWS[i].who[k] >= 0; k++) {
			struct act a;
			int who = ROWS[i].who[k];
			const uint8_t *secret = who == LEFT ? w->clerk : w->custodian[who];
			act_of(&a, who == LEFT ? "suzuki" : w->zero.custodian[who].id, secret,
			    ACT_CHARTER, document, signature);
			a.charter = 0;
			struct sink sig = SINK_INTO(signature);
			assert_true(act_sign(&a, ACT_CHARTER, secret, &sig, &f));
			act_pack(&a, &s);
		}
		der_end(&s, list);
		assert_int_equal(
		    charter_quorum(&w->zero, ACT_CHARTER, document, der_of(s.at, s.len), &f),
		    ROWS[i].enough);
		assert_ptr_equal(f.row, ROWS[i].row);
	}
}

struct made {
	uint8_t print[2][PRINT_KEY_PACKED], sig[3][80];
	struct statement s;
	uint8_t charter[32], warrant[32], spki[32];
};

static void
print_key_of(struct world *w, struct made *m, int letter, int station, struct day day)
{
	struct fault f = { 0 };
	struct sink sig = SINK_INTO(m->sig[letter]), out = SINK_INTO(m->print[letter]);
	struct print_key k = { .day = day, .letter = (enum print_letter)letter };
	memcpy(k.service, w->one.service, 16);
	(void)snprintf(k.station, sizeof(k.station), "station-%d", station);
	assert_true(print_key_sign(&k, w->station[station], &sig, &f));
	print_key_pack(&k, &out);
	m->s.print[letter] = der_of(out.at, out.len);
}

static void
made_new(struct world *w, struct made *m)
{
	struct fault f = { 0 };
	struct sink sig = SINK_INTO(m->sig[2]);
	struct day day = { 2026, 11, 25 };
	*m = (struct made){ .charter = { 1 }, .warrant = { 2 }, .spki = { 3 } };
	print_key_of(w, m, 0, 0, day);
	print_key_of(w, m, 1, 1, day);
	memcpy(m->s.service, w->one.service, 16);
	m->s.charter_number = 1;
	memcpy(m->s.charter, m->charter, 32);
	memcpy(m->s.warrant, m->warrant, 32);
	memcpy(m->s.spki, m->spki, 32);
	assert_true(statement_sign(&m->s, w->keymaker, &sig, &f));
}

static void
a_key_statement_binds_all_it_names(void **state)
{
	struct world *w = *state;
	struct made m;
	struct fault none = { 0 };
	made_new(w, &m);
	assert_true(statement_check(&w->one, m.charter, &m.s, m.warrant, m.spki, NULL, &none));
#define REFUSED(change, refusal)                                                                   \
	do {                                                                                       \
		struct fault f = { 0 };                                                            \
		made_new(w, &m);                                                                   \
		change;                                                                            \
		assert_false(                                                                      \
		    statement_check(&w->one, m.charter, &m.s, m.warrant, m.spki, NULL, &f));       \
		assert_ptr_equal(f.row, &refusal);                                                 \
	} while (0)
	REFUSED(m.s.service[0]++, STATEMENT_SERVICE);
	REFUSED(m.s.charter_number = 0, STATEMENT_CHARTER);
	REFUSED(m.charter[0]++, STATEMENT_CHARTER);
	REFUSED(m.warrant[0]++, STATEMENT_WARRANT);
	REFUSED(m.spki[0]++, STATEMENT_SPKI);
	REFUSED(m.s.package[0]++, STATEMENT_SIGNATURE);
	REFUSED(m.s.letter[1][0]++, STATEMENT_SIGNATURE);
	REFUSED(m.s.package_key[0]++, STATEMENT_SIGNATURE);
	REFUSED(m.print[0][80]++, STATEMENT_SIGNATURE);
#undef REFUSED
}

static void
print_keys_are_of_two_stations_and_one_day(void **state)
{
	struct world *w = *state;
	struct made m;
	struct day day = { 2026, 11, 25 }, eve = { 2026, 11, 24 };
	struct fault none = { 0 };
	made_new(w, &m);
	assert_true(print_keys_check(&w->one, m.s.print, day, &none));
#define REFUSED(change, refusal)                                                                   \
	do {                                                                                       \
		struct fault f = { 0 };                                                            \
		made_new(w, &m);                                                                   \
		change;                                                                            \
		assert_false(print_keys_check(&w->one, m.s.print, day, &f));                       \
		assert_ptr_equal(f.row, &refusal);                                                 \
	} while (0)
	REFUSED(print_key_of(w, &m, 1, 0, day), PRINT_KEY_SAME_STATION);
	REFUSED(print_key_of(w, &m, 1, 1, eve), PRINT_KEY_DAY);
	REFUSED(m.s.print[0] = m.s.print[1], PRINT_KEY_LETTER);
	REFUSED(m.s.print[0].n--, PRINT_KEY_FORM);
	REFUSED(m.print[0][m.s.print[0].n - 1] ^= 1, PRINT_KEY_SIGNATURE);
	REFUSED(w->one.stations = 1, PRINT_KEY_STATION);
	w->one.stations = 2;
	REFUSED(w->one.service[0]++; print_key_of(w, &m, 0, 0, day);
		w->one.service[0]--, PRINT_KEY_SERVICE);
#undef REFUSED
}

static bool
count_lines(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	(void)whole, (void)fault;
	*(int64_t *)context += l->seq;
	return true;
}

static void
journal_path(char path[TEST_PATH])
{
	test_folder("book", path);
}

static void
a_journal_keeps_whole_lines_and_cuts_a_torn_one(void **state)
{
	char folder[64], file[96];
	struct line l = { .at = { 100 }, .body = { (const uint8_t *)"x", 1 } };
	struct journal j;
	struct fault f = { 0 };
	int64_t sum = 0;
	uint8_t *bytes;
	size_t n;
	(void)state;
	journal_path(folder);
	(void)snprintf(file, sizeof(file), "%s/000001.log", folder);
	assert_true(journal_create(folder, &l, &f));
	assert_true(journal_open(folder, &j, count_lines, &sum, &f));
	for (int i = 0; i < 3; i++) {
		l = (struct line){ .at = { 99 + i }, .kind = LINE_HEAD, .size = i };
		assert_true(journal_add(&j, &l, &f) && journal_sync(&j, &f));
	}
	assert_int_equal(l.at.sec, 101); /* and never earlier than the line before */
	journal_close(&j);
	assert_true(file_read(file, 1 << 20, &bytes, &n, &f));
	for (size_t cut = 0; cut < n; cut++) {
		assert_true(file_write(file, 0600, bytes, cut, &f));
		sum = 0;
		if (!journal_open(folder, &j, count_lines, &sum, &f)) {
			f = (struct fault){ 0 };
			continue;
		}
		assert_true(sum <= 6); /* 1 + 2 + 3 of four */
		l = (struct line){ .at = { 101 }, .kind = LINE_HEAD };
		assert_true(journal_add(&j, &l, &f) && journal_sync(&j, &f));
		journal_close(&j);
		assert_true(journal_read(folder, NULL, NULL, &j, &f));
	}
	free(bytes);
}

/* It would be taken for torn at the next start, and what was signed for it would have no line. */
static void
a_line_that_does_not_read_back_is_not_written(void **state)
{
	char folder[64];
	struct line l = { .at = { 100 }, .body = { (const uint8_t *)"x", 1 } };
	const struct day first = { 10000, 1, 1 };
	struct journal j;
	struct fault f = { 0 }, refused = { 0 };
	int64_t sum = 0;
	(void)state;
	journal_path(folder);
	assert_true(journal_create(folder, &l, &f));
	assert_true(journal_open(folder, &j, NULL, NULL, &f));
	l = (struct line){ .at = { 101 }, .kind = LINE_LIST, .not_after = day_end(first) };
	assert_false(journal_add(&j, &l, &refused));
	l = (struct line){ .at = { 102 }, .kind = LINE_HEAD, .size = 7 };
	assert_true(journal_add(&j, &l, &f) && journal_sync(&j, &f));
	journal_close(&j);
	assert_true(journal_open(folder, &j, count_lines, &sum, &f));
	assert_int_equal(j.seq, 2);
	journal_close(&j);
}

static void
a_changed_line_breaks_the_chain(void **state)
{
	char folder[64], file[96];
	struct line l = { .at = { 100 } };
	struct journal j;
	struct fault f = { 0 };
	uint8_t *bytes;
	size_t n;
	(void)state;
	journal_path(folder);
	(void)snprintf(file, sizeof(file), "%s/000001.log", folder);
	assert_true(journal_create(folder, &l, &f));
	assert_true(journal_open(folder, &j, NULL, NULL, &f));
	for (int i = 0; i < 4; i++) {
		l = (struct line){ .at = { 100 + i }, .kind = LINE_HEAD, .size = i };
		assert_true(journal_add(&j, &l, &f) && journal_sync(&j, &f));
	}
	journal_close(&j);
	assert_true(file_read(file, 1 << 20, &bytes, &n, &f));
	struct der d = der_of(bytes, n), whole;
	for (int i = 0; i < 4; i++)
		assert_true(line_take(&d, &l, &whole));
	size_t before_last = (size_t)(d.p - bytes);
	int refused = 0;
	for (size_t at = 0; at < before_last; at++) { /* the last line is vouched for by no other */
		struct fault g = { 0 };
		bytes[at] ^= 4;
		assert_true(file_write(file, 0600, bytes, n, &f));
		bool read = journal_read(folder, NULL, NULL, &j, &g);
		assert_true(read ? j.seq < 5 : g.row == &JOURNAL_CHAIN || g.row == &JOURNAL_NONE);
		refused += !read;
		bytes[at] ^= 4;
	}
	assert_true(refused > 100);
	free(bytes);
}

/* A disk that takes nothing: no line, and none after it, whatever the disk does then. */
static void
a_journal_that_cannot_be_written_stays_shut(void **state)
{
	char folder[64], file[96];
	struct line l = { .at = { 100 } };
	struct journal j;
	struct fault f = { 0 }, full = { 0 }, again = { 0 }, sync = { 0 }, none = { 0 };
	int disk;
	(void)state;
	journal_path(folder);
	assert_false(journal_read(folder, NULL, NULL, &j, &none));
	assert_ptr_equal(none.row, &JOURNAL_NONE);
	(void)snprintf(file, sizeof(file), "%s/000001.log", folder);
	assert_true(journal_create(folder, &l, &f));
	assert_true(journal_open(folder, &j, NULL, NULL, &f));
	disk = dup(j.fd);
	int nothing = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_int_equal(dup2(nothing, j.fd), j.fd);
	l = (struct line){ .at = { 101 }, .kind = LINE_HEAD };
	assert_false(journal_add(&j, &l, &full));
	assert_ptr_equal(full.row, &JOURNAL_DEAD);
	assert_int_equal(dup2(disk, j.fd), j.fd);
	assert_false(journal_add(&j, &l, &again));
	assert_ptr_equal(again.row, &JOURNAL_DEAD);
	assert_false(journal_sync(&j, &sync));
	assert_ptr_equal(sync.row, &JOURNAL_DEAD);
	journal_close(&j);
	(void)close(disk);
	(void)close(nothing);
	assert_true(journal_read(folder, NULL, NULL, &j, &f));
	assert_int_equal(j.seq, 1);
}

static void
the_pack_says_what_the_policy_says(void **state)
{
	struct policy p;
	struct pack *pack;
	struct fault f = { 0 };
	struct day day = { 2026, 11, 20 };
	OWN_SINK s = SINK_GROW(PACK_MOST);
	(void)state;
	shipped(&p);
	uint8_t rulebook[2][32] = { { 1 }, { 2 } };
	pack_compile(&p, day, rulebook[0], &s);
	assert_false(s.full);
	assert_true(pack_read(der_of(s.at, s.len), &pack, &f));
	const struct policy *q = pack_policy(pack);
	assert_int_equal(q->field_count, p.field_count);
	assert_int_equal(q->ground_count, p.ground_count);
	for (size_t i = 0; i < p.field_count; i++)
		assert_string_equal(q->fields[i].oid, p.fields[i].oid);
	assert_int_equal(policy_ground(q, "11-2", day)->officers, 1);
	assert_string_equal(policy_setting(q, "vend_rule", day), "civil143");
	assert_int_equal(policy_clock(q, "K-17", day)->figures[1], 96);
	assert_string_equal(
	    policy_profile_of(q, KIND_EMPLOYEE, true, day)->code, "employee-mandate");
	assert_true(pack_names(pack, rulebook[0]));
	assert_false(pack_names(pack, rulebook[1]));
	pack_free(pack);
	for (size_t n = 0; n < s.len; n += 7) {
		struct fault g = { 0 };
		assert_false(pack_read(der_of(s.at, n), &pack, &g));
		assert_ptr_equal(g.row, &PACK_FORM);
	}
	policy_free(&p);
}

/* What a custodian signs unread must not make the signer look beyond its tables. */
static void
a_pack_with_a_number_no_table_has_is_refused(void **state)
{
	struct policy p;
	struct clock clock = { "K-17", "crl", "", "", UNIT_HOURS, { 24, 96, 1 }, 3, "R-10.13",
		{ 2024, 1, 1 } };
	struct ground ground = {
		.code = "1", .text_ja = "", .text_en = "", .clause = "", .from = { 2024, 1, 1 }
	};
	struct pack *pack;
	struct fault f = { 0 };
	const struct day day = { 2026, 11, 20 };
	OWN_SINK s = SINK_GROW(PACK_MOST);
	(void)state;
	p = (struct policy){
		.clocks = &clock, .clock_count = 1, .grounds = &ground, .ground_count = 1
	};
	pack_compile(&p, day, NULL, &s);
	assert_true(pack_read(der_of(s.at, s.len), &pack, &f));
	assert_int_equal(policy_clock(pack_policy(pack), "K-17", day)->figure_count, 2);
	pack_free(pack);
	clock.unit = UNITS;
	for (int way = 0; way < 2; way++, clock.unit = UNIT_HOURS, ground.officers = -1) {
		struct fault g = { 0 };
		s.len = 0;
		pack_compile(&p, day, NULL, &s);
		assert_false(pack_read(der_of(s.at, s.len), &pack, &g));
		assert_ptr_equal(g.row, &PACK_FORM);
	}
}

/* Leaves of one salt; asked for one before `from` is a failure. */
struct leaves {
	uint8_t salt;
	int64_t from;
};

static bool
leaf_at(void *context, int64_t i, uint8_t out[32], struct fault *fault)
{
	const struct leaves *l = context;
	(void)fault;
	assert_true(i >= l->from);
	uint8_t bytes[2] = { (uint8_t)i, l->salt };
	tree_leaf(bytes, 2, out);
	return true;
}

static void
tree_of(int64_t n, uint8_t salt, struct tree *t, uint8_t root[32])
{
	struct leaves l = { .salt = salt };
	*t = (struct tree){ 0 };
	for (int64_t i = 0; i < n; i++) {
		uint8_t leaf[32];
		assert_true(leaf_at(&l, i, leaf, NULL));
		tree_add(t, leaf);
	}
	tree_root(t, root);
}

static void
every_tree_proves_that_it_grew_from_every_smaller_one(void **state)
{
	uint8_t old[32], new[32], wrong[32];
	struct tree older, t;
	(void)state;
	for (int64_t n = 1; n <= 33; n++)
		for (int64_t m = 0; m <= n; m++) {
			OWN_SINK proof = SINK_GROW(4096);
			struct leaves since = { 1, m };
			struct fault f = { 0 };
			tree_of(m, 2, &older, wrong);
			tree_of(n, 1, &t, new);
			tree_of(m, 1, &older, old);
			assert_true(tree_prove(&older, n, leaf_at, &since, &proof, &f));
			assert_true(tree_consistent(m, old, n, new, proof.at, proof.len));
			if (m > 0)
				assert_false(
				    tree_consistent(m, wrong, n, new, proof.at, proof.len));
			for (size_t i = 0; i < proof.len; i += 5) {
				proof.at[i] ^= 1;
				assert_false(tree_consistent(m, old, n, new, proof.at, proof.len));
				proof.at[i] ^= 1;
			}
			if (proof.len > 0)
				assert_false(
				    tree_consistent(m, old, n, new, proof.at, proof.len - 32));
		}
}

static void
a_frontier_is_read_back_by_its_size_alone(void **state)
{
	(void)state;
	for (int64_t n = 0; n <= 70; n++) {
		OWN_SINK nodes = SINK_GROW(4096);
		struct tree t, back = { .size = -1 };
		uint8_t root[32], again[32];
		tree_of(n, 1, &t, root);
		tree_nodes_put(&t, &nodes);
		assert_true(tree_nodes_read(n, nodes.at, nodes.len, &back));
		tree_root(&back, again);
		assert_int_equal(back.size, n);
		assert_memory_equal(root, again, sizeof(root));
		back.size = -1;
		assert_false(tree_nodes_read(n, nodes.at, nodes.len + 32, &back));
		assert_false(tree_nodes_read(n, nodes.at, nodes.len - 1, &back));
		assert_false(tree_nodes_read(-n - 1, nodes.at, nodes.len, &back));
		assert_int_equal(back.size, -1);
	}
}

static void
every_leaf_is_proven_in_its_place_only(void **state)
{
	uint8_t leaf[32], root[32];
	struct leaves all = { .salt = 1 };
	struct tree t;
	(void)state;
	for (int64_t n = 1; n <= 20; n++)
		for (int64_t i = 0; i < n; i++) {
			OWN_SINK proof = SINK_GROW(4096);
			struct fault f = { 0 };
			tree_of(n, 1, &t, root);
			assert_true(leaf_at(&all, i, leaf, &f));
			assert_true(tree_prove_leaf(i, n, leaf_at, &all, &proof, &f));
			assert_true(tree_contains(i, leaf, n, root, proof.at, proof.len));
			for (int64_t k = 0; k < n; k++)
				if (k != i) {
					assert_true(leaf_at(&all, k, leaf, &f));
					assert_false(
					    tree_contains(i, leaf, n, root, proof.at, proof.len));
				}
		}
}

/* Known: single leaves, and pairs and fours that begin at a multiple of eight. */
static bool
node_some(void *context, int64_t from, int64_t n, uint8_t out[32], bool *known, struct fault *f)
{
	struct tree t = { 0 };
	*known = n == 1 || (n <= 4 && from % 8 == 0);
	for (int64_t i = 0; *known && i < n; i++) {
		uint8_t leaf[32];
		if (!leaf_at(context, from + i, leaf, f))
			return false;
		tree_add(&t, leaf);
	}
	if (*known)
		tree_root(&t, out);
	return true;
}

static void
proofs_by_known_nodes_are_those_by_all_leaves(void **state)
{
	struct leaves all = { .salt = 1 };
	(void)state;
	for (int64_t n = 1; n <= 40; n++)
		for (int64_t i = 0; i < n; i++) {
			uint8_t root[32], again[32];
			struct tree t, older;
			struct fault f = { 0 };
			struct leaves since = { 1, i };
			OWN_SINK one = SINK_GROW(4096);
			OWN_SINK other = SINK_GROW(4096);
			tree_of(n, 1, &t, root);
			tree_of(i, 1, &older, again);
			assert_true(tree_prove_leaf(i, n, leaf_at, &all, &one, &f));
			assert_true(tree_prove(&older, n, leaf_at, &since, &one, &f));
			assert_true(tree_prove_leaf_by(i, n, node_some, &all, &other, &f));
			assert_true(tree_prove_by(i, n, node_some, &all, &other, &f));
			assert_int_equal(one.len, other.len);
			if (one.len > 0)
				assert_memory_equal(one.at, other.at, one.len);
			assert_true(tree_root_by(n, node_some, &all, again, &f));
			assert_memory_equal(root, again, 32);
		}
}

static void
words_tell_digests_apart(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };
	char x[WORDS_TEXT], y[WORDS_TEXT];
	(void)state;
	assert_string_equal(words_print(x, a), "kaka-kaka-kaka-kaka-kaka-kaka-kaka-kaka");
	memset(a, 0xff, sizeof(a));
	assert_string_equal(words_print(x, a), "roro-roro-roro-roro-roro-roro-roro-roro");
	for (int bit = 0; bit < 80; bit++) {
		memset(b, 0, sizeof(b));
		b[bit / 8] = (uint8_t)(1 << bit % 8);
		memset(a, 0, sizeof(a));
		assert_string_not_equal(words_print(x, a), words_print(y, b));
	}
}

int
main(void)
{
#define WITH(t) cmocka_unit_test_setup_teardown(t, world_new, world_free)
	const struct CMUnitTest tests[] = {
		WITH(a_charter_reads_back_and_no_shorter_one_does),
		WITH(a_charter_follows_only_the_one_before),
		WITH(an_act_counts_for_its_person_role_and_document_only),
		WITH(a_quorum_is_of_different_custodians),
		WITH(a_key_statement_binds_all_it_names),
		WITH(print_keys_are_of_two_stations_and_one_day),
		cmocka_unit_test(a_journal_keeps_whole_lines_and_cuts_a_torn_one),
		cmocka_unit_test(a_line_that_does_not_read_back_is_not_written),
		cmocka_unit_test(a_journal_that_cannot_be_written_stays_shut),
		cmocka_unit_test(a_changed_line_breaks_the_chain),
		cmocka_unit_test(the_pack_says_what_the_policy_says),
		cmocka_unit_test(a_pack_with_a_number_no_table_has_is_refused),
		cmocka_unit_test(every_tree_proves_that_it_grew_from_every_smaller_one),
		cmocka_unit_test(a_frontier_is_read_back_by_its_size_alone),
		cmocka_unit_test(every_leaf_is_proven_in_its_place_only),
		cmocka_unit_test(proofs_by_known_nodes_are_those_by_all_leaves),
		cmocka_unit_test(words_tell_digests_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

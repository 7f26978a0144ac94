/* act/find, act/search_card, act/shelf: who is found, what is logged of it, and the index key renewed.
 * On both engines. */
#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "act/find.h"
#include "act/shelf.h"
#include "base/scan.h"
#include "scene.h"
#include "store/meta_row.h"
#include "wire/child.h"

#define SEAT(n)                                                                                    \
	{                                                                                          \
		"DL-B2", n                                                                         \
	}
static const struct scene PEOPLE = { .name = "find",
	.kase = { SEAT("ﾀｶﾊｼ ﾘﾖｳ"), SEAT("ﾀｶﾊｼ ﾘﾖｳ"), { "DL-I2", "ﾀｶﾊｼ ﾘﾖｳ" } } };

/* "1:name 2:name kana +3" */
static const char *
found(struct service *s, const char *what, char out[512])
{
	struct found_rows *rows;
	struct fault fault = { 0 };
	struct sink text = { .at = (uint8_t *)out, .cap = 512 };
	if (!find_run(s, what, &rows, &fault)) {
		sink_text(&text, fault.row == NULL ? fault.say : fault.row->name);
		return sink_string(&text);
	}
	for (size_t i = 0; i < rows->count; i++) {
		assert_string_equal(rows->row[i].name, "髙橋　亮");
		assert_string_equal(rows->row[i].state, "printed");
		sink_print(
		    &text, "%lld:%s ", (long long)rows->row[i].dossier, rows->row[i].matched);
	}
	find_free(rows);
	return sink_string(&text);
}

static void
rows_match(struct service *s, const char *reference)
{
	const struct {
		const char *what, *found;
	} ROWS[] = {
		{ "高橋", "1:name 2:name 3:name " },
		{ "髙橋亮", "1:name 2:name 3:name " },
		{ "橋　亮", "1:name 2:name 3:name " },
		{ "ﾘｮｳ", "1:kana 2:kana 3:kana " },
		{ "たかはし りょー", "1:kana 2:kana 3:kana " },
		{ "takahasi", "" },
		{ "Takahashi  Ryō", "1:roman 2:roman 3:roman " },
		{ "ＲＹＯＵ", "1:roman 2:roman 3:roman " },
		{ "0484", "1:phone 2:phone 3:phone " },
		{ "03-0000-0484", "1:phone 2:phone 3:phone " },
		{ "user@EXAMPLE.jp", "1:email 2:email 3:email " },
		{ "架空商事 高橋", "3:name organisation " },
		{ "架空商事 山田", "" },
		{ "亮", "find-short" },
		{ " 　-", "find-short" },
		{ "1 2 3 4 5 6 7 8 9", "find-long" },
		{ "\xff\xfe", "find-long" },
		{ reference, "2:reference " },
		{ "\x01高橋", "1:name 2:name 3:name " },
	};
	char out[512];
	for (size_t i = 0; i < COUNT(ROWS); i++)
		assert_string_equal(found(s, ROWS[i].what, out), ROWS[i].found);
}

struct look {
	struct event_row event;
	struct meta_row key;
	struct card_row card;
	int64_t dossier;
};

static bool
look_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct look *l = context;
	bool there;
	return event_last(tx, &l->event, &there, fault) &&
	       meta_get(tx, "search_key", &l->key, &there, fault) &&
	       card_get(tx, l->dossier, "search", &l->card, &there, fault);
}

static void
look(struct service *s, struct look *l)
{
	struct fault fault = { 0 };
	*l = (struct look){ .dossier = 1 };
	made_or_die(store_read(s->store, look_tx, l, &fault), &fault);
}

static bool
key_count(void *context, const char *owner, struct fault *fault)
{
	(void)owner;
	(void)fault;
	++*(int *)context;
	return true;
}

static int
keys(struct service *s)
{
	int n = 0;
	struct fault fault = { 0 };
	made_or_die(keys_db_each(s->keys, "search", key_count, &n, &fault), &fault);
	return n;
}

static bool
break_tx(struct tx *tx, void *context, struct fault *fault)
{
	return card_replace(tx, context, fault);
}

/* Somebody renews: nothing is gone. A lock that cannot be taken at all is told as what it is. */
static void
a_sweep_leaves_what_is_locked(struct service *s)
{
	char lock[SERVICE_PATH];
	struct fault fault = { 0 };
	int64_t n = -1;
	int fd;
	service_path(s, "run/search.lock", lock);
	made_or_die(lock_take(lock, &fd, &fault), &fault);
	made_or_die(search_keys_sweep(s, &n, &fault), &fault);
	assert_int_equal(n, 0);
	(void)close(fd);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(mkdir(lock, 0700), 0);
	assert_false(search_keys_sweep(s, &n, &fault));
	assert_int_equal(fault.code, FAULT_STORE);
	fault = (struct fault){ 0 };
	assert_false(search_key_renew(s, &n, &fault));
	assert_int_equal(fault.code, FAULT_STORE);
	assert_int_equal(rmdir(lock), 0);
	assert_int_equal(keys(s), 2);
}

/* A card that is broken stops a renewal halfway: nothing moved, and the sweep takes its key. */
static void
a_renewal_that_falls_leaves_all_as_it_was(struct service *s)
{
	struct look was, is;
	struct fault fault = { 0 };
	int64_t n;
	char out[512];
	look(s, &was);
	was.card.dossier = 2;
	struct card_row bad = { 3, "search", was.card.card }, good = bad;
	bad.card.at[20] ^= 1;
	made_or_die(store_write(s->store, NULL, break_tx, &bad, &fault), &fault);
	assert_false(search_key_renew(s, &n, &fault));
	assert_int_equal(keys(s), 2);
	fault = (struct fault){ 0 };
	good.card.at[20] ^= 1;
	made_or_die(store_write(s->store, NULL, break_tx, &good, &fault), &fault);
	look(s, &is);
	assert_string_equal(is.key.value, was.key.value);
	a_sweep_leaves_what_is_locked(s);
	made_or_die(search_keys_sweep(s, &n, &fault), &fault);
	assert_int_equal(n, 1);
	assert_int_equal(keys(s), 1);
	assert_string_equal(found(s, "高橋", out), "1:name 2:name 3:name ");
	blob_drop(&was.card.card);
	blob_drop(&is.card.card);
}

static void
a_renewed_key_opens_all_and_the_old_one_is_gone(struct service *s)
{
	struct look was, is;
	struct fault fault = { 0 };
	struct blob gone;
	int64_t n;
	char out[512];
	look(s, &was);
	made_or_die(search_key_renew(s, &n, &fault), &fault);
	look(s, &is);
	assert_int_equal(n, 3);
	assert_string_equal(is.event.kind, "search-key-renewed");
	assert_string_not_equal(is.key.value, was.key.value);
	assert_int_equal(keys(s), 1);
	assert_false(keys_db_get(s->keys, "search", was.key.value, &gone, &fault));
	assert_int_equal(fault.code, FAULT_MISSING);
	assert_int_equal(is.card.card.n, was.card.card.n);
	assert_memory_not_equal(is.card.card.at, was.card.card.at, is.card.card.n);
	assert_string_equal(found(s, "たかはし", out), "1:kana 2:kana 3:kana ");
	blob_drop(&was.card.card);
	blob_drop(&is.card.card);
}

static void
people_are_found_and_searches_are_logged_without_their_words(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct service *s = made_service(engine, "find", dir);
		struct taken t = { 0 };
		struct look l;
		scene_apply(s, &PEOPLE, &t);
		rows_match(s, t.reference[1]);
		look(s, &l);
		assert_string_equal(l.event.kind, "dossier-searched");
		assert_string_equal(l.event.detail, "hits=3");
		blob_drop(&l.card.card);
		a_renewed_key_opens_all_and_the_old_one_is_gone(s);
		a_renewal_that_falls_leaves_all_as_it_was(s);
		service_close(s);
	}
}

/* Of every length and at every place, beside a search one byte after the other. */
static void
a_text_is_found_where_it_stands(void **state)
{
	(void)state;
	uint8_t in[200];
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * i % 7);
	for (size_t from = 0; from < 40; from++)
		for (size_t m = 1; m < 80; m++)
			for (size_t n = m; from + n <= sizeof(in); n += 13)
				assert_ptr_equal(scan_find(in + from, n, in + 61, m),
				    memmem(in + from, n, in + 61, m));
	assert_null(scan_find(in, 3, in, 4));
}

static void
only_named(struct application *a, char *name)
{
	for (int f = 0; f < A_FIELDS; f++)
		a->text[f] = (char *)(uintptr_t) "";
	a->text[A_name] = name;
}

static void
a_long_name_is_cut_between_two_characters(void **state)
{
	(void)state;
	struct fault fault = { 0 };
	struct application a;
	char name[] = "髙橋　亮", organisation[601] = "";
	uint8_t card[SEARCH_CARD + 1] = { 0 };
	for (int i = 0; i < 200; i++)
		memcpy(organisation + 3 * i, "架", 3);
	only_named(&a, name);
	a.text[A_organisation] = organisation;
	search_card_make(&a, card);
	size_t n = strlen((char *)card);
	assert_in_range(n, SEARCH_CARD - 3, SEARCH_CARD);
	assert_int_equal(memcmp(card + n - 3, "架", 3), 0);
	struct shelf s;
	made_or_die(shelf_new(1, 1000, &s, &fault), &fault);
	assert_true(shelf_put(&s, 7, card));
	assert_false(shelf_put(&s, 8, card)); /* no room */
	shelf_empty(&s);
	assert_int_equal(s.text[5], 0);
	shelf_free(&s);
}

/* Letters of four octets each: the limit of the written name falls within one. */
static void
a_written_name_is_cut_between_two_characters(void **state)
{
	(void)state;
	struct application a;
	char name[4 * 64 + 1] = "";
	uint8_t card[SEARCH_CARD + 1] = { 0 };
	for (int i = 0; i < 64; i++)
		memcpy(name + 4 * i, "𠮷", 4);
	only_named(&a, name);
	search_card_make(&a, card);
	assert_int_equal(card[0], SEARCH_WRITTEN);
	assert_int_equal(card[1 + 196], SEARCH_NAMES); /* 49 of them are less than SEARCH_NAME */
	assert_memory_equal(card + 1, name, 196);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_are_found_and_searches_are_logged_without_their_words),
		cmocka_unit_test(a_text_is_found_where_it_stands),
		cmocka_unit_test(a_long_name_is_cut_between_two_characters),
		cmocka_unit_test(a_written_name_is_cut_between_two_characters),
	};
	return vault_start(&(struct fault){ 0 }) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}

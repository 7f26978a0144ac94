/* act/head: what the signer is told of the event log costs only what is new in it, on both engines.
 * [design 4] [X-1] [RFC6962 2.1] */
#include "test.h"

#include "act/head.h"
#include "engines.h"
#include "store/event_row.h"
#include "store/frontier_row.h"

struct bench {
	struct store *store;
	struct head head;
	struct tree log; /* of all events there are */
	struct signer_status signer;
	uint64_t drawn;
};

static void
good(bool is, const struct fault *fault)
{
	if (!is)
		print_message("%s (%s)\n", fault->say, fault->detail);
	assert_true(is);
}

struct adding {
	struct bench *bench;
	int64_t count;
};

static bool
add(struct tx *tx, void *context, struct fault *fault)
{
	const struct adding *a = context;
	for (int64_t i = 0; i < a->count; i++) {
		struct event_row e = { .at = 1, .kind = "test", .actor = "system" };
		int64_t n = a->bench->log.size + i;
		memcpy(e.act_id, &n, sizeof(n));
		tree_leaf(&n, sizeof(n), e.leaf);
		if (!event_begin(tx, &e, fault) || !event_add(tx, &e, fault))
			return false;
	}
	return true;
}

static void
events(struct bench *b, int64_t count)
{
	struct adding a = { b, count };
	struct fault fault = { 0 };
	good(store_write(b->store, NULL, add, &a, &fault), &fault);
	for (int64_t i = 0; i < count; i++) {
		uint8_t leaf[32];
		tree_leaf(&b->log.size, sizeof(b->log.size), leaf);
		tree_add(&b->log, leaf);
	}
}

static bool
run_text(struct tx *tx, void *context, struct fault *fault)
{
	const struct sql sql = { context, NULL, 0, 0 };
	int64_t changed;
	return tx_change(tx, &sql, NULL, 0, &changed, fault) &&
	       (changed > 0 || fault_set(fault, FAULT_BUG, "no row"));
}

static void
sql(struct bench *b, const char *text)
{
	struct fault fault = { 0 };
	good(store_write(b->store, NULL, run_text, (void *)(uintptr_t)text, &fault), &fault);
}

static void
bench_open(struct bench *b, int engine, const char *name)
{
	char url[ENGINE_URL];
	struct fault fault = { 0 };
	*b = (struct bench){ .drawn = 88172645463325252u };
	tree_root(&b->log, b->signer.root);
	engine_url(engine, name, url);
	good(store_open(url, true, &b->store, &fault), &fault);
}

static void
bench_close(struct bench *b)
{
	head_drop(&b->head);
	store_close(b->store);
}

/* A program that starts knows nothing but what is stored. */
static void
start_again(struct bench *b)
{
	head_drop(&b->head);
}

/* What the signer would say of it. */
static bool
head_follows(struct bench *b, struct signer_head *h)
{
	OWN_SINK proof = SINK_GROW(8192);
	struct fault fault = { 0 };
	good(head_read(&b->head, b->store, &b->signer, h, &proof, &fault), &fault);
	return tree_consistent(
	    b->signer.size, b->signer.root, h->size, h->root, h->proof.p, h->proof.n);
}

static void
assert_whole(struct bench *b)
{
	struct signer_head h = { 0 };
	uint8_t root[32];
	tree_root(&b->log, root);
	assert_true(head_follows(b, &h));
	assert_int_equal(h.size, b->log.size);
	assert_memory_equal(h.root, root, sizeof(root));
}

/* The signer has journaled the newest head. */
static void
signer_takes(struct bench *b)
{
	b->signer.size = b->log.size;
	tree_root(&b->log, b->signer.root);
}

static void
every_head_follows_the_signers_last(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		assert_non_null(b);
		bench_open(b, engine, "head");
		assert_whole(b); /* of nothing */
		for (int i = 0; i < 60; i++) {
			b->drawn = b->drawn * 6364136223846793005u + 1442695040888963407u;
			events(b, (int64_t)(b->drawn >> 60) * (i % 10 == 0 ? 150 : 1));
			assert_whole(b);
			if ((b->drawn >> 50) % 3 == 0)
				signer_takes(b);
			if ((b->drawn >> 40) % 5 == 0)
				start_again(b);
			assert_whole(b);
		}
		assert_true(b->log.size > 3 * HEAD_STEP);
		bench_close(b);
		free(b);
	}
}

/* What a start reads begins at the last frontier: the events before it may as well not be there. */
static void
nothing_before_the_last_frontier_is_read_again(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		assert_non_null(b);
		bench_open(b, engine, "start");
		events(b, 20 * HEAD_STEP + 7); /* more than a page */
		assert_whole(b);
		signer_takes(b);
		events(b, 5);
		sql(b, "DELETE FROM event WHERE seq <= 20480");
		assert_whole(b);
		start_again(b);
		assert_whole(b);
		sql(b, "DELETE FROM frontier WHERE size = 20480");
		start_again(b);
		struct signer_head h;
		assert_false(head_follows(b, &h)); /* now it had to be */
		bench_close(b);
		free(b);
	}
}

static bool
last(struct tx *tx, void *context, struct fault *fault)
{
	bool found;
	return frontier_last(tx, INT64_MAX, context, &found, fault) && found;
}

static void
a_wrong_frontier_is_found_out_and_made_anew(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		struct frontier_row row = { 0 };
		struct tree kept;
		uint8_t root[32], at_step[32];
		struct fault fault = { 0 };
		assert_non_null(b);
		bench_open(b, engine, "wrong");
		events(b, HEAD_STEP);
		tree_root(&b->log, at_step);
		events(b, 9);
		signer_takes(b);
		assert_whole(b);
		for (int i = 0; i < 2; i++) { /* other nodes, and a size that they are not of */
			sql(b, i == 0 ? "UPDATE frontier SET nodes = (SELECT leaf FROM event WHERE "
					"seq = 1)"
				      : "UPDATE frontier SET size = 1023");
			start_again(b);
			assert_whole(b);
			good(store_read(b->store, last, &row, &fault), &fault);
			assert_true(tree_nodes_read(row.size, row.nodes.at, row.nodes.n, &kept));
			tree_root(&kept, root);
			assert_int_equal(row.size, HEAD_STEP);
			assert_memory_equal(root, at_step, sizeof(root));
			frontier_drop(&row);
		}
		bench_close(b);
		free(b);
	}
}

/* The signer refuses to issue on it, and goes on revoking: here it is only told. */
static void
a_log_that_was_cut_or_changed_is_told_as_one_that_does_not_follow(void **state)
{
	static const char *const CHANGES[] = { "DELETE FROM event WHERE seq > 20",
		"DELETE FROM event WHERE seq = 35", "DELETE FROM event WHERE seq = 10",
		"UPDATE event SET leaf = (SELECT leaf FROM event WHERE seq = 1) WHERE seq = 2" };
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t i = 0; i < COUNT(CHANGES); i++)
			for (int again = 0; again < 2; again++) {
				struct bench *b = calloc(1, sizeof(*b));
				struct signer_head h = { 0 };
				char name[32];
				assert_non_null(b);
				snprintf(name, sizeof(name), "cut%zu%d", i, again);
				bench_open(b, engine, name);
				events(b, 30);
				signer_takes(b);
				events(b, 10);
				if (again == 0 && i < 2)
					assert_whole(b);
				sql(b, CHANGES[i]);
				if (again == 1 || i >= 2)
					assert_false(head_follows(b, &h));
				start_again(b);
				assert_false(head_follows(b, &h));
				assert_int_equal(h.older, b->signer.size); /* not overtaken */
				bench_close(b);
				free(b);
			}
}

/* Before the signer knows any event there is nothing it could compare with. */
static void
a_gap_before_the_first_checkpoint_is_refused_here(void **state)
{
	(void)state;
	struct bench *b = calloc(1, sizeof(*b));
	struct signer_head h;
	struct fault fault = { 0 };
	OWN_SINK proof = SINK_GROW(8192);
	assert_non_null(b);
	bench_open(b, 0, "gap");
	events(b, 3);
	assert_whole(b);
	start_again(b);
	sql(b, "DELETE FROM event WHERE seq = 2");
	assert_false(head_read(&b->head, b->store, &b->signer, &h, &proof, &fault));
	assert_int_equal(fault.code, FAULT_BROKEN);
	bench_close(b);
	free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_head_follows_the_signers_last),
		cmocka_unit_test(nothing_before_the_last_frontier_is_read_again),
		cmocka_unit_test(a_wrong_frontier_is_found_out_and_made_anew),
		cmocka_unit_test(a_log_that_was_cut_or_changed_is_told_as_one_that_does_not_follow),
		cmocka_unit_test(a_gap_before_the_first_checkpoint_is_refused_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

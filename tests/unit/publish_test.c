/* Beside the list: a checkpoint that goes forwards only, whoever writes it. [design 4] */
#include "test.h"

#include "act/publish.h"
#include "base/file.h"
#include "made.h"
#include "wire/child.h"

static void
receipt_of(int64_t seq, enum line_kind kind, struct sink *out)
{
	const uint8_t signature[] = { 1, 2, 3 };
	struct line line = { .kind = kind, .at = { 1 }, .seq = seq };
	OWN_SINK whole = SINK_GROW(LINE_MOST);
	line_pack(&line, &whole);
	const struct signer_receipt r = { der_of(whole.at, whole.len),
		der_of(signature, sizeof(signature)) };
	*out = SINK_GROW(CHECKPOINT_MOST);
	signer_receipt_pack(&r, out);
}

/* The line of what stands there; 0: none that can be read. */
static int64_t
stands(const char *path)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct fault none = { 0 };
	struct signer_receipt r;
	struct line line;
	return file_read(path, CHECKPOINT_MOST, (uint8_t **)(void *)&bytes, &n, &none) &&
		       checkpoint_read(der_of(bytes, n), &r, &line)
		   ? line.seq
		   : 0;
}

static void
a_checkpoint_never_goes_back(void **state)
{
	static const struct {
		int64_t seq, stands;
	} ROWS[] = { { 5, 5 }, { 4, 5 }, { 5, 5 }, { 6, 6 }, { 1, 6 }, { 300, 300 }, { 299, 300 } };
	char dir[256], path[SERVICE_PATH], name[SERVICE_PATH];
	struct fault fault = { 0 };
	int lock;
	(void)state;
	struct service *s = made_service(0, "forwards", dir);
	service_path(s, "repository/checkpoint.der", path);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		OWN_SINK r = { 0 };
		receipt_of(ROWS[i].seq, LINE_HEAD, &r);
		made_or_die(checkpoint_put(s, der_of(r.at, r.len), &fault), &fault);
		assert_int_equal(stands(path), ROWS[i].stands);
	}
	OWN_SINK next = { 0 };
	OWN_SINK other = { 0 };
	receipt_of(301, LINE_HEAD, &next);
	receipt_of(302, LINE_CHARTER, &other);
	made_or_die(lock_take(service_path(s, "run/checkpoint.lock", name), &lock, &fault), &fault);
	made_or_die(checkpoint_put(s, der_of(next.at, next.len), &fault), &fault);
	assert_int_equal(stands(path), 300); /* another is at it */
	(void)close(lock);
	made_or_die(file_write(path, 0644, "none", 4, &fault), &fault);
	made_or_die(checkpoint_put(s, der_of(next.at, next.len), &fault), &fault);
	assert_int_equal(stands(path), 301); /* what nobody can read is worth nothing */
	assert_false(checkpoint_put(s, der_of(other.at, other.len), &fault));
	assert_string_equal(fault.name, "frame-broken");
	assert_int_equal(stands(path), 301);
	service_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_checkpoint_never_goes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

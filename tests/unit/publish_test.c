/* Beside the list: a checkpoint that goes forwards only, whoever writes it. [design 4] */
#include "test.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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
	char dir[256], path[SERVICE_PATH];
	struct fault fault = { 0 };
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
	made_or_die(file_write(path, 0644, "none", 4, &fault), &fault);
	made_or_die(checkpoint_put(s, der_of(next.at, next.len), &fault), &fault);
	assert_int_equal(stands(path), 301); /* what nobody can read is worth nothing */
	assert_false(checkpoint_put(s, der_of(other.at, other.len), &fault));
	assert_string_equal(fault.name, "frame-broken");
	assert_int_equal(stands(path), 301);
	service_close(s);
}

/* In a child: holds the lock, and puts an older line there before it lets go. */
static void
put_slowly(const char *lock, const char *path, int ready)
{
	const struct timespec nap = { 0, 200000000 };
	struct fault fault = { 0 };
	OWN_SINK older = { 0 };
	int fd;
	receipt_of(4, LINE_HEAD, &older);
	made_or_die(lock_take(lock, &fd, &fault), &fault);
	assert_int_equal(write(ready, "!", 1), 1);
	(void)nanosleep(&nap, NULL);
	made_or_die(file_write(path, 0644, older.at, older.len, &fault), &fault);
	_exit(0);
}

static void
a_newer_one_waits_for_the_other_issuer(void **state)
{
	char dir[256], path[SERVICE_PATH], lock[SERVICE_PATH], c;
	struct fault fault = { 0 };
	OWN_SINK newer = { 0 };
	int ends[2], status;
	(void)state;
	struct service *s = made_service(0, "waits", dir);
	service_path(s, "repository/checkpoint.der", path);
	service_path(s, "run/checkpoint.lock", lock);
	receipt_of(5, LINE_HEAD, &newer);
	assert_int_equal(pipe(ends), 0);
	pid_t other = fork();
	if (other == 0)
		put_slowly(lock, path, ends[1]);
	assert_int_equal(read(ends[0], &c, 1), 1);
	made_or_die(checkpoint_put(s, der_of(newer.at, newer.len), &fault), &fault);
	assert_int_equal(stands(path), 5);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	assert_int_equal(stands(path), 5); /* and stays */
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(mkdir(lock, 0700), 0); /* as a folder nothing can be written in */
	assert_false(checkpoint_put(s, der_of(newer.at, newer.len), &fault));
	assert_int_equal(fault.code, FAULT_STORE);
	service_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_checkpoint_never_goes_back),
		cmocka_unit_test(a_newer_one_waits_for_the_other_issuer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

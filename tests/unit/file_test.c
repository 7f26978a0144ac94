/* base/file: a new file, on whatever file system somebody has it put. */
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "folder.h"

/* Before libc's: what the file system answers; 0: as it is. */
static struct {
	int rename, link, folder;
} SAYS;

static bool
refuses(int why)
{
	errno = why;
	return why != 0;
}

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	return refuses(SAYS.rename)
		   ? -1
		   : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int
link(const char *from, const char *to)
{
	return refuses(SAYS.link) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
fsync(int fd)
{
	struct stat st;
	bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
	return folder && refuses(SAYS.folder) ? -1 : (int)syscall(SYS_fsync, fd);
}

static int
files_in(const char *folder)
{
	DIR *d = opendir(folder);
	int found = 0;
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		found += e->d_name[0] != '.';
	(void)closedir(d);
	return found;
}

static void
holds(const char *path, const char *text)
{
	struct fault fault = { 0 };
	uint8_t *bytes;
	size_t len;
	assert_true(file_read(path, 100, &bytes, &len, &fault));
	assert_string_equal((char *)bytes, text);
	free(bytes);
}

static void
a_new_file_is_whole_or_not_there(void **state)
{
	(void)state;
	static const struct {
		int rename, link, folder, why; /* why 0: written, and never again under that name */
	} ROWS[] = {
		{ 0, 0, 0, 0 },
		{ 0, EPERM, 0, 0 }, /* FAT */
		{ EINVAL, 0, 0, 0 }, /* NFS */
		{ ENOSYS, 0, 0, 0 },
		{ EINVAL, EPERM, 0, EPERM },
		{ EACCES, 0, 0, EACCES },
		{ 0, 0, EIO, EIO },
		{ EINVAL, 0, EIO, EIO },
	};
	char folder[TEST_PATH], path[TEST_PATH + 8];
	snprintf(path, sizeof(path), "%s/new", test_folder("file", folder));
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct fault fault = { 0 }, again = { 0 };
		SAYS.rename = ROWS[i].rename, SAYS.link = ROWS[i].link,
		SAYS.folder = ROWS[i].folder;
		bool written = file_write_new(path, 0600, "one", 3, &fault);
		assert_int_equal(written, ROWS[i].why == 0);
		assert_int_equal(files_in(folder), written);
		if (written) {
			assert_false(file_write_new(path, 0600, "two", 3, &again));
			assert_int_equal(again.code, FAULT_STATE);
			assert_int_equal(files_in(folder), 1);
			holds(path, "one");
			assert_int_equal(unlink(path), 0);
		} else {
			assert_int_equal(fault.code, FAULT_STORE);
			assert_non_null(strstr(fault.say, strerror(ROWS[i].why)));
		}
	}
	assert_int_equal(rmdir(folder), 0);
}

static void
a_name_says_who_writes_the_file(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		pid_t writer;
	} ROWS[] = { { "ca.crt.new.123", 123 }, { "9.crl.new.2147483647", 2147483647 },
		{ "9.crl.new.2147483648", 0 }, { "x.new.99999999999999999999", 0 },
		{ "x.new.0", 0 }, { "x.new.", 0 }, { "x.new", 0 }, { "x.new.1x", 0 },
		{ "x.new.-1", 0 }, { "x.new.+1", 0 }, { "x.new. 1", 0 }, { "x.new.eml", 0 },
		{ "x", 0 }, { "", 0 } };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		assert_int_equal(file_writer(ROWS[i].name), ROWS[i].writer);
	char own[64];
	assert_true(file_aside("DIR/x", own, sizeof(own)));
	assert_memory_equal(own, "DIR/x.new.", 10);
	assert_int_equal(file_writer(own), getpid());
	assert_false(file_aside("DIR/x", own, strlen(own)));
}

/* Without descriptors nothing is known of a file: not that it is missing, nor a folder empty. */
static void
what_cannot_be_opened_is_not_missing(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 8];
	struct rlimit all, none;
	struct fault why[4] = { 0 };
	uint8_t *bytes = NULL;
	size_t n;
	struct folder is = { 0 };
	snprintf(path, sizeof(path), "%s/x", test_folder("none", folder));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &all), 0);
	none = all;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	bool read = file_read(path, 10, &bytes, &n, &why[0]);
	bool listed = folder_read(folder, &is, &why[1]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &all), 0);
	assert_false(read);
	assert_int_equal(why[0].code, FAULT_OUTSIDE);
	assert_false(listed);
	assert_int_equal(why[1].code, FAULT_STORE);
	assert_false(file_read(path, 10, &bytes, &n, &why[2]));
	assert_int_equal(why[2].code, FAULT_MISSING);
	assert_true(folder_read(path, &is, &why[3]));
	assert_int_equal(is.n, 0);
}

static void
a_folder_has_its_names_in_order(void **state)
{
	(void)state;
	char path[TEST_PATH], below[TEST_PATH + 8];
	static const char *const NAMES[] = { "b", ".hidden", "a" };
	static const char *const ORDER[] = { ".hidden", "a", "b" };
	struct fault why = { 0 };
	OWN_FOLDER is = { 0 };
	(void)test_folder("names", path);
	for (size_t i = 0; i < COUNT(NAMES); i++) {
		snprintf(below, sizeof(below), "%s/%s", path, NAMES[i]);
		assert_int_equal(mkdir(below, 0700), 0);
	}
	assert_true(folder_read(path, &is, &why));
	assert_int_equal(is.n, COUNT(NAMES));
	for (size_t i = 0; i < is.n; i++)
		assert_string_equal(folder_name(&is, i), ORDER[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_opened_is_not_missing),
		cmocka_unit_test(a_folder_has_its_names_in_order),
		cmocka_unit_test(a_name_says_who_writes_the_file),
		cmocka_unit_test(a_new_file_is_whole_or_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

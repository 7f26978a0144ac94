/* What is put before the calls of our programs; points.h says what it does. */
#undef _FILE_OFFSET_BITS /* both names of a call are given here */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <unwind.h>

#include "points.h"
#include "faults/next.h"

enum { FILES = 64, ENVIRONMENT = 256 };

/* An open file as it was just before the program locked itself in. */
struct file {
	bool regular, append, folder;
	dev_t device;
	ino_t file;
	int64_t size;
	char path[POINTS_PATH];
};

static struct points *points; /* NULL: not one of our programs */
static char preload[1200], shared[600]; /* for the environment of those we start */
static char report[600]; /* with a point and its number behind: what a program of ours ended of */
static char alone[1200]; /* of those that cannot hold more */
/* libfyaml follows NULL where this is refused: read_file sees to it that there is room, and here the next is refused. */
static uintptr_t yaml_input;
static bool caged;
static struct file caged_file[FILES];

static struct {
	ssize_t (*write)(int, const void *, size_t);
	ssize_t (*writev)(int, const struct iovec *, int);
	ssize_t (*pwrite)(int, const void *, size_t, off_t);
	ssize_t (*send)(int, const void *, size_t, int);
	ssize_t (*sendmsg)(int, const struct msghdr *, int);
	int (*fsync)(int);
	int (*fdatasync)(int);
	int (*renameat2)(int, const char *, int, const char *, unsigned);
	int (*link)(const char *, const char *);
	int (*unlink)(const char *);
	int (*unlinkat)(int, const char *, int);
	int (*ftruncate)(int, off_t);
	int (*execve)(const char *, char *const[], char *const[]);
	long (*syscall)(long, ...);
} real;

#define FIND(name) *(void **)&real.name = next_find(#name)

static bool
ours(void)
{
	char exe[600];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return false;
	exe[n] = '\0';
	const char *slash = strrchr(exe, '/');
	return slash != NULL && strncmp(slash + 1, "akashi", 6) == 0;
}

static void
enter(void)
{
	while (__atomic_exchange_n(&points->lock, 1, __ATOMIC_ACQUIRE) != 0)
		;
}

static void
leave(void)
{
	__atomic_store_n(&points->lock, 0, __ATOMIC_RELEASE);
}

/* Comes once: the signal then does what it does. Where it was is told, but by what is locked in. */
static void
crashed(int signal)
{
	void *frame[40];
	char path[640];
	(void)signal;
	__atomic_add_fetch(&points->crashes, points->mode > POINTS_TORN, __ATOMIC_RELAXED);
	(void)snprintf(path, sizeof(path), "%s.%d", report, (int)getpid());
	int fd = caged ? -1 : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd != -1)
		backtrace_symbols_fd(frame, backtrace(frame, 40), fd);
}

static void
crashes_watch(void)
{
	static const int SIGNALS[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
	void *first;
	(void)backtrace(&first, 1); /* which allocates */
	const struct sigaction once = { .sa_handler = crashed, .sa_flags = (int)SA_RESETHAND };
	for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++)
		(void)sigaction(SIGNALS[i], &once, NULL);
}

/* glibc's own allocator under its other names, for dlsym itself allocates; that of LeakSanitizer where it was put behind us. */
#define BEHIND(name, args)                                                                         \
	void *__libc_##name args;                                                                  \
	void *__interceptor_##name args __attribute__((weak))
#define ALLOCATE(name, ...)                                                                        \
	(__interceptor_##name == NULL ? __libc_##name(__VA_ARGS__)                                 \
				      : __interceptor_##name(__VA_ARGS__))
BEHIND(malloc, (size_t));
BEHIND(calloc, (size_t, size_t));
BEHIND(realloc, (void *, size_t));
BEHIND(memalign, (size_t, size_t));

/* It asks before it looks: programs of others are none of ours, what is locked in cannot be looked at. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
	return points == NULL || caged;
}

/* libfyaml forgets its own 88 octets where it has room for no more. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:fy_diag_create\n";
}

/* What a program ends with is its own word. */
const char *__lsan_default_options(void);
const char *
__lsan_default_options(void)
{
	return "exitcode=0";
}

/* What it says goes where sweep finds it: the standard error of who runs may be nowhere. */
void __sanitizer_set_report_path(const char *) __attribute__((weak));
static void
leaks_watch(void)
{
	if (__sanitizer_set_report_path != NULL)
		__sanitizer_set_report_path(report);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("AKASHI_POINTS"), *self = getenv("LD_PRELOAD");
	FIND(write), FIND(writev), FIND(pwrite), FIND(send), FIND(sendmsg), FIND(fsync);
	FIND(fdatasync), FIND(renameat2), FIND(link), FIND(unlink), FIND(unlinkat);
	FIND(ftruncate), FIND(execve), FIND(syscall);
	free(
	    ALLOCATE(malloc, 1)); /* no signal can be set before the sanitizer's first allocation */
	if (path == NULL || self == NULL)
		return;
	yaml_input = (uintptr_t)dlsym(RTLD_DEFAULT, "fy_input_create");
	(void)snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", self);
	(void)snprintf(alone, sizeof(alone), "LD_PRELOAD=%.*s", (int)strcspn(self, ":"), self);
	(void)snprintf(shared, sizeof(shared), "AKASHI_POINTS=%s", path);
	if (!ours())
		return;
	points = points_open(path);
	const int64_t began = points_began(getpid());
	if (points == NULL || began == 0)
		_exit(99);
	enter();
	if (points->pids < POINTS_PIDS)
		points->pid[points->pids] = getpid(), points->began[points->pids++] = began;
	leave();
	(void)snprintf(report, sizeof(report), "%s.report", path);
	leaks_watch();
	crashes_watch();
}

static void
fall(void)
{
	if (!caged)
		(void)kill(getpid(), SIGKILL);
	__builtin_trap();
}

enum verdict { GO_ON, TEAR, FAIL, HALF };

static enum verdict
verdict_of(enum points_call call)
{
	switch (points->mode) {
	case POINTS_KILL:
		return GO_ON;
	case POINTS_TORN:
		return call == CALL_WRITE ? TEAR : GO_ON;
	case POINTS_SHORT:
		return call == CALL_WRITE ? HALF : GO_ON;
	case POINTS_EIO:
	case POINTS_ENOSPC:
	case POINTS_EINTR:
	case POINTS_ALLOC:
	case POINTS_ALLOC_ON:
		return FAIL;
	}
	return GO_ON;
}

/* Counts the call. Whoever comes after the point falls as well. */
static enum verdict
point(enum points_call call)
{
	if (points == NULL || (points->mode >= POINTS_ALLOC) != (call == CALL_ALLOC))
		return GO_ON;
	enter();
	bool here = !points->dead && ++points->count == points->target;
	points->of[call]++;
	if (here && points->mode <= POINTS_TORN)
		points->dead = true;
	if (here && points->mode == POINTS_ALLOC_ON)
		points->failed_pid = getpid();
	bool dead = points->dead;
	bool on = points->mode == POINTS_ALLOC_ON && points->failed_pid == getpid();
	leave();
	enum verdict v = here || on ? verdict_of(call) : GO_ON;
	if (dead && v != TEAR)
		fall();
	return v;
}

static void
file_look(int fd, struct file *f)
{
	struct stat st;
	char link[64];
	*f = (struct file){ 0 };
	if (fstat(fd, &st) != 0)
		return;
	f->regular = S_ISREG(st.st_mode);
	f->folder = S_ISDIR(st.st_mode);
	f->device = st.st_dev;
	f->file = st.st_ino;
	f->size = st.st_size;
	f->append = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, f->path, sizeof(f->path) - 1);
	f->path[n < 0 ? 0 : n] = '\0';
}

/* Behind the lock nothing can be asked: what stood there before counts. */
static struct file *
file_of(int fd, struct file *room)
{
	if (caged)
		return fd >= 0 && fd < FILES ? &caged_file[fd] : NULL;
	file_look(fd, room);
	return room;
}

static struct points_undo *
undo_new(size_t bytes)
{
	size_t n = (sizeof(struct points_undo) + bytes + 15) / 16 * 16;
	if (points->used + n > points->size)
		_exit(98);
	struct points_undo *u = (void *)(points->log + points->used);
	memset(u, 0, sizeof(*u));
	points->used += n;
	u->next = points->used;
	u->bytes = bytes;
	return u;
}

/* Before [at, at + n) of the file is written, or the file cut to `at` (n 0). */
static void
keep_bytes(int fd, const struct file *f, int64_t at, size_t n)
{
	char link[64];
	int64_t end = n == 0 || at + (int64_t)n > f->size ? f->size : at + (int64_t)n;
	size_t old = end > at ? (size_t)(end - at) : 0;
	enter();
	struct points_undo *u = undo_new(old);
	u->kind = UNDO_BYTES;
	u->device = f->device;
	u->file = f->file;
	u->at = at;
	u->size = f->size;
	(void)snprintf(u->path, sizeof(u->path), "%s", f->path);
	if (old > 0) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		int again = open(link, O_RDONLY | O_CLOEXEC);
		if (again == -1 || pread(again, u + 1, old, at) != (ssize_t)old)
			_exit(98);
		(void)close(again);
	}
	leave();
}

/* Everything of this file, or every name in this folder, is on disk. */
static void
forget(const struct file *f)
{
	enter();
	for (size_t at = 0; at < points->used;) {
		struct points_undo *u = (void *)(points->log + at);
		if (u->kind == (f->folder ? UNDO_NAME : UNDO_BYTES) && u->file == f->file &&
		    u->device == f->device) {
			if (u->kept[0] != '\0')
				(void)real.unlink(u->kept);
			u->kind = UNDO_GONE;
		}
		at = u->next;
	}
	leave();
}

static bool
left_out(const struct file *f)
{
	bool out =
	    f != NULL && points->leave_out[0] != '\0' && strstr(f->path, points->leave_out) != NULL;
	points->left_out += out;
	return out;
}

static bool
failed(void)
{
	errno = points->mode == POINTS_ENOSPC ? ENOSPC : points->mode == POINTS_EINTR ? EINTR : EIO;
	return true;
}

/* What cannot be sent has lost its other end: that is told too, where the filter lets us. */
static bool
send_failed(int fd)
{
	if (points->mode != POINTS_EINTR && !caged)
		(void)shutdown(fd, SHUT_RDWR);
	errno = points->mode == POINTS_EINTR ? EINTR : EPIPE;
	return true;
}

static bool
talk(int fd)
{
	return fd == 1 || fd == 2; /* to a person: no point */
}

ssize_t
write(int fd, const void *p, size_t n)
{
	struct file room;
	if (points == NULL || talk(fd))
		return real.write(fd, p, n);
	struct file *f = file_of(fd, &room);
	bool regular = f != NULL && f->regular;
	enum verdict v = point(regular ? CALL_WRITE : CALL_SEND);
	if (v == FAIL && (regular ? failed() : send_failed(fd)))
		return -1;
	if (regular)
		keep_bytes(fd, f, f->append ? f->size : (int64_t)lseek(fd, 0, SEEK_CUR), n);
	ssize_t done = real.write(fd, p, v == TEAR || v == HALF ? (n + 1) / 2 : n);
	if (v == TEAR)
		fall();
	if (regular && caged && done > 0)
		f->size += done;
	return done;
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	if (points != NULL && !talk(fd) && point(CALL_SEND) == FAIL && send_failed(fd))
		return -1;
	return real.writev(fd, v, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct file room;
	if (points == NULL)
		return real.pwrite(fd, p, n, at);
	struct file *f = file_of(fd, &room);
	enum verdict v = point(CALL_WRITE);
	if (v == FAIL && failed())
		return -1;
	if (f != NULL && f->regular)
		keep_bytes(fd, f, at, n);
	ssize_t done = real.pwrite(fd, p, v == TEAR || v == HALF ? (n + 1) / 2 : n, at);
	if (v == TEAR)
		fall();
	return done;
}

ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	return point(CALL_SEND) == FAIL && send_failed(fd) ? -1 : real.send(fd, p, n, flags);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	return point(CALL_SEND) == FAIL && send_failed(fd) ? -1 : real.sendmsg(fd, m, flags);
}

/* SQLite's own files are its own: it closes what it can no longer trust. */
static void
fsync_failed(const struct file *f)
{
	if (f == NULL || strstr(f->path, ".db") != NULL)
		return;
	points->failed_pid = getpid();
	points->failed_device = f->device;
	points->failed_file = f->file;
}

/* A file that is removed, a folder that gets a name anew: what is synced after is not what failed. */
static void
failed_over(dev_t device, ino_t file)
{
	if (points->failed_device == device && points->failed_file == file)
		points->failed_file = 0;
}

static void
fsync_again(const struct file *f)
{
	points->synced_again +=
	    f != NULL && points->failed_file != 0 && points->failed_pid == getpid() &&
	    points->failed_device == f->device && points->failed_file == f->file;
}

static int
sync_with(int (*call)(int), int fd)
{
	struct file room;
	if (points == NULL)
		return call(fd);
	bool fails = point(CALL_FSYNC) == FAIL && failed();
	struct file *f = file_of(fd, &room);
	if (fails) {
		fsync_failed(f);
		errno = points->mode == POINTS_ENOSPC ? ENOSPC : EIO;
		return -1;
	}
	fsync_again(f);
	if (left_out(f))
		return 0;
	int status = call(fd);
	if (status == 0 && f != NULL)
		forget(f);
	return status;
}

int
fsync(int fd)
{
	return sync_with(real.fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_with(real.fdatasync, fd);
}

/* The folder of a path, and the whole path. */
static bool
name_look(int dir, const char *path, char whole[POINTS_PATH], struct stat *folder)
{
	char at[POINTS_PATH], up[POINTS_PATH];
	int n;
	if (path[0] == '/') {
		n = snprintf(whole, POINTS_PATH, "%s", path);
	} else {
		char link[64];
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
		ssize_t k = readlink(dir == AT_FDCWD ? "/proc/self/cwd" : link, at, sizeof(at) - 1);
		at[k < 0 ? 0 : k] = '\0';
		n = snprintf(whole, POINTS_PATH, "%s/%s", at, path);
	}
	(void)snprintf(up, sizeof(up), "%s", whole);
	char *slash = strrchr(up, '/');
	if (n >= POINTS_PATH || slash == NULL)
		return false;
	*slash = '\0';
	return stat(up[0] == '\0' ? "/" : up, folder) == 0;
}

static struct points_undo *
keep_name(int dir, const char *to, const char *from)
{
	struct stat folder;
	char whole[POINTS_PATH];
	if (!name_look(dir, to, whole, &folder))
		_exit(98);
	enter();
	struct points_undo *u = undo_new(0);
	u->device = folder.st_dev;
	u->file = folder.st_ino;
	memcpy(u->path, whole, sizeof(whole));
	(void)snprintf(u->from, sizeof(u->from), "%s", from);
	if (from[0] != '\0' && access(whole, F_OK) == 0) {
		(void)snprintf(u->kept, sizeof(u->kept), "%.230s.kept-%d", whole, ++points->kept);
		(void)real.unlink(u->kept);
		u->bytes = real.link(whole, u->kept) == 0;
	}
	leave();
	return u;
}

/* What is not yet on disk of a file goes with it to its new name. */
static void
move_bytes(const struct stat *file, const char *to)
{
	enter();
	for (size_t at = 0; at < points->used;) {
		struct points_undo *u = (void *)(points->log + at);
		if (u->kind == UNDO_BYTES && u->file == file->st_ino && u->device == file->st_dev) {
			memcpy(u->from, u->path, sizeof(u->from));
			memcpy(u->path, to, sizeof(u->path));
		}
		at = u->next;
	}
	leave();
}

static int
named(struct points_undo *u, int status)
{
	struct stat file;
	int why = errno;
	u->kind = status == 0 ? UNDO_NAME : UNDO_GONE;
	if (status == 0)
		failed_over(u->device, u->file);
	if (status == 0 && stat(u->path, &file) == 0)
		move_bytes(&file, u->path);
	if (status != 0 && u->kept[0] != '\0')
		(void)real.unlink(u->kept);
	errno = why;
	return status;
}

static int
rename_with(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	struct stat folder;
	char whole[POINTS_PATH];
	if (points == NULL)
		return real.renameat2(from_dir, from, to_dir, to, flags);
	if (point(CALL_RENAME) == FAIL && failed())
		return -1;
	if (!name_look(from_dir, from, whole, &folder))
		_exit(98);
	struct points_undo *u = keep_name(to_dir, to, whole);
	int status = real.renameat2(from_dir, from, to_dir, to, flags);
	return named(u, status);
}

int
rename(const char *from, const char *to)
{
	return rename_with(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return rename_with(from_dir, from, to_dir, to, 0);
}

int
renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	return rename_with(from_dir, from, to_dir, to, flags);
}

int
link(const char *from, const char *to)
{
	if (points == NULL)
		return real.link(from, to);
	if (point(CALL_LINK) == FAIL && failed())
		return -1;
	struct points_undo *u = keep_name(AT_FDCWD, to, "");
	int status = real.link(from, to);
	return named(u, status);
}

/* Counts as done at once: a name that comes back after a power cut is left to the program. */
int
unlinkat(int dir, const char *path, int flags)
{
	struct stat file;
	if (points == NULL)
		return real.unlinkat(dir, path, flags);
	if (point(CALL_UNLINK) == FAIL && failed())
		return -1;
	if (fstatat(dir, path, &file, AT_SYMLINK_NOFOLLOW) == 0)
		failed_over(file.st_dev, file.st_ino);
	return real.unlinkat(dir, path, flags);
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
ftruncate(int fd, off_t size)
{
	struct file room;
	if (points == NULL)
		return real.ftruncate(fd, size);
	struct file *f = file_of(fd, &room);
	if (point(CALL_TRUNCATE) == FAIL && failed())
		return -1;
	if (f != NULL && f->regular)
		keep_bytes(fd, f, size, 0);
	return real.ftruncate(fd, size);
}

int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));

/* The sanitizer's allocator is its own, and begins before anybody else: there no allocation is refused. */
#ifndef __SANITIZE_ADDRESS__
static _Unwind_Reason_Code
input_look(struct _Unwind_Context *at, void *found)
{
	*(bool *)found |=
	    (uintptr_t)_Unwind_FindEnclosingFunction((void *)_Unwind_GetIP(at)) == yaml_input;
	return _URC_NO_REASON;
}

static bool
refused(void)
{
	bool yaml = false;
	if (point(CALL_ALLOC) != FAIL)
		return false;
	if (yaml_input != 0)
		(void)_Unwind_Backtrace(input_look, &yaml);
	if (yaml && points->mode == POINTS_ALLOC) {
		enter();
		points->target = points->count + 1;
		leave();
	}
	if (yaml)
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	return refused() ? NULL : ALLOCATE(malloc, n);
}

void *
calloc(size_t n, size_t size)
{
	return refused() ? NULL : ALLOCATE(calloc, n, size);
}

void *
realloc(void *p, size_t n)
{
	return refused() ? NULL : ALLOCATE(realloc, p, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	void *q = refused() ? NULL : ALLOCATE(memalign, align, n);
	if (q == NULL)
		return ENOMEM;
	*p = q;
	return 0;
}

void *
aligned_alloc(size_t align, size_t n)
{
	return refused() ? NULL : ALLOCATE(memalign, align, n);
}
#endif

/* We go with whoever is started without an environment. */
int
execve(const char *path, char *const argv[], char *const env[])
{
	char *next[NEXT_ENVIRONMENT];
	const char *name = strrchr(path, '/');
	bool small =
	    name != NULL && strcmp(name, "/akashi-reader") == 0; /* its memory is limited */
	next_environment(env, small ? alone : preload, shared, "AKASHI_POINTS=", next);
	return real.execve(path, argv, next);
}

/* The filter goes up: from here on files are known by a table made just before. */
long
syscall(long number, ...)
{
	long a[6];
	va_list ap;
	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (real.syscall == NULL) /* a library's beginning, before our own */
		FIND(syscall);
	if (number == SYS_seccomp && points != NULL)
		for (int fd = 0; fd < FILES; fd++)
			file_look(fd, &caged_file[fd]);
	long status = real.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	caged = caged || (number == SYS_seccomp && status == 0);
	return status;
}

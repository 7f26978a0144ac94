/*
 * tests/faults/points.h - points at which a test kills our programs: every write, pwrite, fsync,
 * rename, link, unlink, truncate and send of every akashi program of a run, counted together.
 *
 * killpoint.so (LD_PRELOAD, with AKASHI_POINTS=FILE) counts in FILE, which everybody maps, and hands
 * itself on to programs that are started with an empty environment. It keeps what the disk would
 * lose: until a file is fsynced, its old bytes; until a folder is, its old names. points_lose puts
 * those back, as a power cut does. Only memory is used at a point, so it works behind a cage.
 */
#ifndef AKASHI_TESTS_POINTS_H
#define AKASHI_TESTS_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum points_mode {
	POINTS_KILL, /* before the call */
	POINTS_TORN, /* after half of it, where it writes a file */
	/* the call fails, or writes half and says so; nobody is killed */
	POINTS_EIO,
	POINTS_ENOSPC,
	POINTS_EINTR,
	POINTS_SHORT,
	/* only allocations count: this one fails, or this and all that follow in its program */
	POINTS_ALLOC,
	POINTS_ALLOC_ON
};
enum { POINTS_PIDS = 256, POINTS_PATH = 256 };

/* What one call changed that is not yet on disk. Old bytes stand behind it. */
struct points_undo {
	enum { UNDO_GONE, UNDO_BYTES, UNDO_NAME } kind;
	dev_t device; /* of the file; of a name, of its folder */
	ino_t file;
	/* A name and what it was before ("": linked); a file and the name it had before that. */
	char path[POINTS_PATH], from[POINTS_PATH];
	int64_t at, size; /* bytes from, and of the whole file before */
	size_t bytes; /* that follow; a name: 1 when there was a file, kept under `kept` */
	char kept[POINTS_PATH];
	size_t next; /* where the next one stands */
};

enum points_call {
	CALL_WRITE,
	CALL_SEND, /* write to a socket as well */
	CALL_FSYNC,
	CALL_RENAME,
	CALL_LINK,
	CALL_UNLINK,
	CALL_TRUNCATE,
	CALL_ALLOC,
	CALLS
};

struct points {
	int lock;
	int64_t target; /* the point to fall at; 0: none */
	enum points_mode mode;
	char leave_out[64]; /* fsync of a path with this in it does nothing; "" none */
	int64_t count, of[CALLS];
	int left_out;
	/* whose fsync failed; how often it then tried that file again, which proves nothing */
	pid_t failed_pid;
	dev_t failed_device;
	ino_t failed_file;
	int synced_again;
	int crashes; /* programs that ended by a signal of their own making */
	bool dead; /* the point was reached: nobody does anything any more */
	pid_t pid[POINTS_PIDS];
	int64_t began[POINTS_PIDS]; /* each: its number may be another's once it has ended */
	int pids;
	size_t used, size; /* of log, and kept files so far */
	int kept;
	_Alignas(16) uint8_t log[];
};

struct points *points_open(const char *path); /* made where it is missing; NULL: cannot */
int64_t points_began(pid_t); /* when it did, in ticks since the machine's start; 0: it is gone */
/* Forgets everything and waits for the next run. leave_out NULL: nothing. */
void points_arm(struct points *, int64_t target, enum points_mode, const char *leave_out);
/* Ends every program of the run that is still there, and waits until it is gone: what it held is free. */
void points_kill(struct points *);
/* The power cut: what was not fsynced is as it was before. False: a file cannot be put back. */
bool points_lose(struct points *);

#endif

/*
 * tests/faults/shim.h - a library put before a program's own calls to the C library: its clock, its
 * generator and its disk as a test wants them, while it runs. The program itself is the real one.
 *
 * LD_PRELOAD=shim.so AKASHI_SHIM=FILE; FILE holds a struct shim that the test maps as well. Only
 * memory is shared: it works behind a cage. Or AKASHI_SHIM_SAYS="full broken nfs wall=-3600", for
 * as long as the program runs.
 */
#ifndef AKASHI_TESTS_SHIM_H
#define AKASHI_TESTS_SHIM_H

#include <stdint.h>

enum shim_random { RANDOM_AS_IS, RANDOM_STUCK, RANDOM_FAILS };
enum shim_sync { SYNC_AS_IS, SYNC_YES, SYNC_NO };

struct shim {
	volatile int64_t wall; /* seconds added to the wall clock alone */
	volatile int64_t boot; /* seconds added to the clock since the machine began */
	volatile int64_t frozen; /* the wall clock stands at this second; 0: it goes */
	/* at the so-manieth call from now on these are put into wall, boot and frozen; 0: never */
	volatile int64_t step_at, step_wall, step_boot, step_frozen;
	volatile enum shim_sync synchronised; /* what the kernel says of its clock */
	volatile enum shim_random random;
	volatile int fsync_fails; /* the so-manieth from now, and all after it, with EIO; 0: none */
	volatile int write_fails; /* to this descriptor, with ENOSPC; 0: to none */
	volatile int full; /* no file takes another octet: ENOSPC */
	volatile int broken; /* no signature ever agrees */
	volatile int nfs; /* every folder lies on another machine */
};

#endif

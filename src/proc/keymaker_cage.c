#include "proc/keymaker_cage.h"

/* clang-format off */
const struct cage_rule KEYMAKER_CAGE[] = {
	CAGE_FD(SYS_read,  KEYMAKER_PEER_FD),
	CAGE_FD(SYS_write, KEYMAKER_PEER_FD),
	CAGE_FD(SYS_close, KEYMAKER_PEER_FD),
	{ SYS_ppoll },	/* waits; opens nothing */
};
/* clang-format on */
const size_t KEYMAKER_CAGE_COUNT = COUNT(KEYMAKER_CAGE);

#include "proc/reader_cage.h"

#include "wire/reader.h"

/* clang-format off */
const struct cage_rule READER_CAGE[] = {
	CAGE_FD(SYS_read,  READER_PEER_FD),
	CAGE_FD(SYS_write, READER_PEER_FD),
	{ SYS_ppoll },	/* waits; opens nothing */
};
/* clang-format on */
const size_t READER_CAGE_COUNT = COUNT(READER_CAGE);

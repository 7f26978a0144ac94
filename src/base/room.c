#include "base/room.h"

#include <unistd.h>

#include "base/fault.h"

void *
room_or_end(void *p)
{
	static const char SAY[] =
	    "akashi: 記憶域が足りません。空けてからもう一度実行してください。\n";
	if (p != NULL)
		return p;
	(void)!write(STDERR_FILENO, SAY, sizeof(SAY) - 1);
	_exit(fault_exit(FAULT_BUG));
}

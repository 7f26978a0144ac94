/* clock: is the kernel's clock kept by another's? For flow tests: exit 0 yes, 1 no. */
#include "act/clock.h"

int
main(void)
{
	return clock_synchronised() ? 0 : 1;
}

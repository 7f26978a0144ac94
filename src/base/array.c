#include "base/array.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

bool
array_room(void *at, size_t count, size_t *room, size_t size, struct fault *fault)
{
	void *array;
	if (count < *room)
		return true;
	size_t more = *room == 0 ? FIRST : *room * 2;
	memcpy(&array, at, sizeof(array)); /* whatever it points to: no other type is read */
	array = reallocarray(array, more, size);
	if (array == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	memcpy(at, &array, sizeof(array));
	*room = more;
	return true;
}

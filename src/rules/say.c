#include "rules/say.h"

#include <string.h>

/* The value whose name stands at `at` up to its brace; NULL: none is given. */
static const char *
say_value_at(const char *at, const struct say_value *v, size_t n, size_t *used)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(v[i].name);
		if (strncmp(at, v[i].name, len) == 0 && at[len] == '}') {
			*used = len + 1;
			return v[i].value;
		}
	}
	return NULL;
}

void
say_fill(struct sink *out, const char *text, const struct say_value *v, size_t n)
{
	while (*text != '\0') {
		size_t used = 0;
		const char *value = *text == '{' ? say_value_at(text + 1, v, n, &used) : NULL;
		if (value != NULL) {
			sink_text(out, value);
			text += 1 + used;
		} else {
			sink_byte(out, (uint8_t)*text++);
		}
	}
}

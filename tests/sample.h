/* What tests/fixtures/template/sample.html is given. */
#ifndef AKASHI_TESTS_SAMPLE_H
#define AKASHI_TESTS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

struct sample {
	const char *title, *word[2];
	size_t count;
	bool odd;
};

#endif

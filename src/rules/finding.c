#include "rules/finding.h"

#include <string.h>

struct finding *
findings_add(struct findings *f, int column, const char *field, const char *code,
    const char *clause, bool warning)
{
	size_t last = f->count < FINDINGS ? f->count++ : FINDINGS - 1, i = last;
	while (i > 0 && f->at[i - 1].column > column)
		i--;
	memmove(&f->at[i + 1], &f->at[i], (last - i) * sizeof(f->at[0]));
	f->at[i] = (struct finding){ field, code, clause, warning, "", column };
	f->errors += !warning;
	return &f->at[i];
}

/*
 * act/arrive_file.h - the list of papers a reception types: rows of one envelope side by side.
 *
 * Columns: ref, envelope, arrived, paper, issued, form, receipt_stamp, etax_notice, etax_form,
 * shows_representative. A row that cannot be read keeps its reasons and holds up no other.
 */
#ifndef AKASHI_ACT_ARRIVE_FILE_H
#define AKASHI_ACT_ARRIVE_FILE_H

#include "base/day.h"
#include "rules/application.h"
#include "store/paper_row.h"

enum { SENT_TEXT = 128 };

struct sent {
	char ref[SENT_TEXT], envelope[SENT_TEXT];
	struct paper_row paper; /* code, days and marks */
	char notice[64], print[64]; /* e-Tax, as typed: neither goes into the store in clear */
	struct finding error; /* field NULL: the row is good */
	size_t place; /* in the file, from 0 */
	size_t envelope_first, ref_first; /* places of the first row of its group */
};
struct sent_list {
	struct sent *at; /* owned */
	size_t count, cap;
};
void sent_list_free(struct sent_list *);

/* In one envelope. */
bool sent_together(const struct sent *, const struct sent *);

/* Sorted: envelopes in order of their first row, within them refs in order of theirs. */
bool arrive_file_read(
    const void *csv, size_t, struct day today, struct sent_list *, struct fault *) MUST_USE;

#endif

#include "act/arrive_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "rules/era.h"
#include "rules/papers.h"
#include "wire/table.h"

static const struct {
	const char *column, *words[3]; /* absent, yes, no: enum paper_mark */
} MARKS[] = { { "receipt_stamp", { "", "y", "n" } }, { "shows_representative", { "", "y", "n" } } };
static const char *const COLUMNS[] = { "ref", "envelope", "arrived", "paper", "issued", "form",
	"receipt_stamp", "etax_notice", "etax_form", "shows_representative" };

void
sent_list_free(struct sent_list *l)
{
	free(l->at);
	*l = (struct sent_list){ 0 };
}

/* The first reason is kept. */
static void
refuse(struct sent *s, const char *field, const char *code, const char *clause, const char *say)
{
	if (s->error.field != NULL)
		return;
	s->error = (struct finding){ field, code, clause, false, "" };
	snprintf(s->error.say, sizeof(s->error.say), "%s", say);
}

static void
text_take(struct sent *s, const struct table_in *csv, const char *column, char *out, size_t size)
{
	const char *typed = table_get(csv, column);
	if (strlen(typed) >= size)
		refuse(s, column, "too-long", "R-4.28", "長すぎます。短くしてください。");
	else
		memcpy(out, typed, strlen(typed) + 1);
}

static struct day
day_take(struct sent *s, const struct table_in *csv, const char *column, char out[16])
{
	struct day d = { 0 };
	if (!era_day_read(table_get(csv, column), &d))
		refuse(s, column, "day", "R-4.25",
		    "日付として読めません。2026-11-20 のように入れてください。");
	(void)day_print(out, d);
	return d;
}

static int64_t
mark_take(struct sent *s, const struct table_in *csv, size_t which)
{
	const char *typed = table_get(csv, MARKS[which].column);
	for (int64_t m = 0; m < 3; m++)
		if (strcmp(typed, MARKS[which].words[m]) == 0)
			return m;
	refuse(s, MARKS[which].column, "word", "R-4.42", "y か n を入れるか、空にしてください。");
	return MARK_ABSENT;
}

static void
days_take(struct sent *s, const struct table_in *csv, struct day today)
{
	struct day arrived = day_take(s, csv, "arrived", s->paper.arrived);
	struct day issued = day_take(s, csv, "issued", s->paper.issued);
	if (s->error.field == NULL && day_cmp(arrived, today) > 0)
		refuse(s, "arrived", "future-day", "R-4.25",
		    "到着日が今日より後です。封筒の受付印の日を入れてください。");
	if (s->error.field == NULL && day_cmp(issued, arrived) > 0)
		refuse(s, "issued", "future-day", "R-4.47",
		    "発行日が到着日より後です。書類の日付を確かめてください。");
}

static void
row_take(const struct table_in *csv, struct day today, struct sent *s)
{
	text_take(s, csv, "ref", s->ref, sizeof(s->ref));
	text_take(s, csv, "envelope", s->envelope, sizeof(s->envelope));
	if (s->ref[0] == '\0' || s->envelope[0] == '\0')
		refuse(s, s->ref[0] == '\0' ? "ref" : "envelope", "required", "R-4.28",
		    "受付番号と封筒の番号は必ず入れてください。");
	text_take(s, csv, "paper", s->paper.code, sizeof(s->paper.code));
	days_take(s, csv, today);
	const char *form = table_get(csv, "form");
	s->paper.copy = strcmp(form, "copy") == 0;
	if (!s->paper.copy && strcmp(form, "original") != 0)
		refuse(s, "form", "word", "R-4.59", "original か copy を入れてください。");
	s->paper.stamp = mark_take(s, csv, 0);
	s->paper.representative = mark_take(s, csv, 1);
	text_take(s, csv, "etax_notice", s->notice, sizeof(s->notice));
	text_take(s, csv, "etax_form", s->print, sizeof(s->print));
}

bool
sent_together(const struct sent *a, const struct sent *b)
{
	return strcmp(a->envelope, b->envelope) == 0;
}

static struct sent *
sent_new(struct sent_list *l, struct fault *fault)
{
	if (!ARRAY_ROOM(l->at, l->count, l->cap, fault))
		return NULL;
	l->at[l->count] = (struct sent){ .place = l->count };
	return &l->at[l->count++];
}

static int
by_envelope(const void *a, const void *b)
{
	const struct sent *x = a, *y = b;
	int c = strcmp(x->envelope, y->envelope);
	c = c != 0 ? c : strcmp(x->ref, y->ref);
	return c != 0 ? c : (x->place > y->place) - (x->place < y->place);
}

static int
by_place(const void *a, const void *b)
{
	const struct sent *x = a, *y = b;
	if (x->envelope_first != y->envelope_first)
		return x->envelope_first < y->envelope_first ? -1 : 1;
	if (x->ref_first != y->ref_first)
		return x->ref_first < y->ref_first ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* Groups take the place of their first row, so that the order is the file's own. */
static void
sort(struct sent_list *l)
{
	if (l->count == 0)
		return;
	qsort(l->at, l->count, sizeof(*l->at), by_envelope);
	for (size_t from = 0, to; from < l->count; from = to) {
		size_t first = l->at[from].place;
		for (to = from; to < l->count && sent_together(&l->at[from], &l->at[to]); to++) {
			bool same = to > from && strcmp(l->at[to].ref, l->at[to - 1].ref) == 0;
			l->at[to].ref_first = same ? l->at[to - 1].ref_first : l->at[to].place;
			first = l->at[to].place < first ? l->at[to].place : first;
		}
		for (size_t i = from; i < to; i++)
			l->at[i].envelope_first = first;
	}
	qsort(l->at, l->count, sizeof(*l->at), by_place);
}

static bool
columns_there(const struct table_in *csv, struct fault *fault)
{
	for (size_t i = 0; i < COUNT(COLUMNS); i++)
		if (table_column(csv, COLUMNS[i]) == -1)
			return fault_field(fault, FAULT_INPUT, COLUMNS[i],
			    "書類のファイルに「%s」の列がありません。"
			    "見出しの行を確かめてください。",
			    COLUMNS[i]);
	return true;
}

bool
arrive_file_read(
    const void *bytes, size_t n, struct day today, struct sent_list *out, struct fault *fault)
{
	struct table_in csv;
	bool more = true, good = true;
	struct sent_list l = { 0 };
	if (!table_open(&csv, bytes, n, fault))
		return false;
	good = columns_there(&csv, fault);
	while (good && more) {
		struct fault torn = { 0 };
		good = table_row(&csv, &more, &torn, fault);
		if (!good || !more)
			break;
		struct sent *s = sent_new(&l, fault);
		good = s != NULL;
		if (good && torn.code == FAULT_NONE)
			row_take(&csv, today, s);
		else if (good)
			refuse(s, "row", "csv", "R-4.28", torn.say);
	}
	table_close(&csv);
	if (!good) {
		sent_list_free(&l);
		return false;
	}
	sort(&l);
	*out = l;
	return true;
}

#include "act/screening.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/letters.h"

const struct refusal SCREENING_MISSING = { "screening-missing", FAULT_INPUT, "R-4.70" };
const struct refusal SCREENING_UNKNOWN = { "screening-unknown", FAULT_INPUT, "R-4.70" };
const struct refusal SCREENING_TWICE = { "screening-twice", FAULT_INPUT, "R-4.70" };
const struct refusal SCREENING_NOTE_DUE = { "screening-note", FAULT_INPUT, "R-4.70" };
const struct refusal SCREENING_MY_NUMBER = { "screening-my-number", FAULT_INPUT, "R-4.33" };
const struct refusal SCREENING_FEDERATION = { "screening-federation", FAULT_INPUT, "R-4.56" };
const struct refusal SCREENING_FORM = { "screening-form", FAULT_BROKEN, "R-4.70" };

#define FEDERATION "federation" /* the check that needs its number and day */

static const char *const ANSWER[] = {
	[ANSWER_OK] = "ok",
	[ANSWER_NG] = "ng",
	[ANSWER_NA] = "na",
};
_Static_assert(COUNT(ANSWER) == ANSWERS, "every answer needs its word");

static const struct record_field HEAD[] = {
	RECORD(screening, salt, FIXED),
	RECORD(screening, dossier, INT),
	RECORD(screening, edition, INT),
	RECORD(screening, person, TEXT),
	RECORD(screening, at, INSTANT),
	RECORD(screening, all_ok, BOOL),
};
static const struct record_field FEDERATED[] = {
	RECORD(federation, number, TEXT),
	RECORD(federation, day, DAY),
};
static const struct record_field ENTRY[] = {
	RECORD(screening_entry, code, TEXT),
	RECORD_OF(screening_entry, answer, ANSWERS),
	RECORD(screening_entry, note, TEXT),
};

bool
answer_read(const char *s, enum answer *out)
{
	for (int i = 0; i < ANSWERS; i++)
		if (strcmp(s, ANSWER[i]) == 0) {
			*out = (enum answer)i;
			return true;
		}
	return false;
}

static struct screening_entry *
entry_find(struct screening_entry *e, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(e[i].code, code) == 0)
			return &e[i];
	return NULL;
}

static bool
is_due(const struct check *const due[], size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(due[i]->code, code) == 0)
			return true;
	return false;
}

static bool
no_my_number(const char *typed, const char *field, const char *where, struct fault *fault)
{
	return !letters_my_number(typed) ||
	       fault_refuse(fault, &SCREENING_MY_NUMBER, field,
		   "「%s」に個人番号（マイナンバー）と思われる12桁の数字があります。"
		   "保存できません。削除してください。",
		   where);
}

/* Each entry is of a check that is due, is there once, and says why where it must. */
static bool
entries_sane(struct screening *s, const struct check *const due[], size_t n, struct fault *fault)
{
	for (size_t i = 0; i < s->entries; i++) {
		const struct screening_entry *e = &s->entry[i];
		if (!is_due(due, n, e->code))
			return fault_refuse(fault, &SCREENING_UNKNOWN, "checks",
			    "「%s」はこの案件の確認事項ではありません。"
			    "akashi dossier show の確認事項と合わせてください。",
			    e->code);
		if (entry_find(s->entry, i, e->code) != NULL)
			return fault_refuse(fault, &SCREENING_TWICE, "checks",
			    "確認事項「%s」が二度あります。一つにしてください。", e->code);
		if (e->answer != ANSWER_OK && e->note[0] == '\0')
			return fault_refuse(fault, &SCREENING_NOTE_DUE, "checks",
			    "確認事項「%s」の結果が %s です。理由を note に書いてください。",
			    e->code, ANSWER[e->answer]);
		if (!no_my_number(e->note, "checks", e->code, fault))
			return false;
	}
	return no_my_number(s->federation.number, FEDERATION, FEDERATION, fault);
}

/* Where it is asked, number and day of its answer are on record; a day to come is none. */
static bool
federation_sane(struct screening *s, bool due, struct day today, struct fault *fault)
{
	const struct screening_entry *e = entry_find(s->entry, s->entries, FEDERATION);
	const struct federation *f = &s->federation;
	bool given = f->number[0] != '\0' || f->day.year != 0;
	if (!due && given)
		return fault_refuse(fault, &SCREENING_FEDERATION, FEDERATION,
		    "この案件に日本行政書士会連合会の回答は要りません。"
		    "federation を除いてください。");
	if (!due)
		return true;
	if (e->answer == ANSWER_NA)
		return fault_refuse(fault, &SCREENING_FEDERATION, FEDERATION,
		    "日本行政書士会連合会の回答は省けません。回答を得てから審査してください。");
	if (f->number[0] == '\0' || !day_exists(f->day) || day_cmp(f->day, today) > 0)
		return fault_refuse(fault, &SCREENING_FEDERATION, FEDERATION,
		    "日本行政書士会連合会の回答の番号（number）と"
		    "日付（date、きょうまで）を federation に書いてください。");
	return true;
}

bool
screening_complete(struct screening *s, const struct check *const due[], size_t n, struct day today,
    struct fault *fault)
{
	OWN_BYTES(ordered) = calloc(n + 1, sizeof(struct screening_entry));
	struct screening_entry *to = ordered;
	if (to == NULL || n > SCREENING_CHECKS)
		return fault_set(fault, FAULT_BUG, "確認事項が多すぎます。");
	if (!entries_sane(s, due, n, fault))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct screening_entry *e = entry_find(s->entry, s->entries, due[i]->code);
		if (e == NULL)
			return fault_refuse(fault, &SCREENING_MISSING, "checks",
			    "確認事項「%s」（%s）の結果がありません。"
			    "すべての確認事項に答えてください。",
			    due[i]->code, due[i]->ja);
		to[i] = *e;
	}
	if (!federation_sane(s, is_due(due, n, FEDERATION), today, fault))
		return false;
	memcpy(s->entry, to, n * sizeof(*to));
	s->entries = n;
	return true;
}

void
screening_all_ok(struct screening *s, const struct check *const due[], size_t n, struct day today)
{
	s->all_ok = true;
	s->entries = n < SCREENING_CHECKS ? n : SCREENING_CHECKS;
	for (size_t i = 0; i < s->entries; i++) {
		s->entry[i] = (struct screening_entry){ .answer = ANSWER_OK };
		snprintf(s->entry[i].code, sizeof(s->entry[i].code), "%s", due[i]->code);
	}
	if (is_due(due, n, FEDERATION)) {
		snprintf(s->federation.number, sizeof(s->federation.number), "rehearsal");
		s->federation.day = today;
	}
}

size_t
screening_failed(const struct screening *s, char *out, size_t size)
{
	struct sink text = { .at = (uint8_t *)out, .cap = size - 1 };
	size_t n = 0;
	for (size_t i = 0; i < s->entries; i++) {
		if (s->entry[i].answer != ANSWER_NG)
			continue;
		if (text.len + strlen(s->entry[i].code) + 1 < text.cap)
			sink_print(&text, "%s%s", n == 0 ? "" : ",", s->entry[i].code);
		n++;
	}
	out[text.len] = '\0';
	return n;
}

void
screening_pack(const struct screening *s, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, "akashi screening v1");
	record_pack(HEAD, COUNT(HEAD), s, out);
	record_pack(FEDERATED, COUNT(FEDERATED), &s->federation, out);
	size_t list = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < s->entries; i++)
		record_pack(ENTRY, COUNT(ENTRY), &s->entry[i], out);
	der_end(out, list);
	der_end(out, all);
}

bool
screening_unpack(struct der d, struct screening *s, struct fault *fault)
{
	struct der all, list;
	char word[32];
	s->entries = 0;
	bool good = der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
		    der_take_utf8(&all, word, sizeof(word)) &&
		    strcmp(word, "akashi screening v1") == 0 &&
		    record_take(HEAD, COUNT(HEAD), &all, s) &&
		    record_take(FEDERATED, COUNT(FEDERATED), &all, &s->federation) &&
		    der_take(&all, DER_SEQUENCE, &list) && der_done(&all);
	for (; good && !der_done(&list); s->entries++)
		good = s->entries < SCREENING_CHECKS &&
		       record_take(ENTRY, COUNT(ENTRY), &list, &s->entry[s->entries]);
	return good || fault_refuse(fault, &SCREENING_FORM, "screening",
			   "審査の記録の形が正しくありません。");
}

#include "exchange/policy_file.h"

/* Its own macros for memory on the stack are not for us. */
#define FY_ALLOCA_COPY_FREE(s, n) NULL
#define FY_ALLOCA_COPY_FREE_NO_NULL(s, n) NULL
#include <errno.h>
#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/policy_row.h"
#include "rules/mail.h"

enum { ROWS_MOST = 5000, WORDS_MOST = 500, INPUT_ROOM = 4096 };

struct policy_block {
	struct policy_block *next;
	char bytes[];
};

struct loader {
	struct policy *policy;
	struct policy_errors *errors;
	const struct table *table;
	struct fy_parser *parser;
	struct fy_event *event;
	struct {
		int line, column;
	} * where; /* of each row of the file */
	bool broken; /* no more events can be had */
};

static void
error_at(struct loader *l, int line, int column, const char *say, ...)
{
	va_list ap;
	if (l->errors->count++ >= POLICY_ERRORS)
		return;
	struct policy_error *e = &l->errors->at[l->errors->count - 1];
	*e = (struct policy_error){ l->table->file, line, column, "" };
	va_start(ap, say);
	vsnprintf(e->say, sizeof(e->say), say, ap);
	text_clean(e->say);
	va_end(ap);
}

static struct fy_token *
event_token(const struct fy_event *e)
{
	switch (e->type) {
	case FYET_SCALAR:
		return e->scalar.value;
	case FYET_MAPPING_START:
		return e->mapping_start.mapping_start;
	case FYET_SEQUENCE_START:
		return e->sequence_start.sequence_start;
	default:
		return NULL;
	}
}

static void
event_error(struct loader *l, const char *say, const char *name)
{
	struct fy_token *t = l->event == NULL ? NULL : event_token(l->event);
	const struct fy_mark *m = t == NULL ? NULL : fy_token_start_mark(t);
	error_at(l, m == NULL ? 1 : m->line + 1, m == NULL ? 1 : m->column + 1, say, name);
}

/* The next event; aliases, anchors and tags are refused where they stand. */
static enum fy_event_type
next(struct loader *l)
{
	if (l->event != NULL)
		fy_parser_event_free(l->parser, l->event);
	l->event = l->broken ? NULL : fy_parser_parse(l->parser);
	if (l->event == NULL) {
		l->broken = true;
		return FYET_NONE;
	}
	const struct fy_event *e = l->event;
	bool named = e->type == FYET_SCALAR ? e->scalar.anchor != NULL || e->scalar.tag != NULL
		     : e->type == FYET_MAPPING_START
			 ? e->mapping_start.anchor != NULL || e->mapping_start.tag != NULL
			 : e->type == FYET_SEQUENCE_START &&
			       (e->sequence_start.anchor != NULL || e->sequence_start.tag != NULL);
	if (named || e->type == FYET_ALIAS)
		event_error(
		    l, "%sは使えません。値をそのまま書いてください。", "別名（& *）や型（!）");
	return e->type;
}

/* Passes over what was begun, to its end. */
static void
skip(struct loader *l, enum fy_event_type type)
{
	int depth = type == FYET_MAPPING_START || type == FYET_SEQUENCE_START;
	while (depth > 0 && !l->broken) {
		type = next(l);
		depth += type == FYET_MAPPING_START || type == FYET_SEQUENCE_START;
		depth -= type == FYET_MAPPING_END || type == FYET_SEQUENCE_END;
	}
}

static void *
keep(struct loader *l, size_t n)
{
	struct policy_block *b = calloc(1, sizeof(*b) + n);
	if (b == NULL)
		return NULL;
	b->next = l->policy->memory;
	l->policy->memory = b;
	return b->bytes;
}

static char *
scalar(struct loader *l)
{
	size_t n;
	const char *s = fy_token_get_text(l->event->scalar.value, &n);
	char *copy = keep(l, n + 1);
	if (copy == NULL || memchr(s, 0, n) != NULL)
		return NULL;
	memcpy(copy, s, n);
	return copy;
}

static bool
whole(const char *s, int64_t least, int64_t most, int64_t *out)
{
	char *end;
	if (strspn(s, "0123456789") != strlen(s) || *s == '\0' || strlen(s) > 12)
		return false;
	*out = strtoll(s, &end, 10);
	return *out >= least && *out <= most;
}

static int
word(const struct key *k, const char *s)
{
	for (int i = 0; i < k->word_count; i++)
		if (strcmp(k->words[i], s) == 0)
			return i;
	return -1;
}

/* One value of a key into the row; i: its place in a list. */
static bool
value(const struct key *k, char *s, uint8_t *row, size_t i)
{
	int64_t n;
	int w = word(k, s);
	const char *rest = s;
	switch (k->type) {
	case KEY_TEXT:
		*(const char **)(void *)(row + k->at) = s;
		return *s != '\0';
	case KEY_TEXTS:
		(*(const char ***)(void *)(row + k->at))[i] = s;
		return *s != '\0';
	case KEY_INT:
	case KEY_INTS:
		if (!whole(s, k->least, k->most, &n) || i >= 10)
			return false;
		((int *)(void *)(row + k->at))[i] = (int)n;
		return true;
	case KEY_INT64:
		return whole(s, k->least, k->most, (int64_t *)(void *)(row + k->at));
	case KEY_BOOL:
		*(bool *)(row + k->at) = strcmp(s, "yes") == 0;
		return strcmp(s, "yes") == 0 || strcmp(s, "no") == 0;
	case KEY_WORD:
		*(unsigned *)(void *)(row + k->at) = (unsigned)w;
		return w >= 0;
	case KEY_WORDS:
		if (w >= 0)
			*(unsigned *)(void *)(row + k->at) |= 1u << w;
		return w >= 0;
	case KEY_DAY:
		return day_read(s, (struct day *)(void *)(row + k->at));
	case KEY_CHARACTER:
		*(uint32_t *)(void *)(row + k->at) = *s == '\0' ? 0 : utf8_next(&rest);
		return *s != '\0' && *rest == '\0';
	}
	return false;
}

static void
one_value(struct loader *l, const struct key *k, uint8_t *row, size_t i)
{
	char *s = scalar(l);
	if (s == NULL || !value(k, s, row, i))
		event_error(l,
		    "「%s」の値が正しくありません。docs/operate.md の表を見て直してください。",
		    k->name);
}

static void
read_value(struct loader *l, const struct key *k, uint8_t *row)
{
	enum fy_event_type type = next(l);
	bool list = k->type == KEY_TEXTS || k->type == KEY_WORDS || k->type == KEY_INTS;
	size_t n = 0;
	if (type != (list ? FYET_SEQUENCE_START : FYET_SCALAR)) {
		event_error(l,
		    list ? "「%s」は [ ] で囲んだ一覧です。" : "「%s」は値をひとつだけ持ちます。",
		    k->name);
		skip(l, type);
		return;
	}
	if (!list) {
		one_value(l, k, row, 0);
		return;
	}
	if (k->type == KEY_TEXTS) {
		const char **texts = keep(l, WORDS_MOST * sizeof(char *));
		*(const char ***)(void *)(row + k->at) = texts;
		if (texts == NULL) {
			event_error(l, "「%s」を読めません。", k->name);
			skip(l, type);
			return;
		}
	}
	while ((type = next(l)) == FYET_SCALAR && n < WORDS_MOST)
		one_value(l, k, row, n++);
	if (type != FYET_SEQUENCE_END)
		event_error(l, "「%s」の一覧は値だけを持ちます。", k->name);
	if (k->type != KEY_WORDS)
		*(size_t *)(void *)(row + k->count_at) = n;
}

static void
read_row(struct loader *l, uint8_t *row)
{
	const struct table *t = l->table;
	unsigned seen = 0;
	const struct fy_mark *m = fy_token_start_mark(event_token(l->event));
	int line = m == NULL ? 1 : m->line + 1, column = m == NULL ? 1 : m->column + 1;
	while (next(l) == FYET_SCALAR) {
		char *name = scalar(l);
		size_t k = 0;
		while (name != NULL && k < t->key_count && strcmp(t->key[k].name, name) != 0)
			k++;
		if (name == NULL || k == t->key_count) {
			event_error(l, "「%s」という項目はありません。綴りを確かめてください。",
			    name == NULL ? "" : name);
			skip(l, next(l));
			continue;
		}
		if ((seen & 1u << k) != 0)
			event_error(l, "「%s」が二度書かれています。ひとつにしてください。", name);
		seen |= 1u << k;
		read_value(l, &t->key[k], row);
	}
	for (size_t k = 0; k < t->key_count; k++)
		if (!t->key[k].optional && (seen & 1u << k) == 0)
			error_at(l, line, column, "「%s」がありません。書き足してください。",
			    t->key[k].name);
}

static void
row_twice(struct loader *l, const uint8_t *rows, size_t n)
{
	const struct table *t = l->table;
	const uint8_t *last = rows + n * t->row_size;
	const char *code =
	    t->code_at == SIZE_MAX ? "" : *(const char *const *)(const void *)(last + t->code_at);
	static const struct day NONE;
	if (t->from_at == SIZE_MAX ? t->code_at == SIZE_MAX
				   : memcmp(last + t->from_at, &NONE, sizeof(NONE)) == 0)
		return;
	for (size_t i = 0; i < n && code != NULL; i++) {
		const uint8_t *row = rows + i * t->row_size;
		const char *other = t->code_at == SIZE_MAX
					? ""
					: *(const char *const *)(const void *)(row + t->code_at);
		if (other != NULL && strcmp(other, code) == 0 &&
		    (t->from_at == SIZE_MAX ||
			memcmp(row + t->from_at, last + t->from_at, sizeof(struct day)) == 0))
			error_at(l, l->where[n].line, l->where[n].column,
			    "「%s」の行が同じ日から二つあります。ひとつにしてください。", code);
	}
}

/* A row that could be read, by the rule its table has besides; rows of earlier files may be named in it. */
static void
row_right(struct loader *l, const uint8_t *row, size_t n)
{
	char text[256];
	struct sink say = SINK_INTO(text);
	if (l->table->right != NULL && !l->table->right(row, l->policy, &say))
		error_at(l, l->where[n].line, l->where[n].column, "%s",
		    sink_string(&say) == NULL ? "" : text);
}

static void
read_rows(struct loader *l)
{
	const struct table *t = l->table;
	uint8_t *rows = keep(l, ROWS_MOST * t->row_size);
	size_t n = 0;
	const bool whole = l->errors->count == 0; /* all that it may name could be read */
	enum fy_event_type type;
	while (rows != NULL && (type = next(l)) == FYET_MAPPING_START && n < ROWS_MOST) {
		const struct fy_mark *m = fy_token_start_mark(event_token(l->event));
		l->where[n].line = m == NULL ? 1 : m->line + 1;
		l->where[n].column = m == NULL ? 1 : m->column + 1;
		size_t errors = l->errors->count;
		read_row(l, rows + n * t->row_size);
		row_twice(l, rows, n);
		if (whole && l->errors->count == errors)
			row_right(l, rows + n * t->row_size, n);
		n++;
	}
	if (!l->broken && l->event->type != FYET_SEQUENCE_END)
		event_error(l, "%sの各行は - { 項目: 値 } の形です。", t->file);
	*(void **)(void *)((uint8_t *)l->policy + t->rows_at) = rows;
	*(size_t *)(void *)((uint8_t *)l->policy + t->count_at) = n;
}

static void
syntax_error(struct loader *l, struct fy_diag *diag)
{
	void *at = NULL;
	struct fy_diag_error *e = fy_diag_errors_iterate(diag, &at);
	error_at(l, e == NULL ? 1 : e->line, e == NULL ? 1 : e->column,
	    "YAML として読めません（%s）。", e == NULL ? "" : e->msg);
}

static void
read_file(struct loader *l, const struct policy_source *source)
{
	struct fy_diag_cfg quiet;
	fy_diag_cfg_default(&quiet);
	struct fy_diag *diag = fy_diag_create(&quiet);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag };
	l->parser = fy_parser_create(&cfg);
	void *volatile room =
	    malloc(INPUT_ROOM); /* libfyaml follows NULL where its input has none */
	const bool fits = room != NULL;
	free(room);
	l->event = NULL;
	l->broken = false;
	if (l->parser == NULL || !fits) {
		errno = ENOMEM;
		error_at(l, 1, 1, "%s を読めません。", l->table->file);
	} else if (source->len > POLICY_FILE_MOST ||
		   !utf8_valid((const char *)source->bytes, source->len) ||
		   fy_parser_set_string(l->parser, (const char *)source->bytes, source->len) != 0) {
		error_at(l, 1, 1, "%s は1MB以下のUTF-8の文章ではありません。", l->table->file);
	} else if (next(l) == FYET_STREAM_START && next(l) == FYET_DOCUMENT_START &&
		   next(l) == FYET_SEQUENCE_START) {
		read_rows(l);
		if (!l->broken && next(l) == FYET_DOCUMENT_END && next(l) != FYET_STREAM_END &&
		    !l->broken)
			event_error(l, "%s に文書が二つあります。", l->table->file);
	} else if (!l->broken) {
		event_error(l, "%s は行の一覧（- で始まる行）ではありません。", l->table->file);
	}
	if (l->broken)
		syntax_error(l, diag);
	if (l->event != NULL)
		fy_parser_event_free(l->parser, l->event);
	fy_parser_destroy(l->parser);
	fy_diag_destroy(diag);
}

/* Codes that rows name must be rows themselves. */
static void
check_references(struct loader *l)
{
	const struct policy *p = l->policy;
	const struct day last = { 9999, 12, 31 };
	l->table = &POLICY_TABLES[3];
	for (size_t i = 0; i < p->slot_count; i++) {
		for (size_t k = 0; k < p->slots[i].paper_count; k++)
			if (policy_paper(p, p->slots[i].papers[k], last) == NULL)
				error_at(l, 1, 1, "書類「%s」は papers.yaml にありません。",
				    p->slots[i].papers[k]);
		if (p->slots[i].message != NULL &&
		    policy_text(p, p->slots[i].message, last) == NULL)
			error_at(
			    l, 1, 1, "文面「%s」は texts.yaml にありません。", p->slots[i].message);
	}
	l->table = &POLICY_TABLES[12];
	for (size_t i = 0; i < p->field_count; i++)
		if (policy_profile(p, p->fields[i].profile, last) == NULL)
			error_at(l, 1, 1, "様式「%s」は profiles.yaml にありません。",
			    p->fields[i].profile);
	l->table = &POLICY_TABLES[14];
	for (size_t i = 0; i < MAIL_KIND_COUNT; i++)
		if (policy_mail(p, MAIL_KINDS[i].name, last) == NULL)
			error_at(l, 1, 1,
			    "メール「%s」の文面がありません。行を書き足してください。",
			    MAIL_KINDS[i].name);
}

bool
policy_read(const struct policy_source *sources, struct policy *out, struct policy_errors *errors,
    struct fault *fault)
{
	struct policy policy = { 0 };
	struct loader l = { .policy = &policy, .errors = errors };
	errors->count = 0;
	errno = 0;
	l.where = calloc(ROWS_MOST, sizeof(*l.where));
	for (size_t i = 0; i < POLICY_FILE_COUNT && l.where != NULL; i++) {
		l.table = &POLICY_TABLES[i];
		read_file(&l, &sources[i]);
	}
	if (errors->count == 0 && l.where != NULL)
		check_references(&l);
	for (size_t i = 0; i < policy.holiday_count; i++)
		if (policy.holidays[i].day.year >= policy.holidays_until.year)
			policy.holidays_until = (struct day){ policy.holidays[i].day.year, 12, 31 };
	bool good = errors->count == 0 && l.where != NULL;
	bool starved = l.where == NULL || errno == ENOMEM;
	free(l.where);
	if (!good) {
		policy_free(&policy);
		if (starved) { /* what libfyaml then finds wrong is not */
			errors->count = 0;
			return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
		}
		return fault_field(fault, FAULT_INPUT, "policy",
		    "規則に誤りが %zu 件あります：%s %d行目：%s", errors->count, errors->at[0].file,
		    errors->at[0].line, errors->at[0].say);
	}
	*out = policy;
	return true;
}

void
policy_free(struct policy *policy)
{
	struct policy_block *next;
	for (struct policy_block *b = policy->memory; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	*policy = (struct policy){ 0 };
}

#include "rules/mail.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const struct refusal MAIL_VALUE = { "mail-value", FAULT_BUG, "X-11" };

/* clang-format off */
#define DAY(n)	{ n, MAIL_FORM_DAY }
#define YEN(n)	{ n, MAIL_FORM_YEN }
#define NUM(n)	{ n, MAIL_FORM_NUMBER }
#define WORD(n)	{ n, MAIL_FORM_WORD }
#define TEXT(n)	{ n, MAIL_FORM_TEXT }
/* 不備: one line for each thing wrong; 理由: why, in words; A B C: as the text of table M has them. */
const struct mail_kind MAIL_KINDS[] = {
	{ "arrived",             { NUM("枚数"), DAY("目安") },					"R-4.29" },
	{ "passed",              { { 0 } },							"R-4.71" },
	{ "deficient",           { TEXT("不備") },						"R-4.74" },
	{ "refused",             { TEXT("理由") },						"R-4.73" },
	{ "form-late",           { DAY("A"), DAY("B"), DAY("C") },				"R-4.24" },
	{ "form-expired",        { DAY("A"), DAY("B") },					"R-4.24" },
	{ "deficiency-reminder", { TEXT("不備") },						"R-4.74" },
	{ "refund-coming",       { DAY("A"), DAY("B") },					"R-4.76" },
	{ "refund",              { DAY("A"), DAY("B"), YEN("金額") },				"R-4.75" },
	{ "closed",              { DAY("A"), DAY("B") },					"R-4.75" },
	{ "payment-due",         { YEN("金額") },						"R-6.12" },
	{ "payment-under",       { YEN("A"), YEN("B") },					"R-6.12" },
	{ "payment-over",        { YEN("A") },							"R-6.13" },
	{ "payment-tax",         { NUM("A"), YEN("B") },					"R-6.2" },
	{ "payment-unknown",     { DAY("日付"), TEXT("名義"), YEN("金額") },			"R-6.15" },
	{ "sent",                { WORD("A"), DAY("発送日") },					"R-4.100" },
	{ "download",            { WORD("URL"), DAY("期限"), WORD("番号"), DAY("発送日"), DAY("A"), DAY("B") }, "R-4.92" },
	{ "download-over",       { DAY("A") },							"R-4.98" },
	{ "post-returned",       { WORD("番号") },						"R-4.100" },
	{ "receipt-due",         { DAY("A"), DAY("B") },					"R-4.118" },
	{ "receipt-chase",       { DAY("A"), DAY("B") },					"R-4.114" },
	{ "receipt-unconfirmed", { TEXT("理由"), DAY("A"), DAY("B") },				"R-4.111" },
	{ "received",            { DAY("受領日") },						"R-4.112" },
	{ "revoked",             { DAY("A"), TEXT("理由") },					"R-10.10" },
	{ "revoked-unreceived",  { DAY("A") },							"R-11.3" },
	{ "expiry",              { DAY("満了日"), NUM("日数") },				"R-5.1" },
	{ "fax",                 { DAY("A") },							"R-10.4" },
	{ "fax-reminder",        { DAY("期限") },						"R-10.4" },
	{ "grace",               { DAY("期限") },						"R-2.5" },
	{ "stay",                { DAY("在留期限"), DAY("満了日") },				"R-2.13" },
	{ "abolition",           { DAY("廃止日") },						"R-13.1" },
};
/* clang-format on */
const size_t MAIL_KIND_COUNT = COUNT(MAIL_KINDS);
const char *const MAIL_COMMON_NAMES[MAIL_COMMON] = { "サービス", "運営者", "電話", "照会番号",
	"シリアル" };

enum { INCLUDE = 16 }; /* the longest code of a text */

const struct mail_kind *
mail_kind(const char *name)
{
	for (size_t i = 0; i < COUNT(MAIL_KINDS); i++)
		if (strcmp(MAIL_KINDS[i].name, name) == 0)
			return &MAIL_KINDS[i];
	return NULL;
}

static const struct mail_slot *
slot_of(const struct mail_kind *k, const char *name, size_t n)
{
	for (size_t i = 0; i < MAIL_VALUES && k->value[i].name != NULL; i++)
		if (strlen(k->value[i].name) == n && memcmp(k->value[i].name, name, n) == 0)
			return &k->value[i];
	return NULL;
}

/* MAIL_COMMON: it is none of them. */
static size_t
common_at(const char *name, size_t n)
{
	size_t i = 0;
	while (i < MAIL_COMMON &&
	       (strlen(MAIL_COMMON_NAMES[i]) != n || memcmp(MAIL_COMMON_NAMES[i], name, n) != 0))
		i++;
	return i;
}

static bool
digits(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n <= 12 && strspn(s, "0123456789") == n;
}

static bool
form_good(enum mail_form form, const char *s)
{
	struct day d;
	switch (form) {
	case MAIL_FORM_NONE:
		break;
	case MAIL_FORM_TEXT:
		return strlen(s) < MAIL_VALUE_MOST && utf8_valid(s, strlen(s)) &&
		       strchr(s, '\r') == NULL;
	case MAIL_FORM_WORD:
		for (const char *c = s; *c != '\0'; c++)
			if (*c < ' ' || *c > '~')
				return false;
		return *s != '\0' && strlen(s) < 512;
	case MAIL_FORM_DAY:
		return day_read(s, &d);
	case MAIL_FORM_YEN:
	case MAIL_FORM_NUMBER:
		return digits(s);
	}
	return false;
}

bool
mail_values_good(
    const struct mail_kind *k, const struct mail_value *v, size_t n, struct fault *fault)
{
	size_t due = 0;
	unsigned seen = 0;
	while (due < MAIL_VALUES && k->value[due].name != NULL)
		due++;
	for (size_t i = 0; i < n; i++) {
		const struct mail_slot *s = slot_of(k, v[i].name, strlen(v[i].name));
		unsigned bit = s == NULL ? 0 : 1u << (s - k->value);
		if (s == NULL || (seen & bit) != 0 || !form_good(s->form, v[i].value) ||
		    (v[i].en != NULL && !form_good(s->form, v[i].en)))
			return fault_refuse(fault, &MAIL_VALUE, "value",
			    "メール「%s」の値「%s」が正しくありません。", k->name, v[i].name);
		seen |= bit;
	}
	return n == due ||
	       fault_refuse(fault, &MAIL_VALUE, "value", "メール「%s」の値が足りません。", k->name);
}

static void
yen_put(struct sink *out, const char *s)
{
	size_t n = strlen(s);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			sink_byte(out, ',');
		sink_byte(out, (uint8_t)s[i]);
	}
}

static void
value_put(
    const struct mail_slot *s, const struct mail_value *v, enum mail_lang lang, struct sink *out)
{
	const char *text = lang == MAIL_EN && v->en != NULL ? v->en : v->value;
	if (s->form == MAIL_FORM_YEN)
		yen_put(out, text);
	else
		sink_text(out, text);
}

/* What stands between the braces at `at`; NULL: there are none. */
static const char *
name_at(const char *at, size_t *n)
{
	const char *end = *at == '{' ? strchr(at, '}') : NULL;
	*n = end == NULL ? 0 : (size_t)(end - at) - 1;
	return end == NULL ? NULL : at + 1;
}

static const struct text *
included(const struct policy *p, struct day on, const char *name, size_t n)
{
	char code[INCLUDE];
	if (n < 3 || n >= sizeof(code) || memcmp(name, "M-", 2) != 0)
		return NULL;
	memcpy(code, name, n);
	code[n] = '\0';
	return policy_text(p, code, on);
}

struct filling {
	const struct policy *policy;
	struct day on;
	enum mail_lang lang;
	const struct mail_kind *kind;
	const char *const *common;
	const struct mail_value *value;
	size_t values;
};

static bool
named_put(const struct filling *f, const char *name, size_t n, struct sink *out)
{
	const struct mail_slot *s = slot_of(f->kind, name, n);
	for (size_t i = 0; s != NULL && i < f->values; i++)
		if (strcmp(f->value[i].name, s->name) == 0) {
			value_put(s, &f->value[i], f->lang, out);
			return true;
		}
	for (size_t i = 0; i < MAIL_COMMON; i++)
		if (strlen(MAIL_COMMON_NAMES[i]) == n &&
		    memcmp(MAIL_COMMON_NAMES[i], name, n) == 0) {
			sink_text(out, f->common[i]);
			return true;
		}
	return false;
}

/* deep: a text that was included includes no other. */
static void
fill(const struct filling *f, const char *words, bool deep, struct sink *out)
{
	while (*words != '\0') {
		size_t n;
		const char *name = name_at(words, &n);
		const struct text *t =
		    name == NULL || deep ? NULL : included(f->policy, f->on, name, n);
		if (t != NULL)
			fill(f, f->lang == MAIL_EN ? t->en : t->ja, true, out);
		if (t != NULL || (name != NULL && named_put(f, name, n, out)))
			words += n + 2;
		else
			sink_byte(out, (uint8_t)*words++);
	}
}

void
mail_fill(const struct policy *p, struct day on, const char *words, enum mail_lang lang,
    const struct mail_kind *kind, const char *const common[MAIL_COMMON], const struct mail_value *v,
    size_t n, struct sink *out)
{
	const struct filling f = { p, on, lang, kind, common, v, n };
	fill(&f, words, false, out);
}

struct checking {
	const struct mail_kind *kind;
	const struct policy *policy;
	struct day on;
	struct sink *say;
};

/* subject: one line, so no value of several; deep: inside a text that was included. */
static bool name_right(
    const struct checking *c, const char *name, size_t n, bool subject, bool deep);

static bool
words_right(const struct checking *c, const char *words, bool subject, bool deep)
{
	for (; *words != '\0'; words++) {
		size_t n;
		const char *name = name_at(words, &n);
		if (name == NULL || name_right(c, name, n, subject, deep))
			continue;
		if (c->say->len == 0)
			sink_print(c->say, "メール「%s」の文面に {%.*s} は使えません。",
			    c->kind->name, (int)n, name);
		return false;
	}
	return true;
}

static bool
name_right(const struct checking *c, const char *name, size_t n, bool subject, bool deep)
{
	const struct mail_slot *s = slot_of(c->kind, name, n);
	const struct text *t = deep ? NULL : included(c->policy, c->on, name, n);
	if (t != NULL)
		return words_right(c, t->ja, subject, true) && words_right(c, t->en, subject, true);
	return s != NULL ? !(subject && s->form == MAIL_FORM_TEXT)
			 : common_at(name, n) != MAIL_COMMON;
}

static bool
one_line(const char *s)
{
	while ((unsigned char)*s >= ' ' && *s != 0x7f)
		s++;
	return *s == '\0';
}

bool
mail_text_right(const struct mail_text *t, const struct policy *p, struct sink *say)
{
	const struct checking c = { mail_kind(t->code), p, t->from, say };
	if (c.kind == NULL) {
		sink_print(
		    say, "「%s」というメールはありません。綴りを確かめてください。", t->code);
		return false;
	}
	if (!one_line(t->subject_ja) || !one_line(t->subject_en)) {
		sink_print(say, "メール「%s」の件名は 1 行です。改行や制御文字を除いてください。",
		    t->code);
		return false;
	}
	return words_right(&c, t->subject_ja, true, false) &&
	       words_right(&c, t->subject_en, true, false) &&
	       words_right(&c, t->ja, false, false) && words_right(&c, t->en, false, false);
}

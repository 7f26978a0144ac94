/* The walk over an application's columns, and what one demands of another ...[R-4.21]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rules/application_in.h"
#include "rules/letters.h"
#include "rules/say.h"
#include "rules/term.h"

void
walk_find(struct walk *w, enum application_field f, const char *code, const char *say,
    const char *a, const char *b)
{
	bool warning = strcmp(code, "M-106") == 0;
	struct finding *one =
	    application_find(w->findings, f, code, APPLICATION_ROW[f].clause, warning);
	const struct text *t = code[0] == 'M' ? policy_text(w->policy, code, w->today) : NULL;
	const struct say_value values[] = { { "項目", APPLICATION_ROW[f].label }, { "A", a },
		{ "B", b }, { "字", a }, { "代替", b } };
	struct sink out = SINK_INTO(one->say);
	w->bad[f] = w->bad[f] || !warning;
	say_fill(&out, t != NULL ? t->ja : say, values, COUNT(values));
	(void)sink_string(&out);
}

static void
check_field(struct walk *w, enum application_field f)
{
	const struct application_row *r = &APPLICATION_ROW[f];
	if (w->text[f][0] == '\0') {
		bool paper_only =
		    f == A_email && w->product != NULL && w->product->series == SERIES_CDR;
		if (w->kind_known && (r->must & 1u << w->kind) != 0 && !paper_only)
			walk_find(w, f, "required", "「{項目}」を入れてください。", "", "");
		return;
	}
	if (w->kind_known && (r->may & 1u << w->kind) == 0) {
		/* a mandate for a kind that has none is the product's fault and is told there */
		if (f != A_authority || !w->bad[A_product])
			walk_find(w, f, "not-held",
			    "この種別では「{項目}」を記録しません。空にしてください。", "", "");
		return;
	}
	if (utf8_count(w->text[f]) > r->limit) {
		char most[24];
		snprintf(most, sizeof(most), "%zu", r->limit);
		walk_find(
		    w, f, "too-long", "「{項目}」は{A}文字までです。短くしてください。", most, "");
		return;
	}
	walk_shape(w, f);
	/* A number of the file's sender passes the check digit by chance. */
	if (r->shape != SHAPE_REF && letters_my_number(w->text[f]))
		walk_find(w, f, "M-105", "", "", "");
}

/* Product, kind and mandate belong together [requirements 0.2]. */
static void
check_product(struct walk *w)
{
	w->kind_known = kind_read(w->text[A_kind], &w->kind);
	w->product = policy_product(w->policy, w->text[A_product], w->today);
	bool scrivener_disc = w->kind_known && w->kind == KIND_GYOSEISHOSHI &&
			      strncmp(w->text[A_product], "CD-", 3) == 0;
	if (scrivener_disc)
		walk_find(w, A_product, "M-103", "", "", "");
	else if (w->product == NULL || (w->kind_known && (w->product->kinds & 1u << w->kind) == 0))
		walk_find(w, A_product, "product",
		    "商品「{A}」はこの種別では選べません。商品表を見て選び直してください。",
		    w->text[A_product], "");
	if (!w->kind_known)
		walk_find(w, A_kind, "kind",
		    "種別「{A}」はありません。individual-basic、individual、"
		    "sole-proprietor、representative、employee、gyoseishoshi のどれかです。",
		    w->text[A_kind], "");
}

static bool
same_person(const char *a, const char *b)
{
	for (;;) { /* spaces of either width do not make another person */
		while (*a == ' ' || strncmp(a, "　", 3) == 0)
			a += *a == ' ' ? 1 : 3;
		while (*b == ' ' || strncmp(b, "　", 3) == 0)
			b += *b == ' ' ? 1 : 3;
		if (*a != *b || *a == '\0')
			return *a == *b;
		a++, b++;
	}
}

static bool
given(const struct walk *w, enum application_field f)
{
	return w->text[f][0] != '\0';
}

static void
require_both(struct walk *w, enum application_field have, enum application_field need)
{
	if (given(w, have) && !given(w, need) && !w->bad[need])
		walk_find(w, need, "required", "「{項目}」も入れてください。", "", "");
}

static void
check_stay(struct walk *w)
{
	struct day stay;
	enum vend_rule rule = VEND_CIVIL143;
	const char *named = policy_setting(w->policy, "vend_rule", w->today);
	if (named != NULL && !vend_rule_read(named, &rule))
		rule = VEND_CIVIL143;
	if (!given(w, A_stay_until) || w->product == NULL || w->bad[A_stay_until] ||
	    !day_read(w->text[A_stay_until], &stay))
		return;
	struct day end = term_last_day(w->today, term_months(w->product->years), rule);
	char text[DAY_TEXT];
	if (day_cmp(stay, end) < 0)
		walk_find(
		    w, A_stay_until, "M-106", "", w->text[A_stay_until], day_print(text, end));
}

/* What one field demands of another. */
static void
check_together(struct walk *w)
{
	bool mandate = w->product != NULL && w->product->mandate;
	if (w->product != NULL && !w->bad[A_product] && mandate != given(w, A_authority) &&
	    !w->bad[A_authority])
		walk_find(w, A_authority, mandate ? "required" : "not-held",
		    mandate ? "電子委任状付きの商品です。「{項目}」を入れてください。"
			    : "電子委任状付きの商品ではありません。"
			      "「{項目}」を空にするか、商品を選び直してください。",
		    "", "");
	require_both(w, A_former_name, A_former_roman);
	require_both(w, A_former_roman, A_former_name);
	require_both(w, A_nationality, A_stay_until);
	require_both(w, A_stay_until, A_nationality);
	if (given(w, A_former_name) && given(w, A_nationality) && !w->bad[A_former_name])
		walk_find(w, A_former_name, "former-name",
		    "旧姓は戸籍のある方だけが記録できます。"
		    "外国籍の方は住民票の通称を「氏名」に入れてください。",
		    "", "");
	for (int f = A_delegate_name; f <= A_delegate_phone; f++)
		for (int g = A_delegate_name; g <= A_delegate_phone; g++)
			require_both(w, (enum application_field)f, (enum application_field)g);
	if (given(w, A_delegate_name) && !w->bad[A_delegate_name] &&
	    same_person(w->text[A_delegate_name], w->text[A_name]) &&
	    same_person(w->text[A_delegate_address], w->text[A_address]))
		walk_find(w, A_delegate_name, "delegate",
		    "代理受取人はお申込みの方とは別の方にしてください。", "", "");
	bool person = strcmp(w->text[A_channel], "in-person") == 0;
	if (person != given(w, A_photo_id) && !w->bad[A_channel])
		walk_find(w, A_photo_id, person ? "required" : "not-held",
		    person ? "ご本人が持参される場合は「{項目}」を選んでください。"
			   : "「{項目}」はご本人が持参される場合だけです。空にしてください。",
		    "", "");
	check_stay(w);
}

/* Spaces of either width around a value are no part of it. */
static char *
trimmed(const char *s)
{
	size_t n = strnlen(s, APPLICATION_FIELD_BYTES);
	while (n > 0) {
		if (strchr(" \t", s[0]) != NULL && s[0] != '\0')
			s++, n--;
		else if (n >= 3 && strncmp(s, "　", 3) == 0)
			s += 3, n -= 3;
		else if (strchr(" \t", s[n - 1]) != NULL)
			n--;
		else if (n >= 3 && memcmp(s + n - 3, "　", 3) == 0)
			n -= 3;
		else
			break;
	}
	return strndup(s, n);
}

bool
application_check(const struct policy *policy, const char *const typed[A_FIELDS], struct day today,
    struct application *out, struct findings *findings)
{
	struct walk w = { .policy = policy, .today = today, .findings = findings };
	*findings = (struct findings){ 0 };
	for (int f = 0; f < A_FIELDS; f++) {
		bool text = utf8_valid(typed[f], strlen(typed[f]));
		bool fits = text && strlen(typed[f]) < APPLICATION_FIELD_BYTES;
		w.text[f] = fits ? trimmed(typed[f]) : strdup("");
		if (w.text[f] == NULL)
			abort();
		if (!fits)
			walk_find(&w, (enum application_field)f, text ? "too-long" : "text",
			    "「{項目}」が長すぎるか、UTF-8の文字ではありません。"
			    "入力し直してください。",
			    "", "");
	}
	if (!given(&w, A_lang) && !w.bad[A_lang]) {
		free(w.text[A_lang]);
		w.text[A_lang] = strdup("ja");
	}
	check_product(&w);
	for (int f = 0; f < A_FIELDS; f++)
		if (!w.bad[f])
			check_field(&w, (enum application_field)f);
	check_together(&w);
	struct application a;
	memcpy(a.text, w.text, sizeof(a.text));
	if (findings->errors > 0) {
		application_free(&a);
		return false;
	}
	*out = a;
	return true;
}

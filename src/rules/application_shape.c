/* What each shape of column demands of what stands in it [R-4.4]...[R-4.19]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rules/application_in.h"
#include "rules/era.h"
#include "rules/letters.h"
#include "rules/payer.h"

/* Puts another spelling in place; the old one is freed. */
static void
put(struct walk *w, enum application_field f, struct sink *s)
{
	char *text = sink_string(s);
	if (text == NULL)
		return;
	free(w->text[f]);
	w->text[f] = text;
	s->at = NULL;
	s->cap = s->len = 0;
}

static void
narrow(struct walk *w, enum application_field f)
{
	OWN_SINK s = SINK_GROW(APPLICATION_FIELD_BYTES);
	letters_narrow(w->text[f], &s);
	put(w, f, &s);
}

static void
widen(struct walk *w, enum application_field f, bool spaces)
{
	OWN_SINK s = SINK_GROW(APPLICATION_FIELD_BYTES);
	letters_widen(w->text[f], spaces, &s);
	put(w, f, &s);
}

static void
put_day(struct walk *w, enum application_field f, struct day d)
{
	char text[DAY_TEXT];
	OWN_SINK s = SINK_GROW(APPLICATION_FIELD_BYTES);
	sink_text(&s, day_print(text, d));
	put(w, f, &s);
}

static void
check_characters(struct walk *w, enum application_field f)
{
	uint32_t c = letters_refused(w->text[f]);
	char sign[8] = "", number[16];
	struct sink s = SINK_INTO(sign);
	if (c == 0)
		return;
	snprintf(number, sizeof(number), "U+%04X", c);
	for (size_t i = 0; i < w->policy->replacement_count; i++)
		if (w->policy->replacements[i].character == c) {
			utf8_put(&s, c);
			walk_find(w, f, "M-104", "", sink_string(&s),
			    w->policy->replacements[i].proposal);
			return;
		}
	walk_find(w, f, "character",
	    "「{項目}」に記録できない文字（{A}）があります。"
	    "別の字で入力し、書類の表記はそのままにしてください。",
	    number, "");
}

/* As the first or last part of a name: 株式会社..., ...（株） [R-4.9]. */
static bool
corporate(const struct policy *policy, const char *name)
{
	const struct word_list *l = policy_list(policy, "corporate-words");
	size_t n = strlen(name);
	for (size_t i = 0; l != NULL && i < l->count; i++) {
		size_t k = strlen(l->words[i]);
		if (n >= k &&
		    (strncmp(name, l->words[i], k) == 0 || strcmp(name + n - k, l->words[i]) == 0))
			return true;
	}
	return false;
}

static bool
begins_with_prefecture(const struct policy *policy, const char *address)
{
	const struct word_list *l = policy_list(policy, "prefectures");
	for (size_t i = 0; l != NULL && i < l->count; i++)
		if (strncmp(address, l->words[i], strlen(l->words[i])) == 0)
			return true;
	return false;
}

static bool
only(const char *s, const char *signs)
{
	return strspn(s, signs) == strlen(s);
}

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
email_good(const char *s)
{
	const char *at = strchr(s, '@'), *dot = at == NULL ? NULL : strchr(at, '.');
	for (const char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f ||
		    strchr("\"(),:;<>\\[]", *p) != NULL)
			return false;
	return at != NULL && at != s && strchr(at + 1, '@') == NULL && dot != NULL &&
	       dot != at + 1 && s[strlen(s) - 1] != '.' && strstr(s, "..") == NULL &&
	       strchr("=+-@", s[0]) == NULL;
}

static bool
word_of(const char *words, const char *s)
{
	size_t n = strlen(s);
	for (const char *at = words; at != NULL && *at != '\0';
	     at = strchr(at, ' ') == NULL ? NULL : strchr(at, ' ') + 1)
		if (n > 0 && strncmp(at, s, n) == 0 && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

static void
check_day(struct walk *w, enum application_field f)
{
	struct day d;
	bool stay = APPLICATION_ROW[f].shape == SHAPE_STAY;
	if (stay && strcmp(w->text[f], "indefinite") == 0)
		return;
	if (!era_day_read(w->text[f], &d)) {
		walk_find(w, f, "day",
		    "「{項目}」の「{A}」は日付ではありません。"
		    "1980-03-31 や 昭和55年3月31日 のように入れてください。",
		    w->text[f], "");
		return;
	}
	put_day(w, f, d);
	if (!stay && (day_cmp(d, w->today) > 0 || d.year < 1868))
		walk_find(w, f, "future-day",
		    "「{項目}」の「{A}」は今日より後か、古すぎる日付です。確かめてください。",
		    w->text[f], "");
}

static void
check_postcode(struct walk *w, enum application_field f)
{
	OWN_SINK s = SINK_GROW(APPLICATION_FIELD_BYTES);
	narrow(w, f);
	for (const char *p = w->text[f]; *p != '\0'; p++)
		if (*p != '-' && *p != ' ')
			sink_byte(&s, (uint8_t)*p);
	if (s.len == 7)
		put(w, f, &s);
	if (!only(w->text[f], DIGITS) || strlen(w->text[f]) != 7)
		walk_find(w, f, "postcode",
		    "「{項目}」は7桁の数字です（ハイフンはなくてもかまいません）。", "", "");
}

static bool
person_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)r;
	return !corporate(w->policy, s);
}

static bool
home_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)r;
	return begins_with_prefecture(w->policy, s);
}

static bool
kana_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	return letters_kana(s);
}

static bool
roman_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	return only(s, CAPITALS " -'.");
}

static bool
ascii_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

static bool
phone_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	return only(s, DIGITS "+-() ") && strchr("=+-@", s[0]) == NULL;
}

static bool
mail_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	return email_good(s);
}

static bool
corporate_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	return letters_corporate_number(s);
}

static bool
digits_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w;
	return strlen(s) == r->limit && only(s, DIGITS);
}

static bool
word_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w;
	return word_of(r->words, s);
}

static bool
photo_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)r;
	return word_list_has(policy_list(w->policy, "photo-ids"), s);
}

static bool
nation_good(const struct walk *w, const struct application_row *r, const char *s)
{
	(void)w, (void)r;
	return strlen(s) == 3 && only(s, CAPITALS) && strcmp(s, "JPN") != 0;
}

static bool
payer_good(const struct walk *w, const struct application_row *r, const char *s)
{
	char folded[PAYER_TEXT];
	(void)w, (void)r;
	return payer_fold(s, folded, NULL);
}

/* What each shape demands: a change of width first, recordable characters, its own rule. */
enum width { AS_TYPED, NARROW, WIDEN, WIDEN_ALL };
static const struct {
	enum width width;
	bool recordable;
	bool (*good)(const struct walk *, const struct application_row *, const char *);
	const char *code, *say;
	void (*check)(struct walk *, enum application_field);
} SHAPE[] = {
	/* clang-format off */
	[SHAPE_TEXT]	  = { AS_TYPED, true, NULL, NULL, NULL, NULL },
	[SHAPE_ADDRESS]	  = { WIDEN, true, NULL, NULL, NULL, NULL },
	[SHAPE_HOME]	  = { WIDEN, true, home_good, "prefecture", "「{項目}」は都道府県から始めてください。日本国内にお住まいの方だけがお申し込みになれます。", NULL },
	[SHAPE_PERSON]	  = { AS_TYPED, true, person_good, "M-101", "", NULL },
	[SHAPE_TRADE]	  = { AS_TYPED, true, person_good, "M-102", "", NULL },
	[SHAPE_KANA]	  = { WIDEN_ALL, false, kana_good, "kana", "「{項目}」はカタカナで入れてください。", NULL },
	[SHAPE_ROMAN]	  = { AS_TYPED, false, roman_good, "roman", "「{項目}」に使えるのは A～Z、空白、- ' . です。", NULL },
	[SHAPE_ASCII]	  = { AS_TYPED, false, ascii_good, "ascii", "「{項目}」に使えるのは半角の英数字と記号、空白です。入力し直してください。", NULL },
	[SHAPE_REF]	  = { AS_TYPED, false, ascii_good, "ascii", "「{項目}」に使えるのは半角の英数字と記号、空白です。入力し直してください。", NULL },
	[SHAPE_DAY]	  = { AS_TYPED, false, NULL, NULL, NULL, check_day },
	[SHAPE_BIRTH]	  = { AS_TYPED, false, NULL, NULL, NULL, check_day },
	[SHAPE_STAY]	  = { AS_TYPED, false, NULL, NULL, NULL, check_day },
	[SHAPE_POSTCODE]  = { NARROW, false, NULL, NULL, NULL, check_postcode },
	[SHAPE_PHONE]	  = { NARROW, false, phone_good, "phone", "「{項目}」に使えるのは数字、+ - ( ) と空白です。= + - @ では始められません。", NULL },
	[SHAPE_EMAIL]	  = { AS_TYPED, false, mail_good, "email", "「{項目}」は名前@ドメインの形で入れてください。", NULL },
	[SHAPE_CORPORATE] = { AS_TYPED, false, corporate_good, "corporate-number", "「{項目}」は13桁で、検査数字が合いません。登記の番号を確かめてください。", NULL },
	[SHAPE_DIGITS8]	  = { AS_TYPED, false, digits_good, "digits", "「{項目}」は8桁の数字です。", NULL },
	[SHAPE_WORD]	  = { AS_TYPED, false, word_good, "word", "「{項目}」は {A} のどれかです。", NULL },
	[SHAPE_PRODUCT]	  = { AS_TYPED, false, NULL, NULL, NULL, NULL }, /* check_product */
	[SHAPE_KIND]	  = { AS_TYPED, false, NULL, NULL, NULL, NULL },
	[SHAPE_PHOTO]	  = { AS_TYPED, false, photo_good, "photo-id", "「{項目}」の「{A}」は使えません。運転免許証・旅券・在留カード・特別永住者証明書・個人番号カード・官公庁の身分証のどれかです。", NULL },
	[SHAPE_NATION]	  = { AS_TYPED, false, nation_good, "nationality", "「{項目}」は外国籍の方だけ、3文字の国名コード（例 VNM）で入れてください。", NULL },
	[SHAPE_PAYER]	  = { AS_TYPED, false, payer_good, "payer", "「{項目}」は銀行の文字で書けません。カナか英数字で入れてください。", NULL },
	/* clang-format on */
};

void
walk_shape(struct walk *w, enum application_field f)
{
	const struct application_row *r = &APPLICATION_ROW[f];
	if (SHAPE[r->shape].width == NARROW)
		narrow(w, f);
	if (SHAPE[r->shape].width >= WIDEN)
		widen(w, f, SHAPE[r->shape].width == WIDEN_ALL);
	if (SHAPE[r->shape].recordable)
		check_characters(w, f);
	if (SHAPE[r->shape].good != NULL && !SHAPE[r->shape].good(w, r, w->text[f]))
		walk_find(w, f, SHAPE[r->shape].code, SHAPE[r->shape].say,
		    r->words != NULL ? r->words : w->text[f], "");
	if (SHAPE[r->shape].check != NULL)
		SHAPE[r->shape].check(w, f);
}

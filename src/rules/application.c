#include "rules/application.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "rules/era.h"
#include "rules/letters.h"
#include "rules/payer.h"
#include "rules/say.h"
#include "rules/term.h"

enum shape {
	SHAPE_TEXT, /* recordable characters */
	SHAPE_ADDRESS, /* the same; half-width kana widened */
	SHAPE_HOME, /* an address in Japan: begins with a prefecture */
	SHAPE_PERSON, /* a person's name: no company */
	SHAPE_TRADE, /* a trade name: no corporation's */
	SHAPE_KANA,
	SHAPE_ROMAN,
	SHAPE_ASCII,
	SHAPE_DAY,
	SHAPE_BIRTH,
	SHAPE_STAY,
	SHAPE_POSTCODE,
	SHAPE_PHONE,
	SHAPE_EMAIL,
	SHAPE_CORPORATE,
	SHAPE_DIGITS8,
	SHAPE_WORD, /* one of the row's words */
	SHAPE_PRODUCT,
	SHAPE_KIND,
	SHAPE_PHOTO,
	SHAPE_NATION,
	SHAPE_PAYER /* a name as banks write it */
};

#define ALL ((1u << KINDS) - 1)
#define K(k) (1u << KIND_##k)
#define ORGANISED (K(REPRESENTATIVE) | K(EMPLOYEE))
#define OFFICE (K(SOLE_PROPRIETOR) | K(GYOSEISHOSHI))

/* What each column takes: who must fill it, who may, how long it may be [requirements 0.2]. */
static const struct row {
	const char *name, *label;
	enum shape shape;
	unsigned must, may; /* sets of kinds */
	size_t limit; /* characters */
	const char *words, *clause;
} ROW[A_FIELDS] = {
	/* clang-format off */
	[A_ref]			= { "ref", "受付番号", SHAPE_ASCII, ALL, ALL, 64, NULL, "R-4.28" },
	[A_form_date]		= { "form_date", "申込日", SHAPE_DAY, ALL, ALL, 20, NULL, "R-4.26" },
	[A_product]		= { "product", "商品", SHAPE_PRODUCT, ALL, ALL, 16, NULL, "R-4.3" },
	[A_kind]		= { "kind", "種別", SHAPE_KIND, ALL, ALL, 32, NULL, "R-4.3" },
	[A_name]		= { "name", "氏名", SHAPE_PERSON, ALL, ALL, 64, NULL, "R-4.4" },
	[A_kana]		= { "kana", "フリガナ", SHAPE_KANA, ALL, ALL, 100, NULL, "R-4.4" },
	[A_roman]		= { "roman", "氏名（ローマ字）", SHAPE_ROMAN, ALL, ALL, 64, NULL, "R-4.4" },
	[A_former_name]		= { "former_name", "旧姓を含む氏名", SHAPE_PERSON, 0, ALL, 64, NULL, "R-4.18" },
	[A_former_roman]	= { "former_roman", "旧姓を含む氏名（ローマ字）", SHAPE_ROMAN, 0, ALL, 64, NULL, "R-4.4" },
	[A_birth]		= { "birth", "生年月日", SHAPE_BIRTH, ALL, ALL, 32, NULL, "R-4.7" },
	[A_sex]			= { "sex", "性別", SHAPE_WORD, ALL, ALL, 1, "M F", "R-4.7" },
	[A_nationality]		= { "nationality", "国籍", SHAPE_NATION, 0, ALL, 3, NULL, "R-4.5" },
	[A_stay_until]		= { "stay_until", "在留期間の満了日", SHAPE_STAY, 0, ALL, 32, NULL, "R-2.13" },
	[A_postcode]		= { "postcode", "郵便番号", SHAPE_POSTCODE, ALL, ALL, 16, NULL, "R-4.6" },
	[A_address]		= { "address", "住所", SHAPE_HOME, ALL, ALL, 128, NULL, "R-1.1" },
	[A_address_roman]	= { "address_roman", "住所（ローマ字）", SHAPE_ASCII, ALL, ALL, 128, NULL, "R-4.6" },
	[A_phone]		= { "phone", "電話番号", SHAPE_PHONE, ALL, ALL, 32, NULL, "R-4.19" },
	[A_email]		= { "email", "メールアドレス", SHAPE_EMAIL, ALL, ALL, 254, NULL, "R-4.8" },
	[A_lang]		= { "lang", "連絡の言語", SHAPE_WORD, ALL, ALL, 2, "ja en", "R-4.1" },
	[A_trade_name]		= { "trade_name", "屋号", SHAPE_TRADE, OFFICE, OFFICE, 64, NULL, "R-4.9" },
	[A_organisation]	= { "organisation", "組織名", SHAPE_TEXT, ORGANISED, ORGANISED, 64, NULL, "R-4.10" },
	[A_organisation_address] = { "organisation_address", "組織・事務所の所在地", SHAPE_ADDRESS, ORGANISED | OFFICE, ORGANISED | OFFICE, 128, NULL, "R-4.10" },
	[A_representative]	= { "representative", "組織代表者名", SHAPE_TEXT, ORGANISED, ORGANISED, 64, NULL, "R-4.10" },
	[A_corporate_number]	= { "corporate_number", "法人番号", SHAPE_CORPORATE, ORGANISED, ORGANISED, 13, NULL, "R-4.10" },
	[A_department]		= { "department", "所属部門名", SHAPE_TEXT, K(EMPLOYEE), K(EMPLOYEE), 64, NULL, "R-4.11" },
	[A_department_address]	= { "department_address", "部門所在地", SHAPE_ADDRESS, K(EMPLOYEE), K(EMPLOYEE), 128, NULL, "R-4.11" },
	[A_title]		= { "title", "肩書", SHAPE_TEXT, ORGANISED, ORGANISED, 64, NULL, "R-4.11" },
	[A_authority]		= { "authority", "代理権内容", SHAPE_TEXT, 0, K(EMPLOYEE), 1024, NULL, "R-4.17" },
	[A_gyosei_number]	= { "gyosei_number", "行政書士登録番号", SHAPE_DIGITS8, K(GYOSEISHOSHI), K(GYOSEISHOSHI), 8, NULL, "R-4.56" },
	[A_delegate_name]	= { "delegate_name", "代理受取人の氏名", SHAPE_PERSON, 0, ALL, 64, NULL, "R-4.12" },
	[A_delegate_postcode]	= { "delegate_postcode", "代理受取人の郵便番号", SHAPE_POSTCODE, 0, ALL, 16, NULL, "R-4.12" },
	[A_delegate_address]	= { "delegate_address", "代理受取人の住所", SHAPE_HOME, 0, ALL, 128, NULL, "R-4.12" },
	[A_delegate_phone]	= { "delegate_phone", "代理受取人の電話番号", SHAPE_PHONE, 0, ALL, 32, NULL, "R-4.12" },
	[A_channel]		= { "channel", "提出方法", SHAPE_WORD, ALL, ALL, 16, "post in-person", "R-4.21" },
	[A_photo_id]		= { "photo_id", "写真付き身分証明書", SHAPE_PHOTO, 0, ALL, 32, NULL, "R-4.21" },
	[A_payer]		= { "payer", "振込名義", SHAPE_PAYER, 0, ALL, 96, NULL, "R-6.7" },
	/* clang-format on */
};

struct walk {
	const struct policy *policy;
	struct day today;
	struct findings *findings;
	char *text[A_FIELDS]; /* as it will be stored */
	bool bad[A_FIELDS];
	const struct product *product;
	enum kind kind;
	bool kind_known;
};

const char *
application_field_name(enum application_field f)
{
	return ROW[f].name;
}

static struct finding *
finding_add(struct walk *w, enum application_field f, const char *code, bool warning)
{
	struct findings *all = w->findings;
	w->bad[f] = w->bad[f] || !warning;
	all->errors += !warning;
	struct finding *one = &all->at[all->count < FINDINGS ? all->count++ : FINDINGS - 1];
	*one = (struct finding){ ROW[f].name, code, ROW[f].clause, warning, "" };
	return one;
}

/* A text of policy/ where the code is a message, with {A} and {B}; else `say`. */
static void
find(struct walk *w, enum application_field f, const char *code, const char *say, const char *a,
    const char *b)
{
	struct finding *one = finding_add(w, f, code, strcmp(code, "M-106") == 0);
	const struct text *t = code[0] == 'M' ? policy_text(w->policy, code, w->today) : NULL;
	const struct say_value values[] = { { "項目", ROW[f].label }, { "A", a }, { "B", b },
		{ "字", a }, { "代替", b } };
	struct sink out = SINK_INTO(one->say);
	say_fill(&out, t != NULL ? t->ja : say, values, COUNT(values));
	(void)sink_string(&out);
}

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
			find(w, f, "M-104", "", sink_string(&s),
			    w->policy->replacements[i].proposal);
			return;
		}
	find(w, f, "character",
	    "「{項目}」に記録できない文字（{A}"
	    "）があります。別の字で入力し、書類の表記はそのままにしてください。",
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
	bool stay = ROW[f].shape == SHAPE_STAY;
	if (stay && strcmp(w->text[f], "indefinite") == 0)
		return;
	if (!era_day_read(w->text[f], &d)) {
		find(w, f, "day",
		    "「{項目}」の「{A}」は日付ではありません。1980-03-31 や 昭和55年3月31日 "
		    "のように入れてください。",
		    w->text[f], "");
		return;
	}
	put_day(w, f, d);
	if (!stay && (day_cmp(d, w->today) > 0 || d.year < 1868))
		find(w, f, "future-day",
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
		find(w, f, "postcode",
		    "「{項目}」は7桁の数字です（ハイフンはなくてもかまいません）。", "", "");
}

static bool
person_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)r;
	return !corporate(w->policy, s);
}

static bool
home_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)r;
	return begins_with_prefecture(w->policy, s);
}

static bool
kana_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	return letters_kana(s);
}

static bool
roman_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	return only(s, CAPITALS " -'.");
}

static bool
ascii_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static bool
phone_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	return only(s, DIGITS "+-() ") && strchr("=+-@", s[0]) == NULL;
}

static bool
mail_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	return email_good(s);
}

static bool
corporate_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	return letters_corporate_number(s);
}

static bool
digits_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w;
	return strlen(s) == r->limit && only(s, DIGITS);
}

static bool
word_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w;
	return word_of(r->words, s);
}

static bool
photo_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)r;
	return word_list_has(policy_list(w->policy, "photo-ids"), s);
}

static bool
nation_good(const struct walk *w, const struct row *r, const char *s)
{
	(void)w, (void)r;
	return strlen(s) == 3 && only(s, CAPITALS) && strcmp(s, "JPN") != 0;
}

static bool
payer_good(const struct walk *w, const struct row *r, const char *s)
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
	bool (*good)(const struct walk *, const struct row *, const char *);
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
	[SHAPE_ASCII]	  = { AS_TYPED, false, ascii_good, "control", "「{項目}」に制御文字があります。入力し直してください。", NULL },
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

static void
check_shape(struct walk *w, enum application_field f)
{
	const struct row *r = &ROW[f];
	if (SHAPE[r->shape].width == NARROW)
		narrow(w, f);
	if (SHAPE[r->shape].width >= WIDEN)
		widen(w, f, SHAPE[r->shape].width == WIDEN_ALL);
	if (SHAPE[r->shape].recordable)
		check_characters(w, f);
	if (SHAPE[r->shape].good != NULL && !SHAPE[r->shape].good(w, r, w->text[f]))
		find(w, f, SHAPE[r->shape].code, SHAPE[r->shape].say,
		    r->words != NULL ? r->words : w->text[f], "");
	if (SHAPE[r->shape].check != NULL)
		SHAPE[r->shape].check(w, f);
}

static bool
personal(enum shape c)
{
	return c <= SHAPE_ASCII || c == SHAPE_PHONE;
}

static void
check_field(struct walk *w, enum application_field f)
{
	const struct row *r = &ROW[f];
	if (w->text[f][0] == '\0') {
		bool paper_only =
		    f == A_email && w->product != NULL && w->product->series == SERIES_CDR;
		if (w->kind_known && (r->must & 1u << w->kind) != 0 && !paper_only)
			find(w, f, "required", "「{項目}」を入れてください。", "", "");
		return;
	}
	if (w->kind_known && (r->may & 1u << w->kind) == 0) {
		/* a mandate for a kind that has none is the product's fault and is told there */
		if (f != A_authority || !w->bad[A_product])
			find(w, f, "not-held",
			    "この種別では「{項目}」を記録しません。空にしてください。", "", "");
		return;
	}
	if (utf8_count(w->text[f]) > r->limit) {
		char most[24];
		snprintf(most, sizeof(most), "%zu", r->limit);
		find(w, f, "too-long", "「{項目}」は{A}文字までです。短くしてください。", most, "");
		return;
	}
	check_shape(w, f);
	if (personal(r->shape) && f != A_ref && letters_my_number(w->text[f]))
		find(w, f, "M-105", "", "", "");
}

/* Product, kind and mandate belong together [requirements 0.2] [R-4.3]. */
static void
check_product(struct walk *w)
{
	w->kind_known = kind_read(w->text[A_kind], &w->kind);
	w->product = policy_product(w->policy, w->text[A_product], w->today);
	bool scrivener_disc = w->kind_known && w->kind == KIND_GYOSEISHOSHI &&
			      strncmp(w->text[A_product], "CD-", 3) == 0;
	if (scrivener_disc)
		find(w, A_product, "M-103", "", "", "");
	else if (w->product == NULL || (w->kind_known && (w->product->kinds & 1u << w->kind) == 0))
		find(w, A_product, "product",
		    "商品「{A}」はこの種別では選べません。商品表を見て選び直してください。",
		    w->text[A_product], "");
	if (!w->kind_known)
		find(w, A_kind, "kind",
		    "種別「{A}」はありません。individual-basic、individual、sole-"
		    "proprietor、representative、employee、gyoseishoshi のどれかです。",
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
		find(w, need, "required", "「{項目}」も入れてください。", "", "");
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
		find(w, A_stay_until, "M-106", "", w->text[A_stay_until], day_print(text, end));
}

/* What one field demands of another. */
static void
check_together(struct walk *w)
{
	bool mandate = w->product != NULL && w->product->mandate;
	if (w->product != NULL && !w->bad[A_product] && mandate != given(w, A_authority) &&
	    !w->bad[A_authority])
		find(w, A_authority, mandate ? "required" : "not-held",
		    mandate ? "電子委任状付きの商品です。「{項目}」を入れてください。"
			    : "電子委任状付きの商品ではありません。「{項目}"
			      "」を空にするか、商品を選び直してください。",
		    "", "");
	require_both(w, A_former_name, A_former_roman);
	require_both(w, A_former_roman, A_former_name);
	require_both(w, A_nationality, A_stay_until);
	require_both(w, A_stay_until, A_nationality);
	if (given(w, A_former_name) && given(w, A_nationality) && !w->bad[A_former_name])
		find(w, A_former_name, "former-name",
		    "旧姓は戸籍のある方だけが記録できます。外国籍の方は住民票の通称を「氏名」に入れ"
		    "てください。",
		    "", "");
	for (int f = A_delegate_name; f <= A_delegate_phone; f++)
		for (int g = A_delegate_name; g <= A_delegate_phone; g++)
			require_both(w, (enum application_field)f, (enum application_field)g);
	if (given(w, A_delegate_name) && !w->bad[A_delegate_name] &&
	    same_person(w->text[A_delegate_name], w->text[A_name]) &&
	    same_person(w->text[A_delegate_address], w->text[A_address]))
		find(w, A_delegate_name, "delegate",
		    "代理受取人はお申込みの方とは別の方にしてください。", "", "");
	bool person = strcmp(w->text[A_channel], "in-person") == 0;
	if (person != given(w, A_photo_id) && !w->bad[A_channel])
		find(w, A_photo_id, person ? "required" : "not-held",
		    person ? "ご本人が持参される場合は「{項目}」を選んでください。"
			   : "「{項目}」はご本人が持参される場合だけです。空にしてください。",
		    "", "");
	check_stay(w);
}

static int
column_order(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int fx = 0, fy = 0;
	while (ROW[fx].name != x->field)
		fx++;
	while (ROW[fy].name != y->field)
		fy++;
	return fx - fy;
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
			find(&w, (enum application_field)f, text ? "too-long" : "text",
			    "「{項目}」が長すぎるか、UTF-"
			    "8の文字ではありません。入力し直してください。",
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
	qsort(findings->at, findings->count, sizeof(findings->at[0]), column_order);
	struct application a;
	memcpy(a.text, w.text, sizeof(a.text));
	if (findings->errors > 0) {
		application_free(&a);
		return false;
	}
	*out = a;
	return true;
}

void
application_free(struct application *a)
{
	for (int f = 0; f < A_FIELDS; f++) {
		if (a->text[f] != NULL)
			explicit_bzero(a->text[f], strlen(a->text[f]));
		free(a->text[f]);
		a->text[f] = NULL;
	}
}

void
application_pack(const struct application *a, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_int(out, 1);
	size_t texts = der_begin(out, DER_SEQUENCE);
	for (int f = 0; f < A_FIELDS; f++)
		der_put_utf8(out, a->text[f]);
	der_end(out, texts);
	der_end(out, all);
}

bool
application_unpack(struct der d, struct application *out)
{
	struct application a = { 0 };
	struct der all, texts;
	int64_t version;
	char buffer[APPLICATION_FIELD_BYTES];
	bool good = der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
		    der_take_int(&all, &version) && version == 1 &&
		    der_take(&all, DER_SEQUENCE, &texts) && der_done(&all);
	for (int f = 0; f < A_FIELDS && good; f++) {
		good = der_take_utf8(&texts, buffer, sizeof(buffer));
		a.text[f] = good ? strdup(buffer) : NULL;
		good = a.text[f] != NULL;
	}
	explicit_bzero(buffer, sizeof(buffer));
	if (!good || !der_done(&texts)) {
		application_free(&a);
		return false;
	}
	*out = a;
	return true;
}

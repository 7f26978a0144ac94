#include "act/card.h"

#include <string.h>

/* clang-format off */
static const struct { const char *scope, *text; } MARK[] = {
	{ "signature", "認定の対象" },
	{ "mandate",   "電子委任状の認定の対象" },
	{ "outside",   "認定の対象外" },
	{ "mark",      "試験用" },
};
static const struct { const char *seat, *text; } SEAT[] = {
	{ "screen",  "審査" },
	{ "approve", "承認" },
};
static const char *const PLACE_TEXT[][2] = {
	{ "subject", "主体者" }, { "subscriber", "加入者" }, { "mandator", "委任者" },
};
static const char *const ROUTE_TEXT[] = {
	[ROUTE_HONNIN] = "本人限定受取郵便（基本型）",
	[ROUTE_KANI] = "簡易書留",
};
/* clang-format on */

static const char *
scope_text(const char *scope)
{
	size_t i = 0;
	while (i + 1 < COUNT(MARK) && strcmp(MARK[i].scope, scope) != 0)
		i++;
	return MARK[i].text;
}

static const char *
place_text(const char *place)
{
	size_t i = 0;
	while (i + 1 < COUNT(PLACE_TEXT) && strcmp(PLACE_TEXT[i][0], place) != 0)
		i++;
	return PLACE_TEXT[i][1];
}

static void
print_der(struct sink *out, struct der d)
{
	sink_bytes(out, d.p, d.n);
}

static void
print_digest(struct sink *out, const char *label, const uint8_t digest[32])
{
	sink_print(out, "  %s：", label);
	sink_hex(out, digest, 32);
	sink_text(out, "\n");
}

static void
print_fields(const struct card *c, struct sink *out)
{
	const char *place = "";
	sink_text(out, "証明書に入る内容\n");
	for (size_t i = 0; i < c->fields; i++) {
		const struct card_field *f = &c->field[i];
		if (strcmp(place, f->place) != 0)
			sink_print(out, "  〔%s〕\n", place_text(f->place));
		place = f->place;
		sink_print(out, "    %s：", f->ja);
		print_der(out, f->value);
		sink_print(out, "  ［%s］%s\n", scope_text(f->scope), f->oid);
	}
	sink_text(out, "    メールアドレス：");
	print_der(out, c->certificate.email);
	sink_text(out, "  ［認定の対象外］\n");
}

static void
print_delivery(const struct card *c, enum dispatch_item item, struct sink *out)
{
	const struct delivery *d = &c->delivery[item];
	const char *what = item == DISPATCH_PIN	  ? "PIN の手紙"
			   : c->certificate.media ? "CD-R"
						  : "ダウンロードパスワードの手紙";
	sink_print(out, "  %s：%s、%sへ  〒", what, ROUTE_TEXT[d->route],
	    d->delegate ? "代理受取人" : "加入者");
	print_der(out, d->postcode);
	sink_text(out, " ");
	print_der(out, d->address);
	sink_text(out, "  ");
	print_der(out, d->name);
	sink_text(out, " 様\n");
}

static void
print_seats(const struct card *c, struct sink *out)
{
	for (size_t i = 0; i < c->seats; i++) {
		char at[INSTANT_TEXT];
		const struct card_seat *s = &c->seat[i];
		const char *what = s->seat;
		for (size_t k = 0; k < COUNT(SEAT); k++)
			if (strcmp(SEAT[k].seat, s->seat) == 0)
				what = SEAT[k].text;
		sink_print(out, "  %s：%s（%s）  %s\n", what, s->person, s->surface,
		    instant_print(at, s->at));
	}
}

void
card_print(const struct card *c, struct sink *out)
{
	char day[DAY_TEXT];
	const struct warrant_certificate *cert = &c->certificate;
	sink_print(out, "%s発行指示  案件 %lld  第 %lld 版%s\n", c->rehearsal ? "【試験用】" : "",
	    (long long)c->warrant.dossier, (long long)c->warrant.edition,
	    c->ended[0] == '\0' ? "" : "（終わった版）");
	sink_print(out, "  八つの言葉：%s\n", c->words);
	print_digest(out, "要約", c->digest);
	sink_print(out, "  商品：%s %s  有効期間 %lld 年（満了日の数え方 %s）\n", cert->product,
	    c->product_ja, (long long)cert->years, cert->vend_rule);
	sink_print(out, "  プロファイル：%s  連絡の言語：%s  この指示の期限：%s\n", cert->profile,
	    cert->lang, day_print(day, c->warrant.last_day));
	print_fields(c, out);
	sink_text(out, "届け方\n");
	print_delivery(c, DISPATCH_PIN, out);
	print_delivery(c, DISPATCH_OTHER, out);
	sink_text(out, "  加入者の氏名（代理受取人への手紙に載る）：");
	print_der(out, cert->subscriber);
	sink_text(out, "\nよりどころ\n");
	print_digest(out, "申込みの記録", cert->record);
	print_digest(out, "審査の記録", cert->screening);
	print_digest(out, "規則", cert->policy);
	print_digest(out, "案件の鍵", cert->dossier_key);
	sink_text(out, "署名\n");
	print_seats(c, out);
}

/* What people read: index.html, and the same as tables and plain text. */
#include "act/evidence_in.h"

#include <string.h>

#include "act/dossier.h"
#include "pki/inspect.h"
#include "rules/policy.h"

static void
html(struct sink *out, const char *text)
{
	static const struct {
		char sign;
		const char *as;
	} SIGNS[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" } };
	for (; *text != '\0'; text++) {
		const char *as = NULL;
		for (size_t i = 0; i < COUNT(SIGNS); i++)
			if (SIGNS[i].sign == *text)
				as = SIGNS[i].as;
		if (as != NULL)
			sink_text(out, as);
		else
			sink_byte(out, (uint8_t)*text);
	}
}

/* A column: its name in the file and beside the Japanese one on the page. */
struct column_head {
	const char *code, *ja;
};
/* A table on the page, and the same rows in a file between tabs. */
struct table_out {
	const struct column_head *head; /* until one without a code */
	struct sink page, tabs;
};

static void
table_begin(struct table_out *t, const char *ja, const char *en)
{
	sink_print(&t->page,
	    "<h2>%s <span lang=\"en\">%s</span></h2>\n<div class=\"wide\" role=\"region\" "
	    "tabindex=\"0\" aria-label=\"%s\"><table>\n<thead><tr>",
	    ja, en, ja);
	for (const struct column_head *h = t->head; h->code != NULL; h++) {
		sink_print(&t->page, "<th scope=\"col\">%s <span lang=\"en\">%s</span></th>", h->ja,
		    h->code);
		sink_print(&t->tabs, "%s%c", h->code, h[1].code == NULL ? '\n' : '\t');
	}
	sink_text(&t->page, "</tr></thead>\n<tbody>\n");
}

static void
table_row(struct table_out *t, const char *const *cell)
{
	sink_text(&t->page, "<tr>");
	for (const struct column_head *h = t->head; h->code != NULL; h++, cell++) {
		bool at = strcmp(h->code, "at") == 0; /* kept on one line */
		sink_text(&t->page, at ? "<td><time>" : "<td>");
		html(&t->page, *cell);
		sink_text(&t->page, at ? "</time></td>" : "</td>");
		sink_print(&t->tabs, "%s%c", *cell, h[1].code == NULL ? '\n' : '\t');
	}
	sink_text(&t->page, "</tr>\n");
}

#define ROW(t, ...) table_row(t, (const char *const[]){ __VA_ARGS__ })

static bool
table_end(struct evidence *e, struct table_out *t, const char *file, struct sink *page,
    struct fault *fault)
{
	sink_text(&t->page, "</tbody>\n</table></div>\n");
	sink_bytes(page, t->page.at, t->page.len);
	bool good = !t->page.full && !t->tabs.full &&
		    evidence_put(e, der_of(t->tabs.at, t->tabs.len), fault, "%s", file);
	sink_drop(&t->page);
	sink_drop(&t->tabs);
	return good;
}
#define TABLE_OUT(head)                                                                            \
	{                                                                                          \
		head, SINK_GROW(16 << 20), SINK_GROW(16 << 20)                                     \
	}

static bool
persons(struct evidence *e, struct sink *page, struct fault *fault)
{
	static const struct column_head HEAD[] = { { "name", "署名" }, { "act", "行為" },
		{ "role", "役割" }, { "person", "人" }, { "charter", "憲章" }, { "at", "時刻" },
		{ "document", "署名の対象" }, { NULL, NULL } };
	struct table_out t = TABLE_OUT(HEAD);
	table_begin(&t, "署名した人", "Who signed");
	for (size_t i = 0; i < e->acts; i++) {
		const struct evidence_act *a = &e->act[i];
		char charter[24], at[INSTANT_TEXT];
		struct sink number = SINK_INTO(charter);
		sink_print(&number, "%lld", (long long)a->act.charter);
		ROW(&t, a->name, a->act.act, a->act.role, a->act.person, sink_string(&number),
		    instant_print(at, a->act.at), a->document);
	}
	return table_end(e, &t, "acts/index.tsv", page, fault);
}

/* Their names are those of the policy the dossier is pinned to. */
static bool
papers(struct evidence *e, struct sink *page, struct fault *fault)
{
	static const struct column_head HEAD[] = { { "paper", "書類" }, { "title", "名称" },
		{ "issued", "発行日" }, { "arrived", "到着日" }, { "form", "原本か" },
		{ "verdict", "判定" }, { "last_good", "期限" }, { NULL, NULL } };
	struct table_out t = TABLE_OUT(HEAD);
	const struct policy *policy;
	struct paper_case kase;
	if (!service_policy(e->service, e->dossier.policy, &policy, fault) ||
	    !dossier_case(policy, &e->dossier, &kase, fault))
		return false;
	table_begin(&t, "書類", "Papers");
	for (size_t i = 0; i < e->papers; i++) {
		const struct paper_row *p = &e->paper[i];
		const struct paper_kind *k = policy_paper(policy, p->code, kase.form_date);
		ROW(&t, p->code, k == NULL ? "" : k->name_ja, p->issued, p->arrived,
		    p->copy != 0 ? "copy" : "original", p->verdict, p->last_good);
	}
	return table_end(e, &t, "papers.tsv", page, fault);
}

static bool
events(struct evidence *e, struct sink *page, struct fault *fault)
{
	static const struct column_head HEAD[] = { { "seq", "番号" }, { "at", "時刻" },
		{ "kind", "種類" }, { "actor", "人" }, { "detail", "内容" }, { NULL, NULL } };
	struct table_out t = TABLE_OUT(HEAD);
	table_begin(&t, "記録", "Events");
	for (size_t i = 0; i < e->events; i++) {
		const struct event_row *r = &e->event[i];
		char seq[24], at[INSTANT_TEXT];
		struct sink number = SINK_INTO(seq);
		if (r->seq > e->head.size)
			continue;
		sink_print(&number, "%lld", (long long)r->seq);
		ROW(&t, sink_string(&number), instant_print(at, (struct instant){ r->at }), r->kind,
		    r->actor, r->detail);
	}
	return table_end(e, &t, "events/index.tsv", page, fault);
}

static bool
lines(struct evidence *e, struct sink *page, struct fault *fault)
{
	static const struct column_head HEAD[] = { { "seq", "番号" }, { "at", "時刻" },
		{ "kind", "種類" }, { NULL, NULL } };
	struct table_out t = TABLE_OUT(HEAD);
	table_begin(&t, "署名プログラムの台帳", "The signer's journal");
	for (size_t i = 0; i < e->owns; i++) {
		char seq[24], at[INSTANT_TEXT];
		struct sink number = SINK_INTO(seq);
		sink_print(&number, "%08lld", (long long)e->own[i].seq);
		ROW(&t, sink_string(&number), instant_print(at, e->own[i].at),
		    line_name(e->own[i].kind));
	}
	return table_end(e, &t, "journal/index.tsv", page, fault);
}

static void
row_text(void *with, const struct inspect_row *r)
{
	struct sink *out = with;
	sink_print(out, "%s%s%s%s: %s\n", r->path, r->critical ? " [critical]" : "",
	    r->label != NULL ? " " : "", r->label != NULL ? r->label : "", r->text);
}

static const struct sink *
bytes_of(const struct evidence *e, const char *name)
{
	for (size_t i = 0; i < e->files; i++)
		if (strcmp(e->file[i].name, name) == 0)
			return &e->file[i].bytes;
	return NULL;
}

static void
preformatted(struct sink *page, const char *ja, const char *en, struct sink *text)
{
	const char *plain = sink_string(text);
	sink_print(page, "<h2>%s <span lang=\"en\">%s</span></h2>\n<pre>", ja, en);
	html(page, plain == NULL ? "" : plain);
	sink_text(page, "</pre>\n");
}

static bool
texts(struct evidence *e, struct sink *page, struct fault *fault)
{
	OWN_SINK certificate = SINK_GROW(1 << 20);
	OWN_SINK card = SINK_GROW(1 << 20);
	const struct sink *der = bytes_of(e, "certificate.der");
	struct bundle_file file = { "certificate.der", der_of(der->at, der->len) };
	card_print(e->card, &card);
	if (!inspect_file(&file, row_text, &certificate, fault) ||
	    !evidence_put(e, der_of(certificate.at, certificate.len), fault, "certificate.txt") ||
	    !evidence_put(e, der_of(card.at, card.len), fault, "warrants/certificate.txt"))
		return false;
	preformatted(page, "電子証明書", "Certificate", &certificate);
	preformatted(page, "発行指示（審査と承認の署名はこのバイトに対するものです）",
	    "Warrant: what the screener and the approver signed", &card);
	return true;
}

/* What is told of the whole: parts that stay together where a line is wide enough; NULL ends them. */
static void
fact(struct sink *page, const char *ja, const char *en, const char *const *part)
{
	sink_print(page, "<dt>%s <span lang=\"en\">%s</span></dt>\n<dd>", ja, en);
	for (; *part != NULL; part++) {
		sink_text(page, "<span>");
		html(page, *part);
		sink_text(page, "</span> ");
	}
	sink_text(page, "</dd>\n");
}
#define FACT(page, ja, en, ...) fact(page, ja, en, (const char *const[]){ __VA_ARGS__, NULL })

static void
facts(const struct evidence *e, struct sink *page)
{
	char edition[48], from[INSTANT_TEXT], to[INSTANT_TEXT], at[INSTANT_TEXT];
	struct sink number = SINK_INTO(edition);
	const struct instant revoked = { e->cert.revoked_at };
	const struct ground *ground =
	    policy_ground(&e->service->policy, e->cert.ground, instant_day(revoked));
	sink_print(&number, "%lld, %lld", (long long)e->dossier.id, (long long)e->cert.edition);
	sink_text(page, "<dl>\n");
	FACT(page, "番号", "serial", e->cert.serial);
	FACT(page, "案件と版", "dossier, edition", sink_string(&number));
	FACT(page, "有効期間", "valid", instant_print(from, (struct instant){ e->cert.not_before }),
	    "–", instant_print(to, (struct instant){ e->cert.not_after }));
	if (revoked.sec == 0)
		FACT(page, "失効", "revoked", "していません");
	else
		FACT(page, "失効", "revoked", instant_print(at, revoked), e->cert.ground,
		    ground == NULL ? "" : ground->text_ja);
	if (e->by_mail)
		FACT(page, "受領", "receipt", "receipt-mail.eml", "この電子証明書で署名したメール");
	FACT(page, "取り出した人と時刻", "taken by, at", e->request->person->id,
	    instant_print(at, e->service->now));
	FACT(page, "理由", "reason", e->request->reason);
	sink_text(page, "</dl>\n");
}

static void
page_begin(const struct evidence *e, struct sink *page)
{
	sink_print(page,
	    "<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta "
	    "name=\"viewport\" content=\"width=device-width\"><title>証拠 %s</title>\n"
	    "<style>\n%s</style></head>\n<body><main>\n"
	    "<h1>電子証明書の証拠 <span lang=\"en\">Evidence of one certificate</span></h1>\n%s",
	    e->cert.serial, EVIDENCE_STYLE,
	    e->service->rehearsal ? "<p class=\"mark\">試験用 <span lang=\"en\">TEST</span></p>\n"
				  : "");
	facts(e, page);
}

static void
page_end(const struct evidence *e, struct sink *page)
{
	char words[WORDS_TEXT];
	words_print(words, e->made.genesis);
	sink_text(page, "<h2>失効リスト <span lang=\"en\">Revocation lists</span></h2>\n<ul>\n");
	if (e->first_list != 0)
		sink_print(page,
		    "<li><a href=\"lists/%lld.crl\">%lld</a> 失効後の最初のリスト first after the "
		    "revocation</li>\n",
		    (long long)e->first_list, (long long)e->first_list);
	sink_print(page,
	    "<li><a href=\"lists/%lld.crl\">%lld</a> 最新のリスト newest</li>\n</ul>\n",
	    (long long)e->newest_list, (long long)e->newest_list);
	sink_print(page,
	    "<h2>確かめ方 <span lang=\"en\">How to check it</span></h2>\n"
	    "<p>sh verify.sh を実行します。くわしくは <a href=\"VERIFY.txt\">VERIFY.txt</a>。"
	    "台帳の最初の行の八つの言葉（サービスの始まりに記録されたものと比べます）："
	    "<strong>%s</strong></p>\n"
	    "<p lang=\"en\">Run sh verify.sh; VERIFY.txt says what it checks. "
	    "The eight words are those of the journal's first line: "
	    "compare them with what was written down when the service began.</p>\n"
	    "</main></body></html>\n",
	    words);
}

bool
evidence_page(struct evidence *e, struct fault *fault)
{
	OWN_SINK page = SINK_GROW(64 << 20);
	page_begin(e, &page);
	return texts(e, &page, fault) && persons(e, &page, fault) && papers(e, &page, fault) &&
	       events(e, &page, fault) && lines(e, &page, fault) &&
	       (page_end(e, &page),
		   evidence_put(e, der_of(page.at, page.len), fault, "index.html")) &&
	       evidence_put(e, der_of(EVIDENCE_TEXT, strlen(EVIDENCE_TEXT)), fault, "VERIFY.txt") &&
	       evidence_put(
		   e, der_of(EVIDENCE_VERIFY, strlen(EVIDENCE_VERIFY)), fault, "verify.sh");
}

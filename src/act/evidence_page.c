/* What people read: index.html, and the same as tables and plain text. */
#include "act/evidence_in.h"

#include <string.h>

#include "pki/inspect.h"

static const char STYLE[] =
    "body{font:16px/1.7 'BIZ UDGothic','Noto Sans "
    "JP',sans-serif;color:#1a1a1c;background:#fff;margin:0 "
    "auto;max-width:64rem;padding:1.5rem}h1{font-size:1.75rem}h2{font-size:1.25rem;border-bottom:"
    "2px "
    "solid #0017c1;padding-bottom:.25rem;margin-top:2.5rem}.wide{overflow-x:auto}.wide "
    "table{min-width:40rem}.wide td,.wide th{white-space:nowrap}.wide "
    "td:last-child{white-space:normal}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #767676;padding:.35rem .6rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{background:#f2f2f2}pre{white-space:pre-wrap;overflow-wrap:anywhere;"
    "border:1px solid #767676;padding:1rem}.mark{border:3px solid "
    "#a91b1b;color:#a91b1b;font-weight:"
    "700;padding:.5rem 1rem}a{color:#0017c1}small,[lang=en]{color:#4d4d4d}@media "
    "print{body{max-width:"
    "none;font-size:10pt}h2{break-after:avoid}tr{break-inside:avoid}}";

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

/* A table on the page, and the same rows in a file between tabs. */
struct table_out {
	struct sink page, tabs;
};

static void
table_begin(struct table_out *t, const char *ja, const char *en, const char *const *head)
{
	sink_print(&t->page,
	    "<h2>%s <span lang=\"en\">%s</span></h2>\n<div class=\"wide\" role=\"region\" "
	    "tabindex=\"0\" "
	    "aria-label=\"%s\"><table>\n<thead><tr>",
	    ja, en, ja);
	for (; *head != NULL; head++) {
		sink_print(&t->page, "<th scope=\"col\">%s</th>", *head);
		sink_print(&t->tabs, "%s%c", *head, head[1] == NULL ? '\n' : '\t');
	}
	sink_text(&t->page, "</tr></thead>\n<tbody>\n");
}

static void
table_row(struct table_out *t, const char *const *cell, size_t n)
{
	sink_text(&t->page, "<tr>");
	for (size_t i = 0; i < n; i++) {
		sink_text(&t->page, "<td>");
		html(&t->page, cell[i]);
		sink_text(&t->page, "</td>");
		sink_print(&t->tabs, "%s%c", cell[i], i + 1 == n ? '\n' : '\t');
	}
	sink_text(&t->page, "</tr>\n");
}

#define HEAD(...)                                                                                  \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define ROW(t, ...)                                                                                \
	table_row(t, (const char *const[]){ __VA_ARGS__ },                                         \
	    COUNT(((const char *const[]){ __VA_ARGS__ })))

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
#define TABLE_OUT                                                                                  \
	{                                                                                          \
		SINK_GROW(16 << 20), SINK_GROW(16 << 20)                                           \
	}

static bool
persons(struct evidence *e, struct sink *page, struct fault *fault)
{
	struct table_out t = TABLE_OUT;
	table_begin(&t, "署名した人", "Who signed",
	    HEAD("name", "act", "role", "person", "charter", "at", "document"));
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

static bool
papers(struct evidence *e, struct sink *page, struct fault *fault)
{
	struct table_out t = TABLE_OUT;
	table_begin(&t, "書類", "Papers",
	    HEAD("paper", "issued", "arrived", "form", "verdict", "last_good"));
	for (size_t i = 0; i < e->papers; i++) {
		const struct paper_row *p = &e->paper[i];
		ROW(&t, p->code, p->issued, p->arrived, p->copy != 0 ? "copy" : "original",
		    p->verdict, p->last_good);
	}
	return table_end(e, &t, "papers.tsv", page, fault);
}

static bool
events(struct evidence *e, struct sink *page, struct fault *fault)
{
	struct table_out t = TABLE_OUT;
	table_begin(&t, "記録", "Events", HEAD("seq", "at", "kind", "actor", "detail"));
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
	struct table_out t = TABLE_OUT;
	table_begin(&t, "署名プログラムの台帳", "The signer's journal", HEAD("seq", "at", "kind"));
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

static void
page_begin(const struct evidence *e, struct sink *page)
{
	char made[INSTANT_TEXT], from[INSTANT_TEXT], to[INSTANT_TEXT], revoked[INSTANT_TEXT] = "";
	if (e->cert.revoked_at != 0)
		instant_print(revoked, (struct instant){ e->cert.revoked_at });
	sink_print(page,
	    "<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta "
	    "name=\"viewport\" "
	    "content=\"width=device-width\"><title>証拠 "
	    "%s</title>\n<style>%s</style></head>\n<body><main>\n"
	    "<h1>電子証明書の証拠 <span lang=\"en\">Evidence of one certificate</span></h1>\n%s",
	    e->cert.serial, STYLE,
	    e->service->rehearsal ? "<p class=\"mark\">試験用 <span lang=\"en\">TEST</span></p>\n"
				  : "");
	sink_print(page,
	    "<table><tbody>\n<tr><th scope=\"row\">番号 serial</th><td>%s</td></tr>\n"
	    "<tr><th scope=\"row\">案件と版 dossier, edition</th><td>%lld, %lld</td></tr>\n"
	    "<tr><th scope=\"row\">有効期間 valid</th><td>%s – %s</td></tr>\n"
	    "<tr><th scope=\"row\">失効 revoked</th><td>%s %s</td></tr>\n",
	    e->cert.serial, (long long)e->dossier.id, (long long)e->cert.edition,
	    instant_print(from, (struct instant){ e->cert.not_before }),
	    instant_print(to, (struct instant){ e->cert.not_after }), revoked, e->cert.ground);
	sink_print(page, "<tr><th scope=\"row\">取り出した人と時刻 taken by, at</th><td>");
	html(page, e->request->person->id);
	sink_print(page, " %s</td></tr>\n<tr><th scope=\"row\">理由 reason</th><td>",
	    instant_print(made, e->service->now));
	html(page, e->request->reason);
	sink_text(page, "</td></tr>\n</tbody></table>\n");
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
	    "<h2>確かめ方 <span lang=\"en\">How to check it</span></h2>\n<p>sh verify.sh "
	    "を実行します。くわしくは <a href=\"VERIFY.txt\">VERIFY.txt</a>。"
	    "台帳の最初の行の八つの言葉（サービスの始まりに記録されたものと比べます）："
	    "<strong>%s</strong></p>\n<p lang=\"en\">Run sh verify.sh; VERIFY.txt says what it "
	    "checks. "
	    "The eight words are those of the journal's first line: compare them with what was "
	    "written down when the service began.</p>\n</main></body></html>\n",
	    words);
}

static const char VERIFY_TEXT[] =
    "sh verify.sh [FIRST-LINE]\n\n"
    "openssl と sha256sum "
    "と標準のコマンドだけで、このフォルダを確かめます。合わないファイルは名前で示します。\n"
    "FIRST-LINE は台帳の最初の行（journal/00000001.der）の SHA-256 "
    "です。別に記録したものを渡すと、その\n"
    "サービスのものであることも確かめます。このフォルダの verify.sh "
    "を信じないときは、別に手に入れたものを\n"
    "sh verify.sh -C フォルダ として使ってください。\n\n"
    "Checks this folder with openssl, sha256sum and standard tools only, and names each file that "
    "does not agree:\n"
    "every file against manifest.json and manifest.json against its signature; the certificate "
    "against the CA, its\n"
    "warrant and the signer's journal; every act against the key its charter names; each charter "
    "against the one\n"
    "before, back to the journal's first line; the lists' signatures and whether they hold the "
    "serial; the chain of\n"
    "journal lines; each event against the signed checkpoint (RFC 6962). FIRST-LINE, where given, "
    "is the SHA-256 of\n"
    "the journal's first line as you know it from elsewhere. The copy of verify.sh in the folder "
    "is for convenience:\n"
    "whoever doubts the folder runs another copy: sh verify.sh -C FOLDER.\n";

bool
evidence_page(struct evidence *e, struct fault *fault)
{
	OWN_SINK page = SINK_GROW(64 << 20);
	page_begin(e, &page);
	return texts(e, &page, fault) && persons(e, &page, fault) && papers(e, &page, fault) &&
	       events(e, &page, fault) && lines(e, &page, fault) &&
	       (page_end(e, &page),
		   evidence_put(e, der_of(page.at, page.len), fault, "index.html")) &&
	       evidence_put(e, der_of(VERIFY_TEXT, strlen(VERIFY_TEXT)), fault, "VERIFY.txt") &&
	       evidence_put(
		   e, der_of(EVIDENCE_VERIFY, strlen(EVIDENCE_VERIFY)), fault, "verify.sh");
}

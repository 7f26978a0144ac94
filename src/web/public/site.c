#include "web/public/site.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pages.h"
#include "vault/fingerprint.h"
#include "web/asset.h"
#include "web/public/published.h"
#include "web/public/repository.h"
#include "wire/about.h"
#include "wire/news.h"

const struct refusal SITE_METHOD = { "site-method", FAULT_USAGE, "R-0.5" };
const struct refusal SITE_LENGTH = { "site-length", FAULT_USAGE, "R-0.5" };
const struct refusal SITE_BODY = { "site-body", FAULT_USAGE, "R-0.5" };
const struct refusal SITE_NAME = { "site-name", FAULT_MISSING, "R-0.5" };
const struct refusal SITE_FOLDER = { "site-folder", FAULT_STORE, "R-10.13" };

enum { HOME_NEWS = 12 };

/* One question being answered. */
struct visit {
	const struct site *site;
	const struct question *q;
	struct answer *a;
	struct about about;
	struct page page;
	char keep[16];
	struct instant now;
	struct news_line *news; /* oldest first */
	size_t news_count;
	bool prepared;
};

static const char *
say(const struct visit *v, const char *ja)
{
	return lang_text(v->a->lang, ja);
}

/* What every page says; a file goes out without it. What is missing is simply not said. */
static void
visit_prepare(struct visit *v)
{
	uint8_t *text = NULL;
	size_t n;
	struct fault ignored = { 0 };
	bool ja = v->a->lang == LANG_JA;
	if (v->prepared)
		return;
	v->prepared = true;
	if (repository_read(v->site->folder, "service.txt", &text, &n, &ignored))
		about_read((const char *)text, &v->about);
	free(text);
	text = NULL;
	v->news = calloc(NEWS_MOST, sizeof(*v->news));
	if (repository_read(v->site->folder, "news.txt", &text, &n, &ignored) && v->news != NULL)
		v->news_count = news_read((const char *)text, v->news, NEWS_MOST);
	free(text);
	v->now =
	    v->site->rehearsal && v->news_count > 0 ? v->news[v->news_count - 1].at : v->q->now;
	const struct about *a = &v->about;
	v->page = (struct page){ .lang = lang_code(v->a->lang),
		.service = ja || a->name_en[0] == '\0' ? a->name : a->name_en,
		.operator= ja || a->operator_en[0] == '\0'
		? a->operator: a->operator_en,
		.phone = a->phone[0] == '\0' ? NULL : a->phone,
		.keep = v->keep,
		.rehearsal = v->site->rehearsal,
		.english = !ja };
	if (v->page.service[0] == '\0')
		v->page.service = say(v, LANG_N("電子認証サービス"));
}

static void
time_print(const struct visit *v, struct instant at, struct page_time *out)
{
	static const char *const MONTH[] = { "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December" };
	struct day d = instant_day(at);
	int minute = (int)((at.sec - day_start(d).sec) / 60);
	(void)instant_print(out->iso, at);
	if (v->a->lang == LANG_JA)
		(void)snprintf(out->words, sizeof(out->words), "%d年%d月%d日 %d時%02d分", d.year,
		    d.month, d.mday, minute / 60, minute % 60);
	else
		(void)snprintf(out->words, sizeof(out->words), "%d %s %d, %02d:%02d (Japan time)",
		    d.mday, MONTH[d.month - 1], d.year, minute / 60, minute % 60);
}

static void
frame_begin(struct visit *v, const char *title)
{
	visit_prepare(v);
	v->page.title = title;
	page_frame_begin(&v->a->body, v->a->lang, &v->page);
}

static void
frame_end(struct visit *v)
{
	page_frame_end(&v->a->body, v->a->lang, &v->page);
}

static void
refuse(struct visit *v, int status, const struct refusal *row, const char *title, const char *what,
    const char *todo)
{
	v->a->status = status;
	v->a->row = row;
	frame_begin(v, say(v, title));
	page_fault(&v->a->body, v->a->lang, &v->page, say(v, what), say(v, todo));
	frame_end(v);
}

static void
not_found(struct visit *v)
{
	refuse(v, 404, &SITE_NAME, LANG_N("このページはありません"),
	    LANG_N("アドレスが正しくないか、ページがなくなりました。"),
	    LANG_N("アドレスをもう一度確かめるか、ホームからお探しください。"));
}

static void
not_now(struct visit *v)
{
	refuse(v, 503, &SITE_FOLDER, LANG_N("いまはお見せできません"),
	    LANG_N("公開している情報を、いま読み出せません。"),
	    LANG_N("数分おいてから、もう一度お試しください。"
		   "続くときは、お問い合わせ先へご連絡ください。"));
}

static void
ca_show(struct visit *v, const struct published_ca *from, struct page_ca *ca)
{
	ca->there = true;
	ca->subject = from->subject;
	ca->serial = from->serial;
	ca->groups = FINGERPRINT_GROUPS;
	(void)snprintf(ca->group_count, sizeof(ca->group_count), "%d", FINGERPRINT_GROUPS);
	for (size_t i = 0; i < FINGERPRINT_GROUPS; i++)
		ca->group[i] = from->fingerprint[i];
	time_print(v, from->from, &ca->from);
	time_print(v, from->until, &ca->until);
}

/* False: the folder is ill, or the file is no certificate. A file that is not there is neither. */
static bool
ca_load(struct visit *v, struct published_ca *from, struct page_ca *ca)
{
	uint8_t *der = NULL;
	size_t n;
	struct fault fault = { 0 };
	*ca = (struct page_ca){ 0 };
	if (!repository_read(v->site->folder, "ca.crt", &der, &n, &fault))
		return fault.code == FAULT_MISSING;
	OWN_BYTES(owned) = der;
	if (!published_ca_read(der, n, from))
		return false;
	ca_show(v, from, ca);
	return true;
}

/* A new list is a new file: what the same one said is not read again. */
static bool
list_known(const struct published_kept *k, const struct stat *st)
{
	return k->size != 0 && k->inode == st->st_ino && k->size == st->st_size &&
	       k->sec == st->st_mtim.tv_sec && k->nsec == st->st_mtim.tv_nsec;
}

static bool
list_read(const struct site *site, struct fault *fault)
{
	struct published_kept *k = site->kept;
	struct stat st;
	uint8_t *der = NULL;
	size_t n;
	int fd;
	if (!repository_open(site->folder, "ca.crl", &fd, &st, fault))
		return false;
	(void)close(fd);
	if (list_known(k, &st))
		return true;
	*k = (struct published_kept){ 0 };
	if (!repository_read(site->folder, "ca.crl", &der, &n, fault))
		return false;
	OWN_BYTES(owned) = der;
	if (!published_list_read(der, n, &k->list))
		return fault_set(fault, FAULT_STORE, "公開している失効リストを読めません。");
	k->inode = st.st_ino;
	k->size = (int64_t)n;
	k->sec = st.st_mtim.tv_sec;
	k->nsec = st.st_mtim.tv_nsec;
	return true;
}

static bool
list_load(struct visit *v, struct page_list *list)
{
	const struct published_kept *k = v->site->kept;
	struct fault fault = { 0 };
	*list = (struct page_list){ 0 };
	if (!list_read(v->site, &fault))
		return fault.code == FAULT_MISSING;
	list->there = true;
	list->stale = v->now.sec >= k->list.until.sec;
	(void)snprintf(list->number, sizeof(list->number), "%" PRId64, k->list.number);
	(void)snprintf(list->entries, sizeof(list->entries), "%zu", k->list.entries);
	(void)snprintf(list->bytes, sizeof(list->bytes), "%" PRId64, k->size);
	time_print(v, k->list.made, &list->made);
	time_print(v, k->list.until, &list->until);
	return true;
}

/* Newest first. The caller frees the events. */
static struct page_event *
news_show(const struct visit *v, size_t most, struct page_news *news)
{
	size_t n = v->news_count < most ? v->news_count : most;
	struct page_event *e = calloc(n + 1, sizeof(*e));
	if (e == NULL)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct news_line *line = &v->news[v->news_count - 1 - i];
		e[i].words = v->a->lang == LANG_JA ? line->ja : line->en;
		time_print(v, line->at, &e[i].at);
	}
	*news = (struct page_news){ e, n, n < v->news_count, n == 0 };
	return e;
}

static void
home(struct visit *v, const char *rest)
{
	struct page_list list;
	struct page_ca ca;
	struct page_news news;
	struct published_ca from;
	(void)rest;
	if (!list_load(v, &list) || !ca_load(v, &from, &ca)) {
		not_now(v);
		return;
	}
	OWN_BYTES(events) = news_show(v, HOME_NEWS, &news);
	v->page.at_home = true;
	frame_begin(v, NULL);
	page_home(&v->a->body, v->a->lang, &v->page, &list, &ca, &news);
	frame_end(v);
}

static void
all_news(struct visit *v, const char *rest)
{
	struct page_news news;
	(void)rest;
	OWN_BYTES(events) = news_show(v, NEWS_MOST, &news);
	frame_begin(v, say(v, LANG_N("ここで起きたこと")));
	page_news(&v->a->body, v->a->lang, &news);
	frame_end(v);
}

static void
ca_page(struct visit *v, const char *rest)
{
	struct page_ca ca;
	struct published_ca from;
	(void)rest;
	if (!ca_load(v, &from, &ca)) {
		not_now(v);
		return;
	}
	v->page.at_ca = true;
	frame_begin(v, say(v, LANG_N("認証局の証明書")));
	page_ca(&v->a->body, v->a->lang, &ca);
	frame_end(v);
}

static void
crl_page(struct visit *v, const char *rest)
{
	struct page_list list;
	(void)rest;
	if (!list_load(v, &list)) {
		not_now(v);
		return;
	}
	v->page.at_crl = true;
	frame_begin(v, say(v, LANG_N("失効リスト")));
	page_crl(&v->a->body, v->a->lang, &list);
	frame_end(v);
}

/* clang-format off */
static const struct { const char *link, *ja, *en, *title, *lead; } DOCUMENTS[] = {
	{ "agreement", "agreement.txt", "agreement.en.txt", LANG_N("加入者利用規定"),
	  LANG_N("電子証明書をお使いになる方とこのサービスとの約束です。") },
	{ "cp", "cp.txt", "cp.en.txt", LANG_N("証明書ポリシー（CP）"),
	  LANG_N("どのような電子証明書を、どなたに、どのように確かめて発行するかを定めています。") },
	{ "cps", "cps.txt", "cps.en.txt", LANG_N("認証運用規程（CPS）"),
	  LANG_N("鍵、設備、記録、担当者など、サービスの運用のしかたを定めています。") },
};
/* clang-format on */

/* The text in the reader's language, or in Japanese; NULL: not published. The caller frees. */
static uint8_t *
document_load(struct visit *v, size_t i, struct page_document *d)
{
	uint8_t *text = NULL;
	size_t n;
	struct fault fault = { 0 };
	d->link = DOCUMENTS[i].link;
	d->title = say(v, DOCUMENTS[i].title);
	d->lead = say(v, DOCUMENTS[i].lead);
	d->file = v->a->lang == LANG_EN ? DOCUMENTS[i].en : DOCUMENTS[i].ja;
	d->lang = lang_code(v->a->lang);
	d->there = repository_read(v->site->folder, d->file, &text, &n, &fault);
	if (!d->there && v->a->lang != LANG_JA) {
		d->only_japanese = true;
		d->file = DOCUMENTS[i].ja;
		d->lang = lang_code(LANG_JA);
		d->there = repository_read(v->site->folder, d->file, &text, &n, &fault);
	}
	d->text = (const char *)text;
	return text;
}

static void
documents(struct visit *v, const char *rest)
{
	struct page_document row[COUNT(DOCUMENTS)] = { 0 };
	const struct page_documents all = { row, COUNT(row) };
	(void)rest;
	for (size_t i = 0; i < COUNT(row); i++) {
		free(document_load(v, i, &row[i]));
		row[i].text = NULL;
	}
	v->page.at_documents = true;
	frame_begin(v, say(v, LANG_N("規程と公開情報")));
	page_documents(&v->a->body, v->a->lang, &v->page, &all);
	frame_end(v);
}

static void
document(struct visit *v, const char *rest)
{
	for (size_t i = 0; i < COUNT(DOCUMENTS); i++) {
		struct page_document d = { 0 };
		if (strcmp(rest, DOCUMENTS[i].link) != 0)
			continue;
		OWN_BYTES(text) = document_load(v, i, &d);
		if (!d.there)
			break;
		v->page.at_documents = true;
		frame_begin(v, d.title);
		page_document(&v->a->body, v->a->lang, &d);
		frame_end(v);
		return;
	}
	not_found(v);
}

/* Whether the asker has it already: an entity tag goes before a date [RFC9110 13.2.2]. */
static bool
known(const struct visit *v)
{
	if (v->q->known != NULL)
		return strcmp(v->q->known, "*") == 0 || strstr(v->q->known, v->a->tag) != NULL;
	return v->q->since != NULL && v->a->modified[0] != '\0' &&
	       strcmp(v->q->since, v->a->modified) == 0;
}

static void
modified_print(struct timespec at, char out[40])
{
	struct tm tm;
	if (gmtime_r(&at.tv_sec, &tm) != NULL)
		(void)strftime(out, 40, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

static void
file(struct visit *v, const char *name)
{
	struct stat st;
	struct fault fault = { 0 };
	const char *type = repository_type(name);
	int fd;
	if (type == NULL) {
		not_found(v);
		return;
	}
	if (!repository_open(v->site->folder, name, &fd, &st, &fault)) {
		/* what every verifier needs is late, not wrong */
		bool due = strcmp(name, "ca.crl") == 0 || strcmp(name, "ca.crt") == 0;
		(due || fault.code == FAULT_STORE ? not_now : not_found)(v);
		return;
	}
	v->a->lang = LANGS;
	v->a->type = type;
	v->a->size = (uint64_t)st.st_size;
	(void)snprintf(v->a->tag, sizeof(v->a->tag), "\"%jx-%jx-%jx%09lx\"", (uintmax_t)st.st_ino,
	    (uintmax_t)st.st_size, (uintmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	modified_print(st.st_mtim, v->a->modified);
	if (known(v)) {
		v->a->status = 304;
		(void)close(fd);
		return;
	}
	v->a->fd = fd;
}

static void
tag_of(const void *p, size_t n, char out[SITE_TAG])
{
	uint8_t digest[FINGERPRINT];
	struct sink s = { .at = (uint8_t *)out, .cap = SITE_TAG };
	fingerprint_of(p, n, digest);
	sink_byte(&s, '"');
	sink_hex(&s, digest, 16);
	sink_byte(&s, '"');
	(void)sink_string(&s);
}

static void
asset(struct visit *v, const char *name)
{
	for (size_t i = 0; i < ASSET_COUNT; i++) {
		if (strcmp(ASSETS[i].name, name) != 0)
			continue;
		v->a->lang = LANGS;
		v->a->type =
		    strstr(name, ".svg") != NULL ? "image/svg+xml" : "text/css; charset=utf-8";
		tag_of(ASSETS[i].bytes, ASSETS[i].size, v->a->tag);
		v->a->bytes = ASSETS[i].bytes;
		v->a->size = ASSETS[i].size;
		if (known(v)) {
			v->a->status = 304;
			v->a->bytes = NULL;
		}
		return;
	}
	not_found(v);
}

/* A path that ends with "/" and is no page itself takes one more part. */
static const struct {
	const char *path;
	bool part, page;
	void (*show)(struct visit *, const char *rest);
} PLACES[] = {
	{ "/", false, true, home },
	{ "/news", false, true, all_news },
	{ "/ca", false, true, ca_page },
	{ "/crl", false, true, crl_page },
	{ "/documents", false, true, documents },
	{ "/documents/", true, true, document },
	{ "/repository/", true, false, file },
	{ "/assets/", true, false, asset },
};

static void
route(struct visit *v)
{
	const char *path = v->q->path;
	struct stat folder;
	if (fstat(v->site->folder, &folder) != 0 || folder.st_nlink == 0) {
		not_now(v); /* removed under us */
		return;
	}
	for (size_t i = 0; i < COUNT(PLACES); i++) {
		size_t n = strlen(PLACES[i].path);
		bool here = PLACES[i].part
				? strncmp(path, PLACES[i].path, n) == 0 && path[n] != '\0'
				: strcmp(path, PLACES[i].path) == 0;
		if (!here)
			continue;
		if (PLACES[i].page)
			visit_prepare(v);
		PLACES[i].show(v, path + n);
		return;
	}
	not_found(v);
}

void
site_answer(const struct site *site, const struct question *q, struct answer *a)
{
	*a = (struct answer){ .status = 200,
		.type = "text/html; charset=utf-8",
		.caching = "no-cache",
		.lang = lang_choose(q->lang, q->accept),
		.body = SINK_GROW(SITE_PAGE),
		.fd = -1 };
	struct visit v = { .site = site, .q = q, .a = a };
	if (q->lang != NULL && lang_choose(q->lang, NULL) == a->lang && strlen(q->lang) == 2)
		(void)snprintf(v.keep, sizeof(v.keep), "?lang=%s", lang_code(a->lang));
	if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0)
		refuse(&v, 405, &SITE_METHOD, LANG_N("この操作はできません"),
		    LANG_N("このサイトは見るためのもので、送られたものは受け取りません。"),
		    LANG_N("ホームからお探しください。"));
	else if (q->body)
		refuse(&v, 413, &SITE_BODY, LANG_N("この操作はできません"),
		    LANG_N("このサイトは見るためのもので、送られたものは受け取りません。"),
		    LANG_N("ホームからお探しください。"));
	else if (strlen(q->path) > SITE_PATH)
		refuse(&v, 414, &SITE_LENGTH, LANG_N("アドレスが長すぎます"),
		    LANG_N("このサイトに、これほど長いアドレスはありません。"),
		    LANG_N("ホームからお探しください。"));
	else
		route(&v);
	free(v.news);
}

void
answer_free(struct answer *a)
{
	if (a->fd != -1)
		(void)close(a->fd);
	sink_drop(&a->body);
}

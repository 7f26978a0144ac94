#include "wire/news.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sink.h"
#include "base/text.h"

static const char HEAD[] = "akashi news 1\n";

/* clang-format off */
static const struct { const char *name, *ja, *en; } KIND[] = {
	[NEWS_BEGUN]      = { "begun",      "サービスを始めました。", "The service was founded." },
	[NEWS_POLICY]     = { "policy",     "二人が業務の規則を確かめ、採用しました。", "Two people checked the rules of the service and adopted them." },
	[NEWS_CHARTER]    = { "charter",    "鍵の管理者が憲章 第{n}号に署名しました。", "The custodians signed charter no. {n}." },
	[NEWS_CA]         = { "ca",         "認証局の証明書を作りました。", "The certificate of the certification authority was made." },
	[NEWS_DAY_OPEN]   = { "day-open",   "印刷の一日を始めました。", "A day of printing was opened." },
	[NEWS_DAY_CLOSED] = { "day-closed", "印刷の一日を終え、その日の鍵を消しました。", "The day of printing was closed and its keys were wiped." },
	[NEWS_APPLIED]    = { "applied",    "利用申込を{n}件受け付けました。", "Applications taken in: {n}." },
	[NEWS_RETURNED]   = { "returned",   "利用申込{n}件を、理由を添えてお返ししました。", "Applications given back, with the reasons: {n}." },
	[NEWS_ARRIVED]    = { "arrived",    "{n}件分の書類が届きました。", "Papers arrived for applications: {n}." },
	[NEWS_DEFICIENT]  = { "deficient",  "書類の不備を{n}件お知らせしました。", "Applicants asked for better papers: {n}." },
	[NEWS_SCREENED]   = { "screened",   "利用申込を{n}件審査しました。", "Applications screened: {n}." },
	[NEWS_APPROVED]   = { "approved",   "二人目の担当者が発行を{n}件承認しました。", "Approved for issue by a second person: {n}." },
	[NEWS_PAID]       = { "paid",       "ご入金を{n}件確かめました。", "Payments confirmed: {n}." },
	[NEWS_ISSUED]     = { "issued",     "電子証明書を{n}件発行しました。", "Certificates issued: {n}." },
	[NEWS_PRINTED]    = { "printed",    "PINと取得パスワードの手紙を{n}通印刷しました。", "PIN and password letters printed: {n}." },
	[NEWS_DISPATCHED] = { "dispatched", "手紙を{n}通、郵便に出しました。", "Letters handed to the post: {n}." },
	[NEWS_RECEIVED]   = { "received",   "受領書を{n}件受け取りました。", "Receipts received: {n}." },
	[NEWS_REMINDED]   = { "reminded",   "受領書がまだの方{n}名にご連絡しました。", "Subscribers reminded of their receipt: {n}." },
	[NEWS_REVOKED]    = { "revoked",    "電子証明書を{n}件失効しました。", "Certificates revoked: {n}." },
	[NEWS_LAPSED]     = { "lapsed",     "受領書が期限までに届かず、電子証明書を{n}件失効しました。", "Certificates revoked because no receipt came in time: {n}." },
	[NEWS_LIST]       = { "list",       "失効リスト 第{n}号を公開しました。", "Revocation list no. {n} was published." },
	[NEWS_AUDITED]    = { "audited",    "記録{n}件が、順序も中身も変わっていないことを確かめました。", "Log entries proven complete and unchanged: {n}." },
};
/* clang-format on */
_Static_assert(COUNT(KIND) == NEWS_KINDS, "every kind of news needs its words");

static void
words(struct sink *s, const char *text, int64_t n)
{
	const char *place = strstr(text, "{n}");
	if (place == NULL) {
		sink_text(s, text);
		return;
	}
	sink_bytes(s, text, (size_t)(place - text));
	sink_print(s, "%" PRId64 "%s", n, place + 3);
}

static void
line_print(struct sink *s, struct instant at, enum news_kind kind, int64_t n)
{
	char when[INSTANT_TEXT];
	sink_print(s, "%s\t%s\t%" PRId64 "\t", instant_print(when, at), KIND[kind].name, n);
	words(s, KIND[kind].ja, n);
	sink_byte(s, '\t');
	words(s, KIND[kind].en, n);
	sink_byte(s, '\n');
}

/* Where the last `most` lines begin. */
static const char *
lines_last(const char *text, size_t most)
{
	const char *p = text + strlen(text);
	for (size_t seen = 0; p > text; p--)
		if (p[-1] == '\n' && *p != '\0' && ++seen == most)
			return p;
	return text;
}

bool
news_add(const char *path, struct instant at, enum news_kind kind, int64_t n, struct fault *fault)
{
	uint8_t *before = NULL;
	size_t size = 0;
	if (file_exists(path) && !file_read(path, NEWS_BYTES, &before, &size, fault))
		return false;
	OWN_BYTES(owned) = before;
	const char *old = before == NULL ? "" : (const char *)before;
	if (strncmp(old, HEAD, strlen(HEAD)) == 0)
		old += strlen(HEAD);
	OWN_SINK line = SINK_GROW(NEWS_BYTES);
	line_print(&line, at, kind, n);
	const char *added = sink_string(&line);
	if (added == NULL)
		return fault_set(fault, FAULT_BUG, "できごとの行を作れません。");
	if (strcmp(lines_last(old, 1), added) == 0)
		return true;
	OWN_SINK s = SINK_GROW(NEWS_BYTES);
	sink_print(&s, "%s%s%s", HEAD, lines_last(old, NEWS_MOST - 1), added);
	return s.full ? fault_set(fault, FAULT_BUG, "「%s」が大きすぎます。", path)
		      : file_write(path, 0644, s.at, s.len, fault);
}

/* A field up to the next tab or line end; false: too long, or not this line's last where it must be. */
static bool
field(const char **at, char *out, size_t size, char end)
{
	size_t n = strcspn(*at, "\t\n");
	if (n == 0 || n >= size || (*at)[n] != end || !utf8_valid(*at, n))
		return false;
	memcpy(out, *at, n);
	out[n] = '\0';
	*at += n + 1;
	return true;
}

size_t
news_read(const char *text, struct news_line *out, size_t most)
{
	size_t count = 0;
	if (strncmp(text, HEAD, strlen(HEAD)) != 0)
		return 0;
	const char *p = lines_last(text + strlen(HEAD), most);
	while (*p != '\0' && count < most) {
		const char *at = p, *end = strchrnul(p, '\n');
		char when[INSTANT_TEXT], kind[32], number[32];
		struct news_line line;
		if (field(&at, when, sizeof(when), '\t') && instant_read(when, &line.at) &&
		    field(&at, kind, sizeof(kind), '\t') &&
		    field(&at, number, sizeof(number), '\t') &&
		    field(&at, line.ja, sizeof(line.ja), '\t') &&
		    field(&at, line.en, sizeof(line.en), '\n'))
			out[count++] = line;
		p = *end == '\0' ? end : end + 1;
	}
	return count;
}

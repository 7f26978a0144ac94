#include "exchange/mailbox.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const struct refusal MAILBOX_AWAY = { "mailbox-away", FAULT_OUTSIDE, "design 1" };
const struct refusal MAILBOX_KEPT = { "mailbox-kept", FAULT_OUTSIDE, "design 1" };
const struct refusal MAILBOX_MARKS = { "mailbox-marks", FAULT_OUTSIDE, "RFC3501 2.3.2" };

#define KEYWORD "akashi-taken"

enum { CONNECT_SECONDS = 20, ALL_SECONDS = 120, ADDRESS = 600, ANSWER_MOST = 64 << 10 };
/* Asked for at once: libcurl, too, takes no longer line than ANSWER_MOST, whoever fills the mailbox. */
enum { UIDS_ASKED = 5000, UID_SIGNS = 11 };
_Static_assert(UIDS_ASKED *UID_SIGNS + 4096 < ANSWER_MOST, "a whole answer has room");

struct mailbox {
	CURL *curl;
	char host[ADDRESS], folder[ADDRESS]; /* imap://HOST:PORT/ and what stands behind */
	char why[CURL_ERROR_SIZE];
};

static bool
here(const char *url)
{
	static const char *const HERE[] = {
		"imap://127.0.0.1:", "imap://localhost:", "imap://[::1]:"
	};
	for (size_t i = 0; i < COUNT(HERE); i++)
		if (strncmp(url, HERE[i], strlen(HERE[i])) == 0)
			return true;
	return false;
}

/* imap[s]://HOST:PORT/FOLDER, the folder in letters, digits, dots, hyphens, underscores. */
static bool
address_split(const char *url, struct mailbox *m)
{
	static const char FOLDER[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *host = strncmp(url, "imaps://", 8) == 0  ? url + 8
			   : strncmp(url, "imap://", 7) == 0 ? url + 7
							     : NULL;
	const char *slash = host == NULL ? NULL : strchr(host, '/');
	if (slash == NULL || slash == host || slash[1] == '\0' ||
	    slash[1 + strspn(slash + 1, FOLDER)] != '\0' ||
	    strcspn(host, "@ ?#;") < (size_t)(slash - host) || strlen(url) >= ADDRESS)
		return false;
	(void)snprintf(m->host, sizeof(m->host), "%.*s", (int)(slash + 1 - url), url);
	(void)snprintf(m->folder, sizeof(m->folder), "%s", slash + 1);
	return true;
}

static bool
options_set(CURL *c, const struct mailbox_conf *conf, char *why)
{
	bool plain = here(conf->url) && conf->ca == NULL;
	return curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "imap,imaps") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_USE_SSL,
		   plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL) == CURLE_OK &&
	       (conf->ca == NULL || curl_easy_setopt(c, CURLOPT_CAINFO, conf->ca) == CURLE_OK) &&
	       curl_easy_setopt(c, CURLOPT_USERNAME, conf->user) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PASSWORD, conf->password) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ALL_SECONDS) == CURLE_OK;
}

bool
mailbox_open(const struct mailbox_conf *conf, struct mailbox **out, struct fault *fault)
{
	struct mailbox *m = calloc(1, sizeof(*m));
	if (m != NULL && !address_split(conf->url, m)) {
		free(m);
		return fault_field(fault, FAULT_INPUT, "mailbox",
		    "mailbox は imap://ホスト:ポート/INBOX か imaps:// で書いてください"
		    "（akashi.conf）。");
	}
	if (m != NULL)
		m->curl = curl_easy_init();
	if (m == NULL || m->curl == NULL || !options_set(m->curl, conf, m->why)) {
		mailbox_close(m);
		return fault_set(fault, FAULT_BUG, "メールの受信を準備できません。");
	}
	*out = m;
	return true;
}

void
mailbox_close(struct mailbox *m)
{
	if (m != NULL)
		curl_easy_cleanup(m->curl);
	free(m);
}

static size_t
take(char *p, size_t size, size_t n, void *context)
{
	struct sink *out = context;
	sink_bytes(out, p, size * n);
	return out->full ? 0 : size * n;
}

/* command NULL: the mail the address names. */
static CURLcode
perform(struct mailbox *m, const char *address, const char *command, struct sink *out)
{
	char url[2 * ADDRESS + 64];
	(void)snprintf(url, sizeof(url), "%s%s", m->host, address);
	m->why[0] = '\0';
	if (curl_easy_setopt(m->curl, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_CUSTOMREQUEST, command) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_WRITEFUNCTION, take) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_WRITEDATA, out) != CURLE_OK)
		return CURLE_OUT_OF_MEMORY;
	return curl_easy_perform(m->curl);
}

static bool
away(const struct mailbox *m, CURLcode code, struct fault *fault)
{
	fault_refuse(fault, &MAILBOX_AWAY, "mailbox",
	    "メールボックスから受け取れません。"
	    "サーバーと akashi.conf の mailbox を確かめてください。あとでもう一度行います。");
	fault_detail(fault, "%s", m->why[0] != '\0' ? m->why : curl_easy_strerror(code));
	return false;
}

/* The server's lines as one text; the caller owns it. */
static bool
ask(struct mailbox *m, const char *address, const char *command, struct sink *answer,
    struct fault *fault)
{
	CURLcode code = perform(m, address, command, answer);
	return (code == CURLE_OK && sink_string(answer) != NULL) || away(m, code, fault);
}

/* A number of IMAP's: 1 ... 2^32 - 1 [RFC3501 9]. */
static bool
number_after(const char *answer, const char *word, int64_t *out)
{
	const char *at = strstr(answer, word);
	*out = at == NULL ? 0 : strtoll(at + strlen(word), NULL, 10);
	return *out > 0 && *out <= UINT32_MAX;
}

/* mails: how many lie there. Their numbers may be far apart, and far above that. */
static bool
status_read(struct mailbox *m, int64_t *validity, int64_t *mails, struct fault *fault)
{
	OWN_SINK answer = SINK_GROW(ANSWER_MOST);
	char command[ADDRESS + 32];
	(void)snprintf(command, sizeof(command), "STATUS %s (UIDVALIDITY MESSAGES)", m->folder);
	if (!ask(m, "", command, &answer, fault))
		return false;
	const char *text = (const char *)answer.at;
	return (number_after(text, "UIDVALIDITY ", validity) &&
		   (number_after(text, "MESSAGES ", mails) ||
		       strstr(text, "MESSAGES 0") != NULL)) ||
	       away(m, CURLE_WEIRD_SERVER_REPLY, fault);
}

/* Those of the mails from here to there, counted as they lie, with a number above `after`. */
static bool
search(struct mailbox *m, int64_t from, int64_t to, int64_t after, struct mailbox_new *found,
    struct fault *fault)
{
	OWN_SINK answer = SINK_GROW(ANSWER_MOST);
	char command[96];
	(void)snprintf(command, sizeof(command), "UID SEARCH %lld:%lld UNKEYWORD " KEYWORD,
	    (long long)from, (long long)to);
	if (!ask(m, m->folder, command, &answer, fault))
		return false;
	const char *at = strstr((const char *)answer.at, "* SEARCH");
	at = at == NULL ? "" : at + strlen("* SEARCH");
	while (*at == ' ' && found->count < MAILBOX_NEW) {
		char *end;
		long long uid = strtoll(at, &end, 10);
		if (end == at || uid <= 0)
			break;
		if (uid > after)
			found->uid[found->count++] = uid;
		at = end;
	}
	return true;
}

bool
mailbox_look(struct mailbox *m, int64_t after, struct mailbox_new *out, struct fault *fault)
{
	struct mailbox_new found = { .count = 0 };
	int64_t mails;
	if (!status_read(m, &found.validity, &mails, fault))
		return false;
	for (int64_t from = 1; from <= mails && found.count < MAILBOX_NEW; from += UIDS_ASKED) {
		int64_t to = from + UIDS_ASKED - 1;
		if (!search(m, from, to < mails ? to : mails, after, &found, fault))
			return false;
	}
	*out = found;
	return true;
}

/* INTERNALDATE "22-Nov-2026 12:00:00 +0900" */
static struct instant
arrived_read(const char *answer)
{
	static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strstr(answer, "INTERNALDATE \"");
	struct day d = { 0, 0, 0 };
	int h, min, s, zone;
	char name[4] = "", sign;
	if (at == NULL || sscanf(at + 14, "%2d-%3[A-Za-z]-%4d %2d:%2d:%2d %c%4d", &d.mday, name,
			      &d.year, &h, &min, &s, &sign, &zone) != 8)
		return (struct instant){ 0 };
	const char *month = strlen(name) == 3 ? strstr(MONTHS, name) : NULL;
	d.month = month == NULL ? 0 : (int)(month - MONTHS) / 3 + 1;
	if (!day_exists(d))
		return (struct instant){ 0 };
	int off = (zone / 100 * 60 + zone % 100) * 60;
	return (struct instant){ day_number(d) * DAY_SECONDS + h * 3600 + min * 60 + s -
				 (sign == '-' ? -off : off) };
}

bool
mailbox_fetch(struct mailbox *m, int64_t uid, struct sink *out, bool *whole,
    struct instant *arrived, struct fault *fault)
{
	OWN_SINK answer = SINK_GROW(ANSWER_MOST);
	char command[64], address[ADDRESS + 64];
	(void)snprintf(command, sizeof(command), "UID FETCH %lld (INTERNALDATE)", (long long)uid);
	(void)snprintf(address, sizeof(address), "%s;UID=%lld", m->folder, (long long)uid);
	if (!ask(m, m->folder, command, &answer, fault))
		return false;
	CURLcode code = perform(m, address, NULL, out);
	if (!out->full && (code == CURLE_REMOTE_FILE_NOT_FOUND || code == CURLE_WEIRD_SERVER_REPLY))
		return fault_refuse(fault, &MAILBOX_KEPT, "mailbox",
		    "メールボックスの番号（UID）%lld のメールをサーバーが渡しません。"
		    "メールソフトで読んで確かめ、ほかのフォルダに移してください。",
		    (long long)uid);
	if (code != CURLE_OK && !out->full)
		return away(m, code, fault);
	*whole = !out->full;
	*arrived = arrived_read((const char *)answer.at);
	return true;
}

/* Not .SILENT: the server says which flags the mail has then. */
static CURLcode
flags_add(struct mailbox *m, int64_t uid, const char *flags, struct sink *answer)
{
	char command[128];
	(void)snprintf(
	    command, sizeof(command), "UID STORE %lld +FLAGS (%s)", (long long)uid, flags);
	CURLcode code = perform(m, m->folder, command, answer);
	return code == CURLE_OK && sink_string(answer) == NULL ? CURLE_WEIRD_SERVER_REPLY : code;
}

bool
mailbox_taken(struct mailbox *m, int64_t uid, struct fault *fault)
{
	OWN_SINK answer = SINK_GROW(ANSWER_MOST);
	CURLcode code = flags_add(m, uid, KEYWORD " \\Seen", &answer);
	if (code != CURLE_OK && code != CURLE_QUOTE_ERROR) /* the latter: it says no */
		return away(m, code, fault);
	return (code == CURLE_OK && strstr((const char *)answer.at, KEYWORD) != NULL) ||
	       fault_refuse(fault, &MAILBOX_MARKS, "mailbox",
		   "このメールボックスには印（キーワード " KEYWORD
		   "）を付けられず、受け取ったメールを見分けられません。"
		   "キーワードを保存するサーバーのフォルダへ転送し、"
		   "akashi.conf の mailbox をそこに変えてください。");
}

bool
mailbox_flag(struct mailbox *m, int64_t uid, struct fault *fault)
{
	OWN_SINK answer = SINK_GROW(ANSWER_MOST);
	CURLcode code = flags_add(m, uid, "\\Flagged", &answer);
	return code == CURLE_OK || away(m, code, fault);
}

#include "exchange/relay.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { CONNECT_SECONDS = 20, ALL_SECONDS = 100, ADDRESS = 512, REPLY = 512 };

struct talk {
	struct der left; /* of the message */
	bool rcpt; /* the recipient was named */
	bool over; /* we took our leave: what follows answers that */
	char last[REPLY]; /* the relay's last line */
};

static size_t
message_read(char *to, size_t size, size_t n, void *context)
{
	struct talk *t = context;
	size_t most = size * n, take = t->left.n < most ? t->left.n : most;
	memcpy(to, t->left.p, take);
	t->left = der_of(t->left.p + take, t->left.n - take);
	return take;
}

/* What goes over the wire in lines; passwords pass by and are not kept. */
static int
overhear(CURL *handle, curl_infotype type, char *data, size_t n, void *context)
{
	struct talk *t = context;
	(void)handle;
	if (type == CURLINFO_HEADER_OUT && n > 8 && memcmp(data, "RCPT TO:", 8) == 0)
		t->rcpt = true;
	if (type == CURLINFO_HEADER_OUT && n >= 4 && memcmp(data, "QUIT", 4) == 0)
		t->over = true;
	if (type == CURLINFO_HEADER_IN && n >= 3 && !t->over)
		(void)snprintf(t->last, sizeof(t->last), "%.*s", (int)n, data);
	return 0;
}

/* "550 5.1.1 ..." without its words: they may repeat the address. */
static void
status_put(const char *line, char out[64])
{
	size_t code = strspn(line, "0123456789");
	size_t second =
	    line[code] == ' ' || line[code] == '-' ? strspn(line + code + 1, "0123456789.") : 0;
	if (code != 3)
		return;
	if (second >= 5 && second <= 11 && strchr("245", line[code + 1]) != NULL)
		(void)snprintf(out, 64, "%.3s %.*s", line, (int)second, line + code + 1);
	else
		(void)snprintf(out, 64, "%.3s", line);
}

static bool
here(const char *url)
{
	static const char *const HERE[] = {
		"smtp://127.0.0.1:", "smtp://localhost:", "smtp://[::1]:"
	};
	for (size_t i = 0; i < COUNT(HERE); i++)
		if (strncmp(url, HERE[i], strlen(HERE[i])) == 0)
			return true;
	return false;
}

bool
relay_good(const char *url, struct fault *fault)
{
	const char *host = strncmp(url, "smtps://", 8) == 0  ? url + 8
			   : strncmp(url, "smtp://", 7) == 0 ? url + 7
							     : NULL;
	const char *port = host == NULL ? NULL : strrchr(host, ':');
	size_t n = port == NULL ? 0 : strspn(port + 1, "0123456789");
	return (port != NULL && port != host && n > 0 && n <= 5 && port[1 + n] == '\0' &&
		   strpbrk(host, "/@ ?#") == NULL) ||
	       fault_field(fault, FAULT_INPUT, "mail_relay",
		   "mail_relay は outbox、smtp://ホスト:ポート、"
		   "smtps://ホスト:ポート のいずれかです（akashi.conf）。");
}

static bool
options_set(CURL *c, const struct relay *r, struct talk *t, struct curl_slist *to,
    const char *envelope, char *why)
{
	bool plain = here(r->url) && r->ca == NULL;
	long tls = plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL;
	return curl_easy_setopt(c, CURLOPT_URL, r->url) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_USE_SSL, tls) == CURLE_OK &&
	       (r->ca == NULL || curl_easy_setopt(c, CURLOPT_CAINFO, r->ca) == CURLE_OK) &&
	       (r->user == NULL || curl_easy_setopt(c, CURLOPT_USERNAME, r->user) == CURLE_OK) &&
	       (r->password == NULL ||
		   curl_easy_setopt(c, CURLOPT_PASSWORD, r->password) == CURLE_OK) &&
	       curl_easy_setopt(c, CURLOPT_MAIL_FROM, envelope) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_READFUNCTION, message_read) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_READDATA, t) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, overhear) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_DEBUGDATA, t) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_VERBOSE, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ALL_SECONDS) == CURLE_OK;
}

static void
judge(CURLcode code, const struct talk *t, const char *why, struct relay_reply *out)
{
	*out = (struct relay_reply){ .end = RELAY_LATER };
	status_put(t->last, out->status);
	if (code == CURLE_OK)
		out->end = RELAY_ACCEPTED;
	else if (t->rcpt && out->status[0] == '5')
		out->end = RELAY_REFUSED;
	else if (t->last[0] == '\0' || out->status[0] < '4')
		(void)snprintf(out->status, sizeof(out->status), "no-answer");
	if (code != CURLE_OK)
		(void)snprintf(out->why, sizeof(out->why), "%.150s",
		    why[0] != '\0' ? why : curl_easy_strerror(code));
	text_clean(out->why);
}

bool
relay_send(const struct relay *r, const char *envelope, const char *to, struct der message,
    struct relay_reply *out, struct fault *fault)
{
	struct talk t = { .left = message };
	char from[ADDRESS], rcpt[ADDRESS], why[CURL_ERROR_SIZE] = "";
	if (!relay_good(r->url, fault))
		return false;
	(void)snprintf(from, sizeof(from), "<%s>", envelope);
	(void)snprintf(rcpt, sizeof(rcpt), "<%s>", to);
	CURL *c = curl_easy_init();
	struct curl_slist *list = curl_slist_append(NULL, rcpt);
	bool good = c != NULL && list != NULL && options_set(c, r, &t, list, from, why);
	if (good)
		judge(curl_easy_perform(c), &t, why, out);
	curl_slist_free_all(list);
	curl_easy_cleanup(c);
	explicit_bzero(rcpt, sizeof(rcpt));
	return good || fault_set(fault, FAULT_BUG, "メールの送信を準備できません。");
}

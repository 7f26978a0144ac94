/* Mail that comes in, and what mail servers say. */
#include <curl/curl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/mail_in.h"
#include "exchange/mailbox.h"
#include "exchange/relay.h"
#include "fuzz.h"
#include "pki/cms.h"

static struct charsets *
sets(void)
{
	static struct charsets *all;
	struct fault fault = { 0 };
	if (all == NULL) {
		mail_in_start();
		fuzz_must(charsets_open(&all, &fault));
	}
	return all;
}

void
fuzz_mail(const uint8_t *p, size_t n)
{
	struct mail_in *m = calloc(1, sizeof(*m));
	OWN_SINK out = SINK_GROW(1 << 20);
	fuzz_must(m != NULL);
	mail_in_take(sets(), p, n, m);
	mail_in_text(sets(), p, n, m->text);
	mail_in_pack(m, &out);
	/* whoever asked takes what the reader says */
	fuzz_must(mail_in_read(der_of(out.at, out.len), m));
	free(m);
}

/* The bytes of an opaque one, as a mail. */
static void
mail_around(const uint8_t *p, size_t n, struct sink *out)
{
	sink_text(out, "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime\r\n"
		       "Content-Transfer-Encoding: base64\r\n\r\n");
	for (size_t i = 0; i < n; i += 48) {
		base64_put(out, p + i, n - i < 48 ? n - i : 48);
		sink_text(out, "\r\n");
	}
}

/* A whole mail, or the DER within one. */
void
fuzz_cms(const uint8_t *p, size_t n)
{
	struct cms_signature s;
	struct fault fault = { 0 };
	OWN_SINK mail = SINK_GROW(1 << 20);
	OWN_SINK hold = SINK_GROW(1 << 20);
	OWN_SINK content = SINK_GROW(1 << 20);
	OWN_SINK out = SINK_GROW(1 << 20);
	if (n > 0 && p[0] == DER_SEQUENCE)
		mail_around(p, n, &mail);
	else
		sink_bytes(&mail, p, n);
	fuzz_must(!mail.full);
	if (!cms_mail(der_of(mail.at, mail.len), &hold, &s, &content, &fault))
		return;
	fuzz_must(!s.good || (s.permitted && s.signers == 1 && s.certificate.n > 0));
	cms_signature_pack(&s, &out);
	fuzz_must(cms_signature_read(der_of(out.at, out.len), &s));
}

/* What the server would have said: libcurl's call gives out the next part of the input. */
static struct {
	struct der rest;
	curl_write_callback write;
	void *to;
	curl_debug_callback overhear;
	void *ear;
} server;

CURLcode __wrap_curl_easy_setopt(CURL *, CURLoption, ...);
CURLcode __real_curl_easy_setopt(CURL *, CURLoption, ...);
CURLcode __wrap_curl_easy_perform(CURL *);

CURLcode
__wrap_curl_easy_setopt(CURL *c, CURLoption option, ...)
{
	va_list ap;
	(void)c;
	va_start(ap, option);
	if (option == CURLOPT_WRITEFUNCTION)
		server.write = va_arg(ap, curl_write_callback);
	else if (option == CURLOPT_WRITEDATA)
		server.to = va_arg(ap, void *);
	else if (option == CURLOPT_DEBUGFUNCTION)
		server.overhear = va_arg(ap, curl_debug_callback);
	else if (option == CURLOPT_DEBUGDATA)
		server.ear = va_arg(ap, void *);
	va_end(ap);
	return CURLE_OK;
}

/* A part ends with an empty line; one that begins with "!" ends in an error, as what is not there does. */
CURLcode
__wrap_curl_easy_perform(CURL *c)
{
	const uint8_t *end = memmem(server.rest.p, server.rest.n, "\n\n", 2);
	size_t n = end == NULL ? server.rest.n : (size_t)(end + 2 - server.rest.p);
	if (n == 0)
		return CURLE_RECV_ERROR;
	char *part = fuzz_text(server.rest.p, n);
	bool bad = n > 0 && part[0] == '!';
	size_t taken = n;
	if (server.overhear != NULL) /* line by line, as libcurl calls it */
		for (size_t i = 0, k; i < n; i += k) {
			const char *stop = memchr(part + i, '\n', n - i);
			k = stop == NULL ? n - i : (size_t)(stop + 1 - (part + i));
			(void)server.overhear(c,
			    i % 2 == 0 ? CURLINFO_HEADER_IN : CURLINFO_HEADER_OUT, part + i, k,
			    server.ear);
		}
	else if (n > 0)
		taken = server.write(part, 1, n, server.to);
	free(part);
	server.rest = der_of(server.rest.p + n, server.rest.n - n);
	return taken != n ? CURLE_WRITE_ERROR : bad ? CURLE_RECV_ERROR : CURLE_OK;
}

void
fuzz_mailbox(const uint8_t *p, size_t n)
{
	const struct mailbox_conf conf = { "imap://127.0.0.1:143/INBOX", "a", "b", NULL };
	struct mailbox *m = NULL;
	struct mailbox_new found = { 0 };
	struct fault fault = { 0 };
	struct instant arrived;
	bool whole;
	OWN_SINK mail = SINK_GROW(1 << 20);
	memset(&server, 0, sizeof(server));
	server.rest = der_of(p, n);
	fuzz_must(mailbox_open(&conf, &m, &fault));
	if (mailbox_look(m, 0, &found, &fault) && found.count > 0 &&
	    mailbox_fetch(m, found.uid[0], &mail, &whole, &arrived, &fault))
		(void)!mailbox_taken(m, found.uid[found.count - 1], &fault);
	fuzz_must(found.validity <= UINT32_MAX); /* [RFC3501 9] */
	mailbox_close(m);
}

void
fuzz_relay(const uint8_t *p, size_t n)
{
	const struct relay to = { .url = "smtp://127.0.0.1:25" };
	struct relay_reply reply;
	struct fault fault = { 0 };
	memset(&server, 0, sizeof(server));
	server.rest = der_of(p, n);
	if (relay_send(&to, "a@example.jp", "b@example.jp", der_of("x", 1), &reply, &fault))
		fuzz_touch(reply.status, strlen(reply.status) + strlen(reply.why));
}

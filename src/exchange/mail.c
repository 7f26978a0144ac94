#include "exchange/mail.h"

#include <string.h>

#include "base/text.h"

const struct refusal MAIL_ADDRESS = { "mail-address", FAULT_INPUT, "RFC5322 3.4.1" };
const struct refusal MAIL_TEXT = { "mail-text", FAULT_BUG, "RFC5322 2.2" };

enum { WORD_OCTETS = 39, LINE_OCTETS = 57, ADDRESS_MOST = 254 };

bool
mail_address_good(const char *a)
{
	const char *at = strrchr(a, '@');
	if (at == NULL || at == a || at[1] == '\0' || strlen(a) > ADDRESS_MOST)
		return false;
	for (const char *c = a; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>()[],;:\\\"", *c) != NULL)
			return false;
	return strchr(a, '@') == at;
}

static bool
header_good(const char *s)
{
	for (const char *c = s; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return *s != '\0' && utf8_valid(s, strlen(s));
}

/* Whole characters in each word, a word a line, no line over 76 with "Subject: " [RFC2047 2]. */
static void
words_put(struct sink *out, const char *text)
{
	while (*text != '\0') {
		const char *end = text, *next = text;
		while (*next != '\0') {
			(void)utf8_next(&next);
			if (next - text > WORD_OCTETS)
				break;
			end = next;
		}
		sink_text(out, "=?UTF-8?B?");
		base64_put(out, text, (size_t)(end - text));
		sink_text(out, *end == '\0' ? "?=" : "?=\r\n ");
		text = end;
	}
}

static void
date_put(struct sink *out, struct instant at)
{
	static const char WEEK[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char YEAR[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	struct day d = instant_day(at);
	int sec = (int)(at.sec - day_start(d).sec);
	sink_print(out, "Date: %s, %d %s %d %02d:%02d:%02d +0900\r\n", WEEK[day_weekday(d)], d.mday,
	    YEAR[d.month - 1], d.year, sec / 3600, sec / 60 % 60, sec % 60);
}

/* Lines end with CRLF inside the base64 too: it is text [RFC2045 6.8]. */
static void
body_put(struct sink *out, const char *body)
{
	uint8_t line[LINE_OCTETS];
	size_t n = 0;
	bool cr = false; /* the last was the CR before a \n */
	while (*body != '\0') {
		cr = *body == '\n' && !cr;
		line[n++] = cr ? '\r' : (uint8_t)*body++;
		if (n == sizeof(line) || *body == '\0') {
			base64_put(out, line, n);
			sink_text(out, "\r\n");
			n = 0;
		}
	}
	explicit_bzero(line, sizeof(line));
}

/* Nobody's holiday notice answers it [RFC3834 5]. */
static void
head_put(struct sink *out, const struct mail *m)
{
	date_put(out, m->at);
	sink_text(out, "From: ");
	words_put(out, m->name);
	sink_print(out, "\r\n <%s>\r\nTo: <%s>\r\nMessage-ID: <%s@%s>\r\nSubject: ", m->from, m->to,
	    m->id, strrchr(m->from, '@') + 1);
	words_put(out, m->subject);
	sink_text(out, "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
		       "Content-Type: text/plain; charset=UTF-8\r\n"
		       "Content-Transfer-Encoding: base64\r\n\r\n");
}

bool
mail_print(const struct mail *m, struct sink *out, struct fault *fault)
{
	if (!mail_address_good(m->from) || !mail_address_good(m->to))
		return fault_refuse(fault, &MAIL_ADDRESS, "email",
		    "メールアドレスの形が正しくありません。連絡先を確かめてください。");
	if (!header_good(m->subject) || !header_good(m->name) || !header_good(m->id) ||
	    strpbrk(m->id, " <>@") != NULL || strchr(m->body, '\r') != NULL ||
	    !utf8_valid(m->body, strlen(m->body)))
		return fault_refuse(
		    fault, &MAIL_TEXT, NULL, "メールの件名か本文の形が正しくありません。");
	head_put(out, m);
	body_put(out, m->body);
	return !out->full || fault_refuse(fault, &MAIL_TEXT, NULL, "メールが大きすぎます。");
}

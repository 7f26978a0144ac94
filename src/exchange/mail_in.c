#include "exchange/mail_in.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { HEADER_MOST = 16 * MAIL_IN_LINE };

void
mail_in_start(void)
{
	g_mime_init();
}

/* As much as fits, whole characters, lines ended by \n, nothing that moves a terminal's cursor. */
static void
text_put(const struct sink *utf8, char *out, size_t size)
{
	size_t n = 0;
	for (size_t i = 0; i < utf8->len && n < size - 1; i++)
		if (utf8->at[i] != '\r')
			out[n++] = (char)utf8->at[i];
	while (n > 0 && n == size - 1 && ((uint8_t)out[n - 1] & 0xc0) == 0x80)
		n--; /* a character the end may cut */
	n -= n > 0 && n < size - 1 && out[n - 1] == '\n';
	out[n] = '\0';
	for (char *line = out; *line != '\0';) {
		char *end = line + strcspn(line, "\n"), kept = *end;
		*end = '\0';
		text_clean(line);
		*end = kept;
		line = end + (kept != '\0');
	}
}

/* =?charset?B|Q?...?= at p: decoded into out, the place behind it; NULL: there is none. */
static const char *
word_read(struct charsets *sets, const char *p, struct sink *out)
{
	char set[64], text[MAIL_IN_LINE], way;
	unsigned char raw[MAIL_IN_LINE];
	int state = 0, n = 0;
	guint32 save = 0;
	if (sscanf(p, "=?%63[^?*]%*[^?]?%c?%n", set, &way, &n) != 2 || n == 0) {
		n = 0;
		if (sscanf(p, "=?%63[^?]?%c?%n", set, &way, &n) != 2 || n == 0)
			return NULL;
	}
	const char *end = strstr(p + n, "?=");
	size_t len = end == NULL ? sizeof(text) : (size_t)(end - p) - (size_t)n;
	if (len >= sizeof(text) || strchr("BbQq", way) == NULL)
		return NULL;
	memcpy(text, p + n, len);
	for (size_t i = 0; i < len; i++)
		if (text[i] == '_' && (way | 0x20) == 'q')
			text[i] = ' ';
	size_t got = (way | 0x20) == 'b'
			 ? g_mime_encoding_base64_decode_step(
			       (const unsigned char *)text, len, raw, &state, &save)
			 : g_mime_encoding_quoted_decode_step(
			       (const unsigned char *)text, len, raw, &state, &save);
	charset_read(sets, set, raw, got, out);
	return end + 2;
}

/* A header's text [RFC2047]: blanks between two encoded words are none of it. Its beginning will do:
 * whatever looks like a word is searched for its end. */
static void
header_text(struct charsets *sets, const char *whole, char *out, size_t size)
{
	OWN_SINK utf8 = SINK_GROW(64 << 10);
	char begins[HEADER_MOST];
	(void)snprintf(begins, sizeof(begins), "%.*s", HEADER_MOST - 1, whole == NULL ? "" : whole);
	const char *raw = begins + strspn(begins, " \t\r\n");
	while (*raw != '\0') {
		const char *next = raw[0] == '=' ? word_read(sets, raw, &utf8) : NULL;
		const char *word = next == NULL ? NULL : next + strspn(next, " \t\r\n");
		if (word != NULL)
			raw = word[0] == '=' && word[1] == '?' ? word : next;
		else if (*raw == '\r' || *raw == '\n')
			raw++;
		else
			sink_byte(&utf8, (uint8_t)*raw++);
	}
	OWN_SINK clean = SINK_GROW(64 << 10);
	if (utf8.len > 0) /* raw bytes of no declared set are read as UTF-8 */
		charset_read(sets, "utf-8", utf8.at, utf8.len, &clean);
	text_put(&clean, out, size);
}

/* <left@right> without blanks and brackets. */
static void
id_put(const char *raw, char *out, size_t size)
{
	raw = raw == NULL ? "" : raw;
	raw += strspn(raw, " \t\r\n<");
	size_t n = strcspn(raw, "> \t\r\n");
	(void)snprintf(out, size, "%.*s", (int)(n < size ? n : 0), raw);
	text_clean(out);
}

static const char *
header(GMimeObject *o, const char *name)
{
	GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(o), name);
	return h == NULL ? NULL : g_mime_header_get_raw_value(h);
}

static bool
is(GMimeObject *o, const char *type, const char *subtype)
{
	GMimeContentType *t = o == NULL ? NULL : g_mime_object_get_content_type(o);
	return t != NULL && g_mime_content_type_is_type(t, type, subtype);
}

static bool
parameter_is(GMimeObject *o, const char *name, const char *value)
{
	const char *is_ = g_mime_object_get_content_type_parameter(o, name);
	return is_ != NULL && strcasecmp(is_, value) == 0;
}

static bool
signed_itself(GMimeObject *o)
{
	return is(o, "application", "pkcs7-mime") || is(o, "application", "x-pkcs7-mime") ||
	       is(o, "multipart", "signed");
}

/* A leaf's bytes, its transfer encoding undone; the caller owns it. */
static GByteArray *
leaf_bytes(GMimeObject *o)
{
	GMimeDataWrapper *content =
	    GMIME_IS_PART(o) ? g_mime_part_get_content(GMIME_PART(o)) : NULL;
	GMimeStream *to = g_mime_stream_mem_new();
	GByteArray *bytes = g_byte_array_new();
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(to), bytes); /* stays ours */
	if (content != NULL)
		(void)g_mime_data_wrapper_write_to_stream(content, to);
	g_object_unref(to);
	return bytes;
}

struct looking {
	struct charsets *sets;
	struct mail_in *out;
};

static void
plain_text(struct charsets *sets, GMimeObject *o, char out[MAIL_IN_WORDS])
{
	OWN_SINK utf8 = SINK_GROW(8 << 20);
	GByteArray *bytes = leaf_bytes(o);
	charset_read(sets, g_mime_object_get_content_type_parameter(o, "charset"), bytes->data,
	    bytes->len, &utf8);
	g_byte_array_unref(bytes);
	text_put(&utf8, out, MAIL_IN_WORDS);
}

static void
text_look(GMimeObject *parent, GMimeObject *o, gpointer context)
{
	struct looking *l = context;
	(void)parent;
	if (l->out->text[0] == '\0' && is(o, "text", "plain"))
		plain_text(l->sets, o, l->out->text);
}

static void
signed_look(GMimeObject *parent, GMimeObject *o, gpointer context)
{
	(void)parent;
	if (signed_itself(o))
		((struct looking *)context)->out->kind = MAIL_IN_WRAPPED;
}

/* The first "Name: value" of header lines that stand as text. */
static void
line_find(const GByteArray *bytes, const char *name, char *out, size_t size)
{
	const char *p = (const char *)bytes->data, *end = p == NULL ? p : p + bytes->len;
	size_t n = strlen(name);
	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((stop == NULL ? end : stop) - p);
		if (len > n && strncasecmp(p, name, n) == 0 && p[n] == ':') {
			char line[MAIL_IN_LINE];
			(void)snprintf(line, sizeof(line), "%.*s", (int)(len - n - 1), p + n + 1);
			id_put(line, out, size);
			return;
		}
		p += len + 1;
	}
}

static void
bounce_look(GMimeObject *parent, GMimeObject *o, gpointer context)
{
	struct mail_in *m = ((struct looking *)context)->out;
	(void)parent;
	if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
		if (message != NULL)
			id_put(header(GMIME_OBJECT(message), "Message-ID"), m->original,
			    sizeof(m->original));
		return;
	}
	GByteArray *bytes = leaf_bytes(o);
	if (is(o, "message", "delivery-status")) {
		line_find(bytes, "Status", m->status, sizeof(m->status));
		line_find(bytes, "Action", m->action, sizeof(m->action));
	} else if (is(o, "text", "rfc822-headers")) {
		line_find(bytes, "Message-ID", m->original, sizeof(m->original));
	}
	g_byte_array_unref(bytes);
}

static void
kind_read(GMimeObject *o, struct looking *l)
{
	struct mail_in *m = l->out;
	const char *to = header(o, "Delivered-To");
	to = to == NULL ? header(o, "X-Original-To") : to;
	m->kind = signed_itself(o) ? MAIL_IN_SIGNED : MAIL_IN_PLAIN;
	if (is(o, "multipart", "report") && parameter_is(o, "report-type", "delivery-status")) {
		m->kind = MAIL_IN_BOUNCE;
		id_put(to == NULL ? header(o, "To") : to, m->to, sizeof(m->to));
		g_mime_multipart_foreach(GMIME_MULTIPART(o), bounce_look, l);
	} else if (m->kind == MAIL_IN_PLAIN && GMIME_IS_MULTIPART(o)) {
		g_mime_multipart_foreach(GMIME_MULTIPART(o), signed_look, l);
	}
	if (m->kind == MAIL_IN_SIGNED)
		return;
	text_look(NULL, o, l);
	if (GMIME_IS_MULTIPART(o))
		g_mime_multipart_foreach(GMIME_MULTIPART(o), text_look, l);
}

static GMimeObject *
parse(const void *p, size_t n)
{
	GMimeStream *in = g_mime_stream_mem_new_with_buffer(p, n);
	GMimeParser *parser = g_mime_parser_new_with_stream(in);
	g_mime_parser_set_persist_stream(parser, FALSE);
	GMimeObject *o = g_mime_parser_construct_part(parser, NULL);
	g_object_unref(parser);
	g_object_unref(in);
	return o;
}

void
mail_in_take(struct charsets *sets, const void *p, size_t n, struct mail_in *out)
{
	struct looking l = { sets, out };
	GMimeObject *o = parse(p, n);
	*out = (struct mail_in){ .kind = MAIL_IN_PLAIN };
	if (o == NULL)
		return;
	id_put(header(o, "Message-ID"), out->id, sizeof(out->id));
	header_text(sets, header(o, "Subject"), out->subject, sizeof(out->subject));
	kind_read(o, &l);
	g_object_unref(o);
}

void
mail_in_text(struct charsets *sets, const void *p, size_t n, char out[MAIL_IN_WORDS])
{
	struct mail_in m = { .text = "" };
	struct looking l = { sets, &m };
	GMimeObject *o = parse(p, n);
	if (o == NULL)
		return;
	text_look(NULL, o, &l);
	if (GMIME_IS_MULTIPART(o))
		g_mime_multipart_foreach(GMIME_MULTIPART(o), text_look, &l);
	g_object_unref(o);
	memcpy(out, m.text, sizeof(m.text));
}

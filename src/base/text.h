/*
 * base/text.h - UTF-8, the code page of Japanese banks, hex and base64. Never normalises what is stored.
 */
#ifndef AKASHI_BASE_TEXT_H
#define AKASHI_BASE_TEXT_H

#include "base/fault.h"
#include "base/sink.h"

/* Shortest form only, no surrogates, nothing above U+10FFFF, no U+0000. */
bool utf8_valid(const char *, size_t);
/* What is to be shown: every byte that is no part of a character, and every control, becomes "?". */
void text_clean(char *);
/* The character at *at, which must be valid UTF-8 and not at its end; moves *at behind it. */
uint32_t utf8_next(const char **at);
size_t utf8_count(const char *); /* characters of a valid, NUL-ended text */
void utf8_put(struct sink *, uint32_t);
/* Lower or upper hex of exactly n bytes. False: not such a text. */
bool hex_read(const char *, uint8_t *out, size_t n) MUST_USE;
/* Lower case, with its NUL: 2n + 1 bytes at out. Returns out. */
const char *hex_print(char *out, const void *, size_t n);
enum { DIGEST_HEX = 65, SERIAL_HEX = 41 }; /* room for a SHA-256, for a serial of 20 octets */
/* In one line, padded [RFC4648 4]; the other alphabet, without padding [RFC4648 5]. */
void base64_put(struct sink *, const void *, size_t);
void base64url_put(struct sink *, const void *, size_t);
/* CP932 (Microsoft's Shift_JIS) to UTF-8; false: bytes that are no such text. */
bool cp932_read(const void *, size_t, struct sink *utf8) MUST_USE;
/* UTF-8 to CP932; false: a character the code page lacks. */
bool cp932_print(const char *utf8, struct sink *) MUST_USE;

#endif

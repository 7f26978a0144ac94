/*
 * rules/postal.h - numbers of registered mail, and which class a letter's route demands.
 *
 * Eleven digits: the first names the class, the last is the first ten modulo 7.
 */
#ifndef AKASHI_RULES_POSTAL_H
#define AKASHI_RULES_POSTAL_H

#include "base/fault.h"

/* Routes of the dispatch matrix. */
enum route { ROUTE_HONNIN, ROUTE_KANI, ROUTES };
const char *route_name(enum route); /* "honnin" (本人限定受取郵便) "kani" (簡易書留) */
bool route_read(const char *, enum route *) MUST_USE;

enum { TRACKING_TEXT = 12 };
extern const struct refusal TRACKING_FORM, TRACKING_CHECK, TRACKING_CLASS;

/* Digits with or without hyphens or spaces; out: eleven digits. Refused with the row that failed. */
bool tracking_read(const char *typed, enum route, char out[TRACKING_TEXT], struct fault *) MUST_USE;

#endif

/*
 * wire/about.h - who runs this service, as the public site says it on every page.
 *
 * DIR/repository/service.txt, docs/formats/repository.md: lines "name TAB value". What is missing
 * stays empty.
 */
#ifndef AKASHI_WIRE_ABOUT_H
#define AKASHI_WIRE_ABOUT_H

#include "base/fault.h"

enum { ABOUT_TEXT = 128, ABOUT_BYTES = 4096 };

struct about {
	char name[ABOUT_TEXT], name_en[ABOUT_TEXT];
	char operator[ABOUT_TEXT], operator_en[ABOUT_TEXT];
	char phone[ABOUT_TEXT];
};
/* By rename. A tab or a line end inside a value is refused. */
bool about_write(const char *path, const struct about *, struct fault *) MUST_USE;
void about_read(const char *text, struct about *);

#endif

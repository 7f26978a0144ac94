/*
 * rules/dispatch.h - who gets what by which route.
 *
 * Two envelopes per certificate: the PIN letter, and the other half: the letter with the download
 * password or, of a CD-R product, the CD-R itself. Addresses are those of the application form
 * . Pure.
 */
#ifndef AKASHI_RULES_DISPATCH_H
#define AKASHI_RULES_DISPATCH_H

#include "rules/policy.h"
#include "rules/postal.h"

enum dispatch_item { DISPATCH_PIN, DISPATCH_OTHER, DISPATCH_ITEMS };

struct dispatch {
	enum series series;
	bool delegate; /* there is one */
	struct {
		enum route route;
		bool delegate; /* it goes to the delegate, else to the subscriber */
	} item[DISPATCH_ITEMS];
	const char *clause;
};

const struct dispatch *dispatch_of(enum series, bool delegate);

#endif

/*
 * rules/role.h - what a person may be to the service, and where a key of theirs is used.
 */
#ifndef AKASHI_RULES_ROLE_H
#define AKASHI_RULES_ROLE_H

#include "base/base.h"

enum role {
	ROLE_CUSTODIAN, /* CA key custodian */
	ROLE_RECEPTION,
	ROLE_SCREENING,
	ROLE_APPROVAL,
	ROLE_ACCOUNTING,
	ROLE_ISSUING,
	ROLE_DISPATCH,
	ROLE_REVOCATION,
	ROLE_AUDIT,
	ROLE_ADMIN,
	ROLES
};
const char *role_name(enum role); /* "screening" ... */
bool role_read(const char *, enum role *) MUST_USE;
/* "screening,dispatch" to a set of 1u << ROLE_...; false: an unknown word, or none. */
bool role_set_read(const char *, unsigned *) MUST_USE;
/* Two roles of the set that one person must not hold; false: none clash. */
bool role_set_clash(unsigned, enum role *, enum role *);

enum surface { SURFACE_DESK, SURFACE_STATION, SURFACES };
const char *surface_name(enum surface);
bool surface_read(const char *, enum surface *) MUST_USE;

#endif

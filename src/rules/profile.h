/*
 * rules/profile.h - what stands where in a certificate. Rows of policy/.
 */
#ifndef AKASHI_RULES_PROFILE_H
#define AKASHI_RULES_PROFILE_H

#include "rules/product.h"

/* Where a field of an application stands in a certificate. */
enum profile_place {
	PLACE_SUBJECT,
	PLACE_SUBSCRIBER, /* directory name 1 of the subject's alternative names */
	PLACE_MANDATOR, /* directory name 2 */
	PLACES
};
enum profile_scope { SCOPE_OUTSIDE, SCOPE_SIGNATURE, SCOPE_MANDATE, SCOPES }; /* */
struct profile_field {
	const char *profile; /* code of its profile */
	const char *field; /* of the application; or country, serial-number */
	enum profile_place place;
	const char *oid; /* 2.5.4.3 */
	bool printable; /* PrintableString instead of UTF8String */
	int limit; /* characters */
	bool required;
	const char *ja, *en;
	enum profile_scope scope;
	const char *clause;
};
struct profile {
	const char *code;
	enum kind kind;
	bool mandate;
	const char *policy_oid, *cps_uri, *crl_uri;
	int key_bits;
	const char *clause;
	struct day from;
};

#endif

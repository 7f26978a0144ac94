/*
 * rules/application.h - one application: its fields, and what may stand in them ...[R-4.19].
 *
 * application_check takes the fields as typed and gives the values to store, with every error and
 * warning found (all of them, first in column order), each naming its field and its message.
 * Pure: the policy and today are arguments. Never sees papers, payment, PIN.
 */
#ifndef AKASHI_RULES_APPLICATION_H
#define AKASHI_RULES_APPLICATION_H

#include "base/der.h"
#include "rules/finding.h"
#include "rules/policy.h"

/* The columns of the import file, in their order. */
/* clang-format off */
#define APPLICATION_FIELDS(X) \
	X(ref) X(form_date) X(product) X(kind) X(name) X(kana) X(roman) X(former_name) X(former_roman) \
	X(birth) X(sex) X(nationality) X(stay_until) X(postcode) X(address) X(address_roman) X(phone) \
	X(email) X(lang) X(trade_name) X(organisation) X(organisation_address) X(representative) \
	X(corporate_number) X(department) X(department_address) X(title) X(authority) X(gyosei_number) \
	X(delegate_name) X(delegate_postcode) X(delegate_address) X(delegate_phone) X(channel) \
	X(photo_id) X(payer)
/* clang-format on */

enum application_field {
#define APPLICATION_ENUM(f) A_##f,
	APPLICATION_FIELDS(APPLICATION_ENUM)
#undef APPLICATION_ENUM
	    A_FIELDS
};
const char *application_field_name(enum application_field);

enum { APPLICATION_FIELD_BYTES = 4096 };

struct application {
	char *text[A_FIELDS]; /* never NULL once checked; "" where empty; owned */
};
void application_free(struct application *);

/*
 * typed[]: A_FIELDS texts of valid UTF-8, borrowed. True when there is no error; then the caller
 * owns *out (application_free). False: *out is untouched and `findings` says why.
 */
bool application_check(const struct policy *, const char *const typed[A_FIELDS], struct day today,
    struct application *out, struct findings *) MUST_USE;

/* One more finding about a field, beside those that are there. */
struct finding *application_find(
    struct findings *, enum application_field, const char *code, const char *clause, bool warning);

/* Canonical DER: SEQUENCE { version 1, SEQUENCE OF UTF8String in column order }. */
void application_pack(const struct application *, struct sink *);
/* BUG: no memory; BROKEN: no such record. */
bool application_unpack(struct der, struct application *out, struct fault *) MUST_USE;

#endif

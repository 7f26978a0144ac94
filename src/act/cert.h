/*
 * act/cert.h - certificates that were issued: the list of them, and one opened [design 4].
 *
 * What stands in clear (number, dates, product, state) is listed without opening anything; the
 * certificate itself is sealed to its dossier and opened through the archive key's agent, which
 * logs the reason before it answers. Changes nothing.
 */
#ifndef AKASHI_ACT_CERT_H
#define AKASHI_ACT_CERT_H

#include "act/service.h"
#include "base/text.h"
#include "store/cert_row.h"

extern const struct refusal CERT_UNKNOWN, CERT_OTHER;

/* Hex as people copy it, with colons and capitals, to how it stands in the store; false: not hex. */
bool cert_serial_read(const char *, char out[SERIAL_HEX]) MUST_USE;
/* "valid" "revoked" "expired" */
const char *cert_state(const struct cert_row *, struct instant now);

typedef void cert_tell(void *context, const struct cert_row *);
/* Every one, by number. */
bool cert_each(struct service *, cert_tell *, void *context, struct fault *) MUST_USE;
/* Its DER, appended; it is the one whose digest stands in the row. FAULT_MISSING: none such. */
bool cert_open(struct service *, const char *serial, const char *reason, struct sink *der,
    struct fault *) MUST_USE;

#endif

/*
 * pki/inspect.h - everything a certificate says: every field of every name, every extension.
 *
 * OpenSSL's own text of a directory name stops at 256 bytes and knows no Japanese; this does
 * neither. Text is UTF-8; a sign that would move a terminal's cursor is written <U+001B>.
 */
#ifndef AKASHI_PKI_INSPECT_H
#define AKASHI_PKI_INSPECT_H

#include "pki/bundle.h"

struct inspect_row {
	int certificate; /* of the file, from 0 */
	const char *path; /* subject.2, extension.subjectAltName.directory-1.3 ... */
	const char *oid; /* of the field or extension; or NULL */
	const char *label; /* its name; or NULL */
	const char *kind; /* UTF8String, PrintableString ...; or NULL */
	const char *text;
	bool critical; /* of an extension's first row */
};

/* Calls each(with, row) for every row; the strings are borrowed for the call. */
bool inspect_file(const struct bundle_file *, void (*each)(void *with, const struct inspect_row *),
    void *with, struct fault *) MUST_USE;

#endif

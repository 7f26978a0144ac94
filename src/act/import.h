/*
 * act/import.h - applications typed at reception become dossiers (docs/flows.md, Import).
 *
 * The same reference with the same content again is known; with another content it is refused. A
 * bad row holds up no other. akashi-reader splits the file. Seals everything personal before it reaches the store.
 */
#ifndef AKASHI_ACT_IMPORT_H
#define AKASHI_ACT_IMPORT_H

#include "act/service.h"
#include "rules/application.h"

struct import_row {
	const char *ref; /* as typed */
	bool accepted, known;
	int64_t dossier; /* 0: none */
	char reference[16];
	int64_t fee_gross; /* yen */
	const struct findings *findings;
};
typedef void import_tell(void *context, const struct import_row *);

enum { IMPORT_FILE_MOST = 64 << 20 };
/* *all: no row was refused. */
bool import_run(struct service *, const void *csv, size_t, import_tell *, void *context, bool *all,
    struct fault *) MUST_USE;

#endif

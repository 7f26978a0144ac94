/*
 * act/screening.h - a clerk's answers to every check that is due, as one record.
 *
 * No answer is left out, none is added, "not OK" and "does not apply" say why; of a gyoseishoshi
 * the federation's answer is named. Sealed to the dossier; its digest, over a salt that
 * dies with it, stands in the warrant.
 */
#ifndef AKASHI_ACT_SCREENING_H
#define AKASHI_ACT_SCREENING_H

#include "base/record.h"
#include "rules/papers.h"

enum answer { ANSWER_OK, ANSWER_NG, ANSWER_NA, ANSWERS };
bool answer_read(const char *, enum answer *) MUST_USE; /* "ok" "ng" "na" */

enum { SCREENING_CHECKS = 64, SCREENING_NOTE = 1024, SCREENING_MOST = 96 << 10 };
struct screening_entry {
	char code[32];
	enum answer answer;
	char note[SCREENING_NOTE]; /* "" where none is needed */
};
struct federation {
	char number[64]; /* "" unless it was asked */
	struct day day; /* of its answer */
};
struct screening {
	uint8_t salt[16];
	int64_t dossier, edition;
	char person[40];
	struct instant at;
	bool all_ok; /* --ok of a rehearsal: nobody looked */
	struct federation federation;
	struct screening_entry entry[SCREENING_CHECKS];
	size_t entries;
};
extern const struct refusal SCREENING_MISSING, SCREENING_UNKNOWN, SCREENING_TWICE,
    SCREENING_NOTE_DUE, SCREENING_MY_NUMBER, SCREENING_FEDERATION, SCREENING_FORM;

/* entry and federation against the checks that are due, by name; then in their order. */
bool screening_complete(struct screening *, const struct check *const due[], size_t,
    struct day today, struct fault *) MUST_USE;
/* --ok: every one that is due. */
void screening_all_ok(
    struct screening *, const struct check *const due[], size_t, struct day today);
/* The codes answered "not OK", between commas, as many as fit whole; their count. */
size_t screening_failed(const struct screening *, char *out, size_t size);

void screening_pack(const struct screening *, struct sink *);
bool screening_unpack(struct der, struct screening *, struct fault *) MUST_USE;

#endif

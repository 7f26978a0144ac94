/*
 * act/show.h - one dossier as a clerk sees it: person, papers, checks, clocks, money, events.
 *
 * The only thing opened is its application, through the archive key's agent, which logs the reason
 * before it answers. Changes nothing.
 */
#ifndef AKASHI_ACT_SHOW_H
#define AKASHI_ACT_SHOW_H

#include "act/fee.h"
#include "act/judge.h"
#include "rules/running.h"
#include "store/cert_row.h"

enum { SHOW_CHECKS = 64, SHOW_PAGE = 500 };

struct show {
	struct dossier_row dossier;
	struct application person;
	struct fee fee; /* of today */
	struct judged judged;
	const struct check *checks[SHOW_CHECKS]; /* due: screening answers each */
	size_t check_count;
	struct running_case kase;
	struct running clocks[RUNNING_MOST];
	size_t clock_count;
	bool has_cert;
	struct cert_row cert; /* the newest; its bytes stay sealed */
	struct event_row *events; /* owned, in their order */
	size_t event_count;
};

/* FAULT_MISSING: no such number. The caller frees *out, which lives as long as the service. */
bool show_run(
    struct service *, int64_t dossier, const char *reason, struct show **, struct fault *) MUST_USE;
void show_free(struct show *);
static inline void
show_drop(struct show **s)
{
	show_free(*s);
}

#define OWN_SHOW __attribute__((cleanup(show_drop))) struct show *

/* The checks due of a dossier: a screening has one entry for each. */
bool show_checks(const struct policy *, const struct dossier_row *,
    const struct check *out[SHOW_CHECKS], size_t *count, struct fault *) MUST_USE;

typedef bool show_each(const struct dossier_row *, void *context, struct fault *);
/* Every dossier of a state, "" for all, in order of their numbers; nothing is opened. */
bool show_list(
    struct service *, const char *state, show_each *, void *context, struct fault *) MUST_USE;

#endif

/*
 * act/dossier.h - what acts do first with one dossier: find it, ask what it is, open it, move it.
 *
 * Kind, product, delegate and the like stand in clear in its row, so papers are judged without
 * opening anything. dossier_open asks the archive key's agent, which logs the reason first.
 */
#ifndef AKASHI_ACT_DOSSIER_H
#define AKASHI_ACT_DOSSIER_H

#include "act/service.h"
#include "rules/application.h"
#include "rules/papers.h"
#include "rules/step.h"

static inline void
dossier_clear(struct dossier_row *d)
{
	dossier_drop(d);
}
enum { DOSSIER_RECORD_MOST = 64 << 10 };
#define OWN_DOSSIER __attribute__((cleanup(dossier_clear))) struct dossier_row

/* FAULT_MISSING: no such number. The caller owns the row's blobs (dossier_drop). */
bool dossier_load(struct service *, int64_t id, struct dossier_row *, struct fault *) MUST_USE;
bool dossier_load_in(struct tx *, int64_t id, struct dossier_row *, struct fault *) MUST_USE;

/* What decides its papers and checks, by the policy it is pinned to. */
bool dossier_case(const struct policy *, const struct dossier_row *, struct paper_case *,
    struct fault *) MUST_USE;
/* The application as it was taken in; the caller owns it (application_free). */
bool dossier_open(struct service *, const struct dossier_row *, const char *reason,
    struct application *, struct fault *) MUST_USE;

enum state dossier_state(const struct dossier_row *);
/* Writes the row's new state, or refuses with the step's clause. */
bool dossier_step(struct dossier_row *, enum step_event, unsigned facts, struct day today,
    struct fault *) MUST_USE;

#endif

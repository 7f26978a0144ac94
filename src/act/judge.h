/*
 * act/judge.h - the papers on record of one dossier, judged by the policy it is pinned to.
 *
 * Colleagues of one organisation share what they sent in one envelope. Nothing sealed is
 * opened. judge_load reads, judge_store writes; both within the act's transaction.
 */
#ifndef AKASHI_ACT_JUDGE_H
#define AKASHI_ACT_JUDGE_H

#include "act/dossier.h"
#include "store/paper_row.h"

enum { JUDGE_VERDICT = DEFICIENCIES * DEFICIENCY_CODE };

struct judged {
	const struct policy *policy; /* owned by the service */
	struct paper_case kase;
	struct paper_row papers[PAPERS_MOST]; /* its own, then those lent by colleagues */
	size_t own, count;
	struct paper_verdict verdict[PAPERS_MOST];
	struct deficiencies bad;
	char text[JUDGE_VERDICT]; /* "complete", or the codes between ";" */
};

bool judge_load(struct tx *, struct service *, const struct dossier_row *, struct judged *,
    struct fault *) MUST_USE;
/* Each own paper's verdict into its row. */
bool judge_store(struct tx *, const struct judged *, struct fault *) MUST_USE;
/* "good", or its faults between ";". */
const char *judge_paper_text(const struct paper_verdict *, char out[96]);

#endif

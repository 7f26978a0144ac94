/* store/paper_row.h - papers that arrived, with their verdicts; nothing of what stands on them. */
#ifndef AKASHI_STORE_PAPER_ROW_H
#define AKASHI_STORE_PAPER_ROW_H

#include "store/store.h"

struct paper_row {
	int64_t id, dossier;
	uint8_t envelope[32]; /* keyed digest of its number */
	uint8_t organisation[32]; /* keyed digest of the corporate number; all 0: none */
	char code[8], arrived[16], issued[16];
	int64_t copy, stamp, representative; /* enum paper_mark */
	char notice[64],
	    print[64]; /* e-Tax: its day, keyed digest of time and number (act/etax.h) */
	char verdict[96], last_good[16]; /* "good" or the faults */
};
extern const struct table PAPER_TABLE;

bool paper_of_dossier(struct tx *, int64_t dossier, store_row *, void *, struct fault *) MUST_USE;
/* Sent by colleagues in one envelope. */
bool paper_of_envelope(struct tx *, const uint8_t envelope[32], const uint8_t organisation[32],
    store_row *, void *, struct fault *) MUST_USE;
bool paper_judged(
    struct tx *, int64_t id, const char *verdict, const char *last_good, struct fault *) MUST_USE;

#endif

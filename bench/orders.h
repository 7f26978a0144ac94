/*
 * bench/orders.h - approved and paid orders without end: copies of one that people really brought there.
 *
 * Each is a dossier of its own with a warrant of its own, signed by the rehearsal's screener and
 * approver, wrapped for signer and keymaker; with keys: the key set too, stated by the rehearsal's
 * keymaker over the print keys of the open day. Every row is written by the store's own doors, so
 * that the log of changes and the events hold them. Only for figures: no act ever calls it.
 */
#ifndef AKASHI_BENCH_ORDERS_H
#define AKASHI_BENCH_ORDERS_H

#include "act/service.h"

enum { ORDERS_SEED = 20261126 };
/* first: the number of the first copy; the others follow. */
bool orders_copy(
    struct service *, int64_t of, long n, bool keys, int64_t *first, struct fault *) MUST_USE;

#endif

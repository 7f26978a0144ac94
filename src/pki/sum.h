/*
 * pki/sum.h - SHA-256 over what is long, by OpenSSL, which knows the processor's own instructions:
 * several times as fast as the vault's, which has less to set up and serves all that is short.
 *
 * sum_begin, sum_add ..., sum_end: only the last says whether all went well.
 */
#ifndef AKASHI_PKI_SUM_H
#define AKASHI_PKI_SUM_H

#include <stdint.h>

#include "base/fault.h"

struct sum {
	void *state; /* owned; NULL: it failed */
};
#define OWN_SUM __attribute__((cleanup(sum_drop))) struct sum

void sum_begin(struct sum *);
void sum_add(struct sum *, const void *, size_t);
bool sum_end(struct sum *, uint8_t out[32], struct fault *) MUST_USE;
void sum_drop(struct sum *);
bool sum_of(const void *, size_t, uint8_t out[32], struct fault *) MUST_USE;

#endif

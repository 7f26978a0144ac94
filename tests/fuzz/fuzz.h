/*
 * tests/fuzz/fuzz.h - the readers of bytes that others made, each as one function of such bytes.
 *
 * One program holds them all; the variable FUZZ names the one that runs. libFuzzer makes the bytes,
 * ASan and UBSan look on. A reader is called as the programs call it, what it gave is used as they
 * use it, and what it took must be what the writer beside it would have written.
 *
 * tests/flow/fuzz.sh [READER...] runs them. For longer, and to keep what is new:
 *   FUZZ=mail build-fuzz/tests/fuzz/fuzz -dict=tests/fuzz/words NEW tests/fuzz/corpus/mail
 *   FUZZ=mail build-fuzz/tests/fuzz/fuzz -merge=1 -use_counters=0 tests/fuzz/corpus/mail NEW
 * A new reader is a row here, a function, kept inputs, a row of `readers` and a row of `plants`.
 */
#ifndef AKASHI_TESTS_FUZZ_FUZZ_H
#define AKASHI_TESTS_FUZZ_FUZZ_H

#include "base/der.h"
#include "rules/policy.h"

/* name; whether its bytes are DER: those are also changed value by value, their lengths mended. */
#define FUZZ_READERS(X)                                                                            \
	X(der, true)                                                                               \
	X(charter, true)                                                                           \
	X(warrant, true)                                                                           \
	X(order, true)                                                                             \
	X(pack, true)                                                                              \
	X(journal, true)                                                                           \
	X(adopted, true)                                                                           \
	X(tree, false)                                                                             \
	X(record, true)                                                                            \
	X(frame, true)                                                                             \
	X(item, true)                                                                              \
	X(policy, false)                                                                           \
	X(table, false)                                                                            \
	X(bank_fixed, false)                                                                       \
	X(bank_csv, false)                                                                         \
	X(index, false)                                                                            \
	X(handed, false)                                                                           \
	X(typed, false)                                                                            \
	X(mail, false)                                                                             \
	X(cms, true)                                                                               \
	X(mailbox, false)                                                                          \
	X(relay, false)                                                                            \
	X(certificate, true)                                                                       \
	X(list, true)                                                                              \
	X(key, true)                                                                               \
	X(passkey, true)                                                                           \
	X(news, false)                                                                             \
	X(site, false)

#define FUZZ_DECLARE(name, der) void fuzz_##name(const uint8_t *, size_t);
FUZZ_READERS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

/* A promise of the reader's was broken: aborts. */
void fuzz_must(bool);
/* The writer gives the very bytes that were read. */
void fuzz_same(struct der, const struct sink *);
/* Every byte can be read. */
void fuzz_touch(const void *, size_t);
/* A copy with a NUL behind it; the caller frees. */
char *fuzz_text(const uint8_t *, size_t);
/* The shipped policy, read once. */
const struct policy *fuzz_shipped(void);

/* One value somewhere in a run of DER changed, every length around it mended: into out. */
void fuzz_der_change(struct der, unsigned *dice, struct sink *out);

/* 1 where the reader is the one that runs: what a planted error is loosened by (meson.build). */
size_t planted(const char *reader);

#endif

/*
 * rules/payment.h - the payment track of a dossier: what was received beside what is due.
 *
 * Payment runs beside the states of rules/step.h [requirements 0.3]: it may come before or after
 * screening. No tolerance: a yen less is partial, a yen more is over. Pure.
 */
#ifndef AKASHI_RULES_PAYMENT_H
#define AKASHI_RULES_PAYMENT_H

#include "base/base.h"

enum payment { PAYMENT_UNPAID, PAYMENT_PARTIAL, PAYMENT_PAID, PAYMENT_OVER, PAYMENTS };

const char *payment_name(enum payment); /* as in JSON and in the store */
const char *payment_label(enum payment); /* Japanese */
bool payment_read(const char *, enum payment *) MUST_USE;
enum payment payment_of(int64_t received, int64_t due);
/* Nothing is owed: a certificate may be issued. */
bool payment_settled(enum payment);

/*
 * How much of a deposit a dossier takes. A split leaves the rest on the line for other cases
 * else all of it is this dossier's, an excess too, to be offered back.
 */
int64_t payment_share(int64_t remaining, int64_t owed, bool split);

#endif

#include "rules/payment.h"

#include <string.h>

static const char *const NAME[] = { "unpaid", "partial", "paid", "over" };
static const char *const LABEL[] = { "未入金", "一部入金", "入金済み", "過入金" };
_Static_assert(
    COUNT(NAME) == PAYMENTS && COUNT(LABEL) == PAYMENTS, "every state of payment needs its words");

const char *
payment_name(enum payment p)
{
	return NAME[p];
}

const char *
payment_label(enum payment p)
{
	return LABEL[p];
}

bool
payment_read(const char *s, enum payment *out)
{
	for (int i = 0; i < PAYMENTS; i++)
		if (strcmp(s, NAME[i]) == 0) {
			*out = (enum payment)i;
			return true;
		}
	return false;
}

enum payment
payment_of(int64_t received, int64_t due)
{
	if (received > due)
		return PAYMENT_OVER;
	if (received == due)
		return PAYMENT_PAID;
	return received > 0 ? PAYMENT_PARTIAL : PAYMENT_UNPAID;
}

bool
payment_settled(enum payment p)
{
	return p == PAYMENT_PAID || p == PAYMENT_OVER;
}

int64_t
payment_share(int64_t remaining, int64_t owed, bool split)
{
	return split && owed > 0 && owed < remaining ? owed : remaining;
}

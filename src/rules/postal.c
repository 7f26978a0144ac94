#include "rules/postal.h"

#include <string.h>

const struct refusal TRACKING_FORM = { "tracking-form", FAULT_INPUT, "R-4.101" };
const struct refusal TRACKING_CHECK = { "tracking-check", FAULT_INPUT, "R-4.101" };
const struct refusal TRACKING_CLASS = { "tracking-class", FAULT_INPUT, "R-4.92" };

/* 本人限定受取 goes only with 一般書留 (1); 簡易書留 numbers begin with 3 or 4. */
static const struct {
	const char *name, *classes, *label;
} ROUTE[] = {
	[ROUTE_HONNIN] = { "honnin", "1", "本人限定受取郵便（一般書留、1で始まる番号）" },
	[ROUTE_KANI] = { "kani", "34", "簡易書留（3か4で始まる番号）" },
};
_Static_assert(COUNT(ROUTE) == ROUTES, "every route needs a row");

const char *
route_name(enum route r)
{
	return ROUTE[r].name;
}

bool
route_read(const char *s, enum route *out)
{
	for (int r = 0; r < ROUTES; r++)
		if (strcmp(s, ROUTE[r].name) == 0) {
			*out = (enum route)r;
			return true;
		}
	return false;
}

bool
tracking_read(const char *typed, enum route route, char out[TRACKING_TEXT], struct fault *fault)
{
	char digits[TRACKING_TEXT];
	size_t n = 0;
	int rest = 0;
	for (const char *s = typed; *s != '\0'; s++) {
		if (*s == '-' || *s == ' ')
			continue;
		if (*s < '0' || *s > '9' || n == TRACKING_TEXT - 1)
			return fault_refuse(fault, &TRACKING_FORM, "tracking",
			    "お問い合わせ番号は11桁の数字です。もう一度読み取ってください。");
		if (n < 10)
			rest = (rest * 10 + (*s - '0')) % 7;
		digits[n++] = *s;
	}
	digits[n] = '\0';
	if (n != TRACKING_TEXT - 1)
		return fault_refuse(fault, &TRACKING_FORM, "tracking",
		    "お問い合わせ番号は11桁の数字です。もう一度読み取ってください。");
	if (digits[10] - '0' != rest)
		return fault_refuse(fault, &TRACKING_CHECK, "tracking",
		    "お問い合わせ番号の検査数字が合いません。もう一度読み取ってください。");
	if (strchr(ROUTE[route].classes, digits[0]) == NULL)
		return fault_refuse(fault, &TRACKING_CLASS, "tracking",
		    "この封筒は%sで送ります。"
		    "番号の種別が違います。窓口で差し出しをやり直してください。",
		    ROUTE[route].label);
	memcpy(out, digits, sizeof(digits));
	return true;
}

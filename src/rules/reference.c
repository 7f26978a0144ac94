#include "rules/reference.h"

#include <stdio.h>
#include <string.h>

/* Luhn's check digit over the first seven digits. */
static char
check_digit(const char *s)
{
	int sum = 0;
	for (int i = 0; i < 7; i++) {
		int d = (s[i] - '0') * (i % 2 == 0 ? 2 : 1);
		sum += d / 10 + d % 10;
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

char *
reference_print(char out[REFERENCE_TEXT], int64_t number)
{
	snprintf(out, REFERENCE_TEXT, "%07d", (int)(number % (REFERENCE_MOST + 1)));
	out[7] = check_digit(out);
	out[8] = '\0';
	return out;
}

char *
envelope_print(char out[ENVELOPE_TEXT], int64_t number)
{
	out[0] = 'E';
	reference_print(out + 1, number);
	return out;
}

bool
reference_good(const char *s)
{
	return strspn(s, "0123456789") == 8 && s[8] == '\0' && s[7] == check_digit(s);
}

#include "rules/product.h"

#include <string.h>

const char *const KIND_NAMES[KINDS] = { "individual-basic", "individual", "sole-proprietor",
	"representative", "employee", "gyoseishoshi" };

bool
kind_read(const char *s, enum kind *out)
{
	for (int k = 0; k < KINDS; k++)
		if (strcmp(s, KIND_NAMES[k]) == 0) {
			*out = (enum kind)k;
			return true;
		}
	return false;
}

int64_t
fee_gross(int64_t price, int percent)
{
	return price + price * percent / 100;
}

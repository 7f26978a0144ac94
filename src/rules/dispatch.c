#include "rules/dispatch.h"

/* clang-format off */
static const struct dispatch MATRIX[] = {
	/* series          delegate  PIN                      password or CD-R         */
	{ SERIES_DOWNLOAD, false, { { ROUTE_HONNIN, false }, { ROUTE_HONNIN, false } }, "R-4.92(1)" },
	{ SERIES_DOWNLOAD, true,  { { ROUTE_KANI,   false }, { ROUTE_HONNIN, true  } }, "R-4.92(2)" },
	{ SERIES_CDR,      false, { { ROUTE_KANI,   false }, { ROUTE_HONNIN, false } }, "R-4.92(3)" },
	{ SERIES_CDR,      true,  { { ROUTE_KANI,   false }, { ROUTE_HONNIN, true  } }, "R-4.92(4)" },
};
/* clang-format on */

const struct dispatch *
dispatch_of(enum series series, bool delegate)
{
	for (size_t i = 0; i < COUNT(MATRIX); i++)
		if (MATRIX[i].series == series && MATRIX[i].delegate == delegate)
			return &MATRIX[i];
	return NULL;
}

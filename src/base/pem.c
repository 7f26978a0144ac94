#include "base/pem.h"

#include "base/text.h"

enum { PEM_LINE = 48 /* octets */ };

/* [RFC7468] */
void
pem_print(const char *label, struct der d, struct sink *out)
{
	sink_print(out, "-----BEGIN %s-----", label);
	for (size_t i = 0; i < d.n; i += PEM_LINE) {
		sink_byte(out, '\n');
		base64_put(out, d.p + i, d.n - i < PEM_LINE ? d.n - i : PEM_LINE);
	}
	sink_print(out, "\n-----END %s-----\n", label);
}

#include "base/pem.h"

enum { PEM_LINE = 48 /* octets */ };

/* [RFC7468] */
void
pem_print(const char *label, struct der d, struct sink *out)
{
	static const char SIGNS[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	sink_print(out, "-----BEGIN %s-----", label);
	for (size_t i = 0; i < d.n; i += 3) {
		size_t left = d.n - i;
		unsigned v = (unsigned)d.p[i] << 16 | (left > 1 ? (unsigned)d.p[i + 1] << 8 : 0) |
			     (left > 2 ? d.p[i + 2] : 0u);
		if (i % PEM_LINE == 0)
			sink_byte(out, '\n');
		sink_byte(out, (uint8_t)SIGNS[v >> 18]);
		sink_byte(out, (uint8_t)SIGNS[v >> 12 & 63]);
		sink_byte(out, left > 1 ? (uint8_t)SIGNS[v >> 6 & 63] : '=');
		sink_byte(out, left > 2 ? (uint8_t)SIGNS[v & 63] : '=');
	}
	sink_print(out, "\n-----END %s-----\n", label);
}

#include "web/html.h"

#include <string.h>

static void
put(struct sink *s, const char *p, size_t n)
{
	static const char *const AS[128] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"
	};
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		const char *as = c < COUNT(AS) ? AS[c] : NULL;
		if (as != NULL)
			sink_text(s, as);
		else
			sink_byte(s, c);
	}
}

void
html_text(struct sink *s, const char *p)
{
	if (p != NULL)
		put(s, p, strlen(p));
}

void
html_say(struct sink *s, enum lang lang, const char *ja, const char *const *values, size_t n)
{
	const char *p = lang_text(lang, ja);
	while (*p != '\0') {
		size_t plain = strcspn(p, "{");
		put(s, p, plain);
		p += plain;
		if (*p == '\0')
			return;
		size_t place = (size_t)(p[1] - '1');
		html_text(s, place < n ? values[place] : "");
		p += 3; /* {1}: the generator has seen to the form */
	}
}

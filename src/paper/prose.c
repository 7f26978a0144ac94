#include "paper/prose.h"

#include <string.h>

static void
prose_put(struct prose *p, enum hand hand, const char *text, size_t n)
{
	if (n == 0)
		return;
	bool same = p->runs > 0 && p->run[p->runs - 1].hand == hand;
	if (p->len + n >= sizeof(p->text) || (!same && p->runs == PROSE_RUNS)) {
		p->full = true;
		return;
	}
	memcpy(p->text + p->len, text, n);
	p->len += n;
	p->text[p->len] = '\0';
	if (!same)
		p->run[p->runs++].hand = hand;
	p->run[p->runs - 1].end = p->len;
}

void
prose_add(struct prose *p, enum hand hand, const char *text)
{
	prose_put(p, hand, text, strlen(text));
}

void
prose_fill(
    struct prose *p, enum hand hand, const char *text, const struct prose_value *v, size_t count)
{
	const char *brace;
	while ((brace = strchr(text, '{')) != NULL) {
		const char *end = strchr(brace, '}');
		prose_put(p, hand, text, (size_t)(brace - text));
		for (size_t i = 0; end != NULL && i < count; i++)
			if (strlen(v[i].name) == (size_t)(end - brace - 1) &&
			    strncmp(v[i].name, brace + 1, strlen(v[i].name)) == 0)
				prose_add(p, v[i].hand, v[i].value);
		text = end != NULL ? end + 1 : brace + strlen(brace);
	}
	prose_add(p, hand, text);
}

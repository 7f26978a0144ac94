#include "rules/transport.h"

bool
transport_add(struct transport_class *c, size_t *count, int64_t value)
{
	size_t i = 0;
	while (i < *count && c[i].value != value)
		i++;
	if (i == TRANSPORT_CLASSES)
		return false;
	if (i == *count)
		c[(*count)++] = (struct transport_class){ value, 0 };
	c[i].count++;
	return true;
}

enum { N = TRANSPORT_CLASSES };
struct search {
	int64_t gain_left[N], gain_right[N]; /* best gain of a path that ends here; < 0: none */
	size_t from_left[N], from_right[N]; /* the class before on that path */
	int64_t used[N][N], left[N], right[N]; /* given; still to give; still to take */
};

/* Longest paths from all lefts with something to give [Bellman-Ford over classes]. */
static void
paths(const struct transport *t, struct search *s)
{
	for (size_t l = 0; l < t->lefts; l++) {
		s->gain_left[l] = s->left[l] > 0 ? 0 : INT64_MIN;
		s->from_left[l] = SIZE_MAX;
	}
	for (size_t r = 0; r < t->rights; r++)
		s->gain_right[r] = INT64_MIN;
	for (bool better = true; better;) {
		better = false;
		for (size_t l = 0; l < t->lefts; l++)
			for (size_t r = 0; r < t->rights; r++) {
				int64_t w = t->weight[l][r];
				if (w == 0)
					continue;
				if (s->gain_left[l] != INT64_MIN &&
				    s->gain_left[l] + w > s->gain_right[r]) {
					s->gain_right[r] = s->gain_left[l] + w;
					s->from_right[r] = l;
					better = true;
				}
				if (s->used[l][r] > 0 && s->gain_right[r] != INT64_MIN &&
				    s->gain_right[r] - w > s->gain_left[l]) {
					s->gain_left[l] = s->gain_right[r] - w;
					s->from_left[l] = r;
					better = true;
				}
			}
	}
}

/* Gives along the best path as much as fits on all of it; the gain, 0: no path is left. */
static int64_t
augment(const struct transport *t, struct search *s)
{
	size_t end = SIZE_MAX;
	paths(t, s);
	for (size_t r = 0; r < t->rights; r++)
		if (s->right[r] > 0 && s->gain_right[r] > 0 &&
		    (end == SIZE_MAX || s->gain_right[r] > s->gain_right[end]))
			end = r;
	if (end == SIZE_MAX)
		return 0;
	int64_t most = s->right[end];
	size_t l = s->from_right[end];
	while (s->from_left[l] != SIZE_MAX) {
		size_t r = s->from_left[l];
		most = s->used[l][r] < most ? s->used[l][r] : most;
		l = s->from_right[r];
	}
	most = s->left[l] < most ? s->left[l] : most;
	s->left[l] -= most;
	s->right[end] -= most;
	for (size_t r = end; r != SIZE_MAX; r = s->from_left[l]) {
		l = s->from_right[r];
		s->used[l][r] += most;
		if (s->from_left[l] != SIZE_MAX)
			s->used[l][s->from_left[l]] -= most;
	}
	return most * s->gain_right[end];
}

/* The greatest weight with one of left l (SIZE_MAX: none) and one of right r set aside. */
static int64_t
best(const struct transport *t, size_t l, size_t r)
{
	struct search s = { 0 };
	int64_t total = 0, gain;
	for (size_t i = 0; i < t->lefts; i++)
		s.left[i] = t->left[i].count - (i == l);
	for (size_t i = 0; i < t->rights; i++)
		s.right[i] = t->right[i].count - (i == r);
	while ((gain = augment(t, &s)) > 0)
		total += gain;
	return total;
}

bool
transport_can_use(const struct transport *t, size_t l, size_t r)
{
	return best(t, l, r) + t->weight[l][r] == best(t, SIZE_MAX, SIZE_MAX);
}

bool
transport_can_leave(const struct transport *t, size_t r)
{
	return best(t, SIZE_MAX, r) == best(t, SIZE_MAX, SIZE_MAX);
}

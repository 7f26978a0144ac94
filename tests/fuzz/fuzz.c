#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../shipped.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
size_t LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t most);

static const struct reader {
	const char *name;
	void (*read)(const uint8_t *, size_t);
	bool der;
} READERS[] = {
#define READER(name, der) { #name, fuzz_##name, der },
	FUZZ_READERS(READER)
#undef READER
};

/* libFuzzer's calls carry nothing of ours. While inputs are made, planted errors are asleep. */
static const struct reader *chosen;
static bool reading;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ");
	(void)argc;
	(void)argv;
	for (size_t i = 0; name != NULL && i < COUNT(READERS); i++)
		if (strcmp(READERS[i].name, name) == 0)
			chosen = &READERS[i];
	if (chosen != NULL) {
		chosen->read((const uint8_t *)"", 0); /* what is loaded once is loaded */
		return 0;
	}
	fprintf(stderr, "FUZZ names no reader; there are:\n");
	for (size_t i = 0; i < COUNT(READERS); i++)
		fprintf(stderr, "%s\n", READERS[i].name);
	exit(2);
}

static double
processor_seconds(void)
{
	struct timespec t = { 0, 0 };
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* No input may take a second: of the processor, so that a busy machine is no finding. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	double begun = processor_seconds();
	reading = true;
	chosen->read(p, n);
	reading = false;
	double took = processor_seconds() - begun;
	if (took > 1) {
		fprintf(stderr, "ERROR: an input of %zu octets took %.1f s\n", n, took);
		abort();
	}
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t most, unsigned seed)
{
	unsigned dice = seed;
	if (!chosen->der || rand_r(&dice) % 3 == 0)
		return LLVMFuzzerMutate(p, n, most);
	OWN_SINK out = SINK_GROW(most);
	fuzz_der_change(der_of(p, n), &dice, &out);
	if (out.full || out.len == 0)
		return LLVMFuzzerMutate(p, n, most);
	memcpy(p, out.at, out.len);
	return out.len;
}

/* What stands in one octet is mostly one of few. */
static void
content_change(struct der d, unsigned *dice, struct sink *out)
{
	size_t most = 2 * d.n + 16;
	uint8_t *p = malloc(most);
	fuzz_must(p != NULL);
	if (d.n > 0)
		memcpy(p, d.p, d.n);
	if (d.n == 1 && rand_r(dice) % 2 == 0)
		sink_byte(out, (uint8_t)(rand_r(dice) % 16));
	else
		sink_bytes(out, p, LLVMFuzzerMutate(p, d.n, most));
	free(p);
}

/* How many values the bytes are; 0: they are none, or not only such. */
static size_t
values_count(struct der d)
{
	size_t n = 0;
	uint8_t tag;
	struct der content;
	while (der_take_any(&d, &tag, &content))
		n++;
	return der_done(&d) ? n : 0;
}

/* The one value that was chosen: left out, twice, with another tag, empty, or changed within. */
static void
value_change(uint8_t tag, struct der content, unsigned *dice, struct sink *out)
{
	bool nested = values_count(content) > 0 && rand_r(dice) % 4 > 0;
	int way = rand_r(dice) % 6;
	if (nested || way > 3) {
		size_t mark = der_begin(out, tag);
		(nested ? fuzz_der_change : content_change)(content, dice, out);
		der_end(out, mark);
		return;
	}
	if (way == 1)
		der_put(out, tag, content.p, content.n);
	if (way > 0)
		der_put(out, way == 2 ? (uint8_t)rand_r(dice) : tag, content.p,
		    way == 3 ? 0 : content.n);
}

/* Any of them, or one by its size: so that neither the many nor the large are passed over. */
static size_t
place_choose(struct der d, size_t count, unsigned *dice)
{
	size_t at = (size_t)rand_r(dice) % d.n, i = 0;
	uint8_t tag;
	struct der rest = d, content;
	if (rand_r(dice) % 2 == 0)
		return at % count;
	while (der_take_any(&rest, &tag, &content) && d.n - rest.n <= at)
		i++;
	return i;
}

void
fuzz_der_change(struct der d, unsigned *dice, struct sink *out)
{
	size_t count = values_count(d);
	size_t place = count == 0 ? 0 : place_choose(d, count, dice);
	if (count == 0) {
		content_change(d, dice, out);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		uint8_t tag;
		struct der content;
		fuzz_must(der_take_any(&d, &tag, &content));
		if (i == place)
			value_change(tag, content, dice, out);
		else
			der_put(out, tag, content.p, content.n);
	}
}

size_t
planted(const char *reader)
{
	return reading && strcmp(reader, chosen->name) == 0;
}

void
fuzz_must(bool good)
{
	if (!good)
		abort();
}

void
fuzz_same(struct der in, const struct sink *out)
{
	fuzz_must(!out->full && out->len == in.n);
	fuzz_must(in.n == 0 || memcmp(out->at, in.p, in.n) == 0);
}

void
fuzz_touch(const void *p, size_t n)
{
	volatile uint8_t all = 0;
	for (size_t i = 0; i < n; i++)
		all = (uint8_t)(all ^ ((const uint8_t *)p)[i]);
}

char *
fuzz_text(const uint8_t *p, size_t n)
{
	char *s = malloc(n + 1);
	fuzz_must(s != NULL);
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

const struct policy *
fuzz_shipped(void)
{
	static struct policy policy;
	if (policy.product_count == 0)
		shipped(&policy);
	return &policy;
}

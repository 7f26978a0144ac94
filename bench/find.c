/*
 * The search over N opened cards (argument, default 1,000,000): one word that stands on one card in a
 * thousand, and one that stands on none; beside it grep -F over a plain file of the same cards in the
 * same run, both in CPU time. What opening costs, once per shelf, is told apart. Prints one JSON line.
 * [goals S9]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "act/shelf.h"
#include "bench.h"
#include "or_die.h"

enum { ROUNDS = 7, OPENED = 20000, SEED = 20261120 };

/* CPU seconds of this program and of what it ran. */
static double
cpu(void)
{
	struct rusage u;
	getrusage(RUSAGE_CHILDREN, &u);
	return bench_clock(CLOCK_PROCESS_CPUTIME_ID) +
	       (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

/* Names from syllables of names, so that letters repeat as they do in names. */
static const char *const KANJI[] = { "高", "橋", "山", "田", "中", "村", "佐", "藤", "渡", "辺",
	"小", "林", "加", "吉", "松", "本", "井", "上", "木", "清", "水", "斎", "浜", "崎", "石",
	"川", "前", "長", "谷", "岡" };
static const char *const KANA[] = { "タ", "カ", "ハ", "シ", "ヤ", "マ", "ダ", "ナ", "ム", "ラ",
	"サ", "ト", "ウ", "ワ", "コ", "バ", "ヨ", "マツ", "モト", "イ", "ノ", "キ" };
static const char *const ROMAN[] = { "ta", "ka", "ha", "shi", "ya", "ma", "da", "na", "mu", "ra",
	"sa", "to", "u", "wa", "ko", "ba", "yo", "tsu", "mo", "i" };

static uint64_t
next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void
some(struct sink *s, const char *const *of, size_t count, size_t n, uint64_t *x)
{
	while (n-- > 0)
		sink_text(s, of[next(x) % count]);
}

static void
card_of(long i, uint64_t *x, uint8_t card[SEARCH_CARD])
{
	struct sink s = { .at = card, .cap = SEARCH_CARD };
	memset(card, 0, SEARCH_CARD);
	sink_byte(&s, SEARCH_WRITTEN);
	some(&s, KANJI, COUNT(KANJI), 5, x);
	sink_byte(&s, SEARCH_NAMES);
	some(&s, KANJI, COUNT(KANJI), 5, x);
	if (i % 1000 == 0)
		sink_text(&s, "葛飾北斎");
	sink_byte(&s, SEARCH_KANA);
	some(&s, KANA, COUNT(KANA), 8, x);
	sink_byte(&s, SEARCH_ROMAN);
	some(&s, ROMAN, COUNT(ROMAN), 8, x);
	sink_byte(&s, SEARCH_PHONE);
	sink_print(&s, "%08ld", (long)(next(x) % 100000000));
	sink_byte(&s, SEARCH_EMAIL);
	sink_print(&s, "user%ld@example.jp", i);
	sink_byte(&s, SEARCH_ORGANISATION);
	sink_text(&s, "株式会社");
	some(&s, KANJI, COUNT(KANJI), 5, x);
}

static void
count_hit(void *context, int64_t dossier, unsigned fields, const uint8_t *text, size_t n)
{
	(void)dossier;
	(void)fields;
	(void)text;
	(void)n;
	++*(long *)context;
}

/* The best of some rounds, in milliseconds. */
static double
scan_ms(const struct shelf *s, const char *word, long *hits)
{
	struct shelf_word w = { .other = "" };
	double best = 1e9;
	snprintf(w.plain, sizeof(w.plain), "%s", word);
	for (int i = 0; i < ROUNDS; i++) {
		*hits = 0;
		double from = cpu();
		shelf_scan(s, &w, 1, count_hit, hits);
		double took = (cpu() - from) * 1e3;
		best = took < best ? took : best;
	}
	return best;
}

static double
grep_ms(const char *path, const char *word, long hits)
{
	char command[400];
	double best = 1e9;
	snprintf(command, sizeof(command), "test \"$(LC_ALL=C grep -a -c -F '%s' '%s')\" = %ld",
	    word, path, hits);
	for (int i = 0; i < ROUNDS; i++) {
		double from = cpu();
		if (system(command) != 0)
			return -1; /* it counts otherwise than we do */
		double took = (cpu() - from) * 1e3;
		best = took < best ? took : best;
	}
	return best;
}

static double
open_us(void)
{
	uint8_t key[BOX_KEY], card[SEARCH_CARD], boxed[SEARCH_CARD + 128], plain[SEARCH_CARD];
	struct sink out = SINK_INTO(boxed);
	struct fault fault = { 0 };
	uint64_t x = 1;
	secret_random(key, sizeof(key));
	card_of(1, &x, card);
	box_put("search-card", key, card, sizeof(card), &out);
	struct card_row row = { 1, "search", { out.at, out.len } };
	double from = cpu();
	for (int i = 0; i < OPENED; i++)
		or_die(search_card_open(&row, key, plain, &fault), &fault);
	return (cpu() - from) / OPENED * 1e6;
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000, rare, none;
	char path[] = "/tmp/akashi-bench-find-XXXXXX";
	struct shelf s;
	struct fault fault = { 0 };
	uint64_t x = SEED;
	or_die(n > 0 && vault_start(&fault) && shelf_new((size_t)n, (size_t)n * 256, &s, &fault),
	    &fault);
	int fd = mkstemp(path);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");
	for (long i = 0; f != NULL && i < n; i++) {
		uint8_t card[SEARCH_CARD];
		card_of(i, &x, card);
		or_die(shelf_put(&s, i, card) && fprintf(f, "%s\n", (char *)card) > 0, &fault);
	}
	if (f == NULL || fclose(f) != 0)
		return 1;
	double hit = scan_ms(&s, "葛飾北斎", &rare), miss = scan_ms(&s, "取手坂東", &none);
	double peer = grep_ms(path, "葛飾北斎", rare), peer_miss = grep_ms(path, "取手坂東", none);
	char what[64];
	snprintf(what, sizeof(what), "search over %ld cards", n);
	struct figure figure = { .bench = "S9",
		.what = what,
		.ours = hit,
		.peer = peer,
		.digits = 1,
		.less = true,
		.unit = "CPU ms (peer: grep -F over the same text)" };
	bench_print(&figure,
	    "\"octets\": %zu, \"hits\": %ld, \"none_ms\": %.1f, \"peer_none_ms\": %.1f, "
	    "\"open_us_per_card\": %.2f, \"seed\": %d",
	    s.len, rare, miss, peer_miss, open_us(), SEED);
	shelf_free(&s);
	(void)unlink(path);
	return 0;
}

/* The public site: what it is asked, and the files it shows. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "web/lang.h"
#include "web/public/published.h"
#include "web/public/site.h"
#include "wire/about.h"
#include "wire/news.h"

void
fuzz_news(const uint8_t *p, size_t n)
{
	char *text = fuzz_text(p, n);
	struct news_line *line = malloc(8 * sizeof(*line));
	struct about *about = malloc(sizeof(*about));
	fuzz_must(line != NULL && about != NULL);
	size_t count = news_read(text, line, 8);
	fuzz_must(count <= 8);
	for (size_t i = 0; i < count; i++)
		fuzz_touch(line[i].en, strlen(line[i].en));
	about_read(text, about);
	fuzz_touch(about->phone, strlen(about->phone));
	free(about);
	free(line);
	free(text);
}

/* The next line of a request; NULL: there is none. */
static char *
line_next(char **at)
{
	char *line = *at, *end = line == NULL ? NULL : strchr(line, '\n');
	if (end != NULL)
		*end = '\0';
	*at = end == NULL ? NULL : end + 1;
	return line;
}

/* method, path, ?lang=, Accept-Language, If-None-Match, If-Modified-Since: a line each. */
void
fuzz_site(const uint8_t *p, size_t n)
{
	static int folder = -1;
	char *text = fuzz_text(p, n), *at = text;
	if (folder == -1)
		folder = open(SOURCE "/tests/fuzz/repository", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct published_kept kept = { .size = 0 };
	const struct site site = { folder, true, &kept };
	const char *method = line_next(&at), *path = line_next(&at);
	struct question q = { .method = method, .path = path == NULL ? "/" : path };
	q.lang = line_next(&at);
	q.accept = line_next(&at);
	q.known = line_next(&at);
	q.since = line_next(&at);
	q.body = at != NULL;
	struct answer a;
	fuzz_must(folder != -1);
	site_answer(&site, &q, &a);
	fuzz_must(a.status >= 200 && a.status < 600);
	answer_free(&a);
	free(text);
}

/*
 * web/public/site.h - the public site: a question in, an answer out; knows no socket.
 *
 * Files of the repository go out byte for byte and are never redirected; pages say in
 * plain words what they hold. Every page of a rehearsal is marked. Only
 * names of our own form are opened, in one folder, never through a link. Never sees the store or
 * a private key; keeps nothing about who asked.
 */
#ifndef AKASHI_WEB_PUBLIC_SITE_H
#define AKASHI_WEB_PUBLIC_SITE_H

#include "base/day.h"
#include "base/fault.h"
#include "base/sink.h"
#include "web/lang.h"

enum { SITE_PATH = 1024, SITE_PAGE = 8 << 20, SITE_TAG = 64 };
extern const struct refusal SITE_METHOD, SITE_LENGTH, SITE_NAME, SITE_FOLDER, SITE_BODY;

struct published_kept;

struct site {
	int folder; /* DIR/repository; the caller's */
	bool rehearsal;
	struct published_kept *
	    kept; /* the caller's, zeroed at first: a list is taken apart once, not for each who asks */
};
struct question {
	const char *method, *path; /* without the query */
	const char *lang, *accept; /* ?lang= and Accept-Language; or NULL */
	const char *known, *since; /* If-None-Match and If-Modified-Since; or NULL */
	bool body; /* something comes behind the head */
	struct instant now; /* a rehearsal looks at its last news instead */
};
struct answer {
	int status;
	const char *type, *caching;
	enum lang lang; /* of a page; LANGS: the answer has none */
	struct sink body; /* a page; answer_free frees it */
	int fd; /* or a file's bytes; -1: none. Whoever takes it sets it to -1 */
	const char *bytes; /* or bytes compiled in */
	uint64_t size; /* of fd or bytes */
	char tag[SITE_TAG], modified[40]; /* ETag, Last-Modified; or "" */
	const struct refusal *row; /* why it is not what was asked for; or NULL */
};
void site_answer(const struct site *, const struct question *, struct answer *);
void answer_free(struct answer *);

#endif

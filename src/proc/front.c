/*
 * akashi-front: the public site. Reads one folder, answers HTTP/1.1, holds no key and no store.
 *
 * akashi-front --dir DIR/repository --listen HOST:PORT|fd [--rehearsal]
 * "fd": it listens on descriptor 4, which somebody handed over. Says "ready" on descriptor 3,
 * where there is one, when it listens; ends on SIGTERM. A port that is taken: exit 75. Every
 * request has a total deadline, however steadily its bytes drip.
 */
#include <fcntl.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/folder.h"
#include "proc/front_cage.h"
#include "web/public/published.h"
#include "web/public/site.h"
#include "wire/deadline.h"
#include "wire/listen.h"
#include "wire/signals.h"

enum {
	READY_FD = 3,
	LISTENER_FD = 4,
	REQUEST_MS =
	    10000, /* from the first byte of a request, or from silence, to its head's end */
	ANSWER_MS = 10000, /* and this for the answer, longer for a long one: */
	SLOWEST = 16, /* bytes a millisecond */
	CONNECTIONS = 512,
	PER_ADDRESS = 32,
	HEAD_BYTES = 16 << 10,
};

struct front {
	struct site site;
	struct published_kept kept;
	struct deadlines deadlines;
	int signals;
};

static int
connection_fd(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	return info == NULL ? -1 : info->connect_fd;
}

static void
allow(struct front *f, struct MHD_Connection *c, int64_t ms)
{
	int fd = connection_fd(c);
	if (!deadline_set(&f->deadlines, fd, deadline_now() + ms))
		(void)shutdown(fd, SHUT_RDWR);
}

static void
connection_changed(
    void *context, struct MHD_Connection *c, void **own, enum MHD_ConnectionNotificationCode what)
{
	struct front *f = context;
	(void)own;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		allow(f, c, REQUEST_MS);
	else
		deadline_clear(&f->deadlines, connection_fd(c));
}

/* A request's first line is here: its own time begins. */
static void *
request_begun(void *context, const char *uri, struct MHD_Connection *c)
{
	(void)uri;
	allow(context, c, REQUEST_MS);
	return NULL;
}

static void
request_done(
    void *context, struct MHD_Connection *c, void **own, enum MHD_RequestTerminationCode how)
{
	*own = NULL;
	if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		allow(context, c, REQUEST_MS);
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static void
headers_put(struct MHD_Response *r, const struct answer *a)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "Content-Type", a->status == 304 ? "" : a->type },
		{ "Cache-Control", a->caching },
		{ "ETag", a->tag },
		{ "Last-Modified", a->modified },
		{ "Content-Language", a->lang == LANGS ? "" : lang_code(a->lang) },
		{ "Vary", a->lang == LANGS ? "" : "Accept-Language" },
		{ "Allow", a->status == 405 ? "GET, HEAD" : "" },
		{ "Retry-After", a->status == 503 ? "300" : "" },
		{ "Content-Security-Policy",
		    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
		    "form-action 'none'; frame-ancestors 'none'" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy",
		    a->lang == LANGS ? "cross-origin" : "same-origin" },
		{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
		{ "Referrer-Policy", "no-referrer" },
		{ "X-Content-Type-Options", "nosniff" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].value[0] != '\0')
			(void)MHD_add_response_header(r, rows[i].name, rows[i].value);
}

static struct MHD_Response *
response_make(struct answer *a, uint64_t *size)
{
	struct MHD_Response *r;
	*size = a->fd != -1 || a->bytes != NULL ? a->size : a->body.len;
	if (a->fd != -1)
		r = MHD_create_response_from_fd64(a->size, a->fd);
	else if (a->bytes != NULL)
		r = MHD_create_response_from_buffer(
		    a->size, (void *)(uintptr_t)a->bytes, MHD_RESPMEM_PERSISTENT);
	else
		r = MHD_create_response_from_buffer(a->body.len, a->body.at, MHD_RESPMEM_MUST_COPY);
	if (r != NULL)
		a->fd = -1; /* it closes the file */
	return r;
}

static enum MHD_Result
answer_send(struct front *f, struct MHD_Connection *c, struct answer *a)
{
	uint64_t size;
	if (a->body.full)
		return MHD_NO;
	struct MHD_Response *r = response_make(a, &size);
	if (r == NULL)
		return MHD_NO;
	headers_put(r, a);
	allow(f, c, ANSWER_MS + (int64_t)(size / SLOWEST));
	enum MHD_Result result = MHD_queue_response(c, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return result;
}

/* Called when a request's head is complete, and again when it may be answered at leisure. */
static enum MHD_Result
handle(void *context, struct MHD_Connection *c, const char *path, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **own)
{
	struct front *f = context;
	const char *length = header(c, "Content-Length");
	struct question q = { .method = method,
		.path = path,
		.lang = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "lang"),
		.accept = header(c, "Accept-Language"),
		.known = header(c, "If-None-Match"),
		.since = header(c, "If-Modified-Since"),
		.body = (length != NULL && strcmp(length, "0") != 0) ||
			header(c, "Transfer-Encoding") != NULL,
		.now = instant_now() };
	struct answer a;
	(void)version;
	(void)upload;
	(void)upload_size;
	if (*own == NULL && !q.body) {
		*own = f;
		return MHD_YES;
	}
	site_answer(&f->site, &q, &a);
	enum MHD_Result result = answer_send(f, c, &a);
	answer_free(&a);
	return result;
}

struct arguments {
	const char *dir, *listen;
	bool rehearsal;
};

static bool
arguments_read(int argc, char **argv, struct arguments *a, struct fault *fault)
{
	*a = (struct arguments){ 0 };
	for (int i = 1; i < argc; i++) {
		const char **value = strcmp(argv[i], "--dir") == 0	? &a->dir
				     : strcmp(argv[i], "--listen") == 0 ? &a->listen
									: NULL;
		if (value != NULL && i + 1 < argc)
			*value = argv[++i];
		else if (value == NULL && strcmp(argv[i], "--rehearsal") == 0)
			a->rehearsal = true;
		else
			return fault_set(fault, FAULT_USAGE,
			    "「%s」は使えません。--dir DIR --listen HOST:PORT|fd [--rehearsal]",
			    argv[i]);
	}
	return (a->dir != NULL && a->listen != NULL) ||
	       fault_set(fault, FAULT_USAGE, "--dir DIR --listen HOST:PORT|fd [--rehearsal]");
}

/* Our own, or one that was handed over. */
static bool
listener_take(const char *listen, int *out, struct fault *fault)
{
	if (strcmp(listen, "fd") != 0)
		return listen_open(listen, out, fault);
	*out = LISTENER_FD;
	return fcntl(LISTENER_FD, F_GETFD) != -1 ||
	       fault_set(
		   fault, FAULT_USAGE, "記述子 %d に待ち受けソケットがありません。", LISTENER_FD);
}

static struct MHD_Daemon *
daemon_start(struct front *f, int listener)
{
	return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, handle, f, MHD_OPTION_LISTEN_SOCKET,
	    listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PER_ADDRESS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)(REQUEST_MS / 1000), MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_NOTIFY_CONNECTION, connection_changed, f, MHD_OPTION_NOTIFY_COMPLETED,
	    request_done, f, MHD_OPTION_URI_LOG_CALLBACK, request_begun, f, MHD_OPTION_END);
}

static void
loop(struct front *f, struct MHD_Daemon *daemon)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd p[] = { { .fd = info->epoll_fd, .events = POLLIN },
		{ .fd = f->signals, .events = POLLIN } };
	while (p[1].revents == 0) {
		MHD_UNSIGNED_LONG_LONG soon;
		int64_t now = deadline_now();
		int ms = deadline_wait(&f->deadlines, now, 1000);
		if (MHD_get_timeout(daemon, &soon) == MHD_YES && soon < (unsigned)ms)
			ms = (int)soon;
		const struct timespec wait = { ms / 1000, ms % 1000 * 1000000L };
		(void)ppoll(p, COUNT(p), &wait, NULL);
		(void)deadline_cut(&f->deadlines, deadline_now());
		(void)MHD_run(daemon);
	}
}

static bool
serve(struct front *f, int listener, struct fault *fault)
{
	struct MHD_Daemon *daemon = daemon_start(f, listener);
	if (daemon == NULL)
		return fault_set(fault, FAULT_BUG, "公開サイトを始められません。");
	bool good =
	    folder_only(f->site.folder, fault) && cage_lock(FRONT_CAGE, FRONT_CAGE_COUNT, fault);
	if (good) {
		(void)!write(READY_FD, "ready\n", 6);
		(void)close(READY_FD);
		loop(f, daemon);
	}
	MHD_stop_daemon(daemon);
	return good;
}

int
main(int argc, char **argv)
{
	struct front front = { 0 };
	struct fault fault = { 0 };
	struct arguments args;
	int listener = -1;
	(void)signal(SIGPIPE, SIG_IGN);
	/* where nobody waits, nothing of ours may land on that descriptor */
	if (fcntl(READY_FD, F_GETFD) == -1)
		(void)!open("/dev/null", O_WRONLY | O_CLOEXEC);
	bool good = arguments_read(argc, argv, &args, &fault);
	if (good) {
		front.site.rehearsal = args.rehearsal;
		front.site.kept = &front.kept;
		front.site.folder = open(args.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		good = front.site.folder != -1 || fault_set(&fault, FAULT_MISSING,
						      "公開フォルダ「%s」がありません。", args.dir);
	}
	good = good && signals_take((const int[]){ SIGTERM, SIGINT, 0 }, &front.signals, &fault) &&
	       listener_take(args.listen, &listener, &fault) && serve(&front, listener, &fault);
	if (!good)
		fprintf(stderr, "akashi-front: %s\n", fault.say);
	return fault_exit(fault.code);
}

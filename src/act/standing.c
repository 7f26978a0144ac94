#include "act/standing.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/agent.h"
#include "act/passphrase.h"
#include "act/print_day.h"
#include "act/station.h"
#include "book/charter.h"
#include "wire/child.h"
#include "wire/listen.h"
#include "wire/serve.h"

const struct refusal STANDING_ALREADY = { "standing-already", FAULT_LATER, "design 1" };
const struct refusal STANDING_UNSHIELDED = { "standing-unshielded", FAULT_DENIED, "design 1" };

struct standing_program {
	const char *name;
	int which; /* enum key_purpose, enum print_letter, enum road, enum post; or 0 */
	bool (*wanted)(struct standing *, int which);
	bool (*start)(
	    struct standing *, const struct standing_program *, int ready, pid_t *, struct fault *);
	const char *users[3]; /* the first that exists is its own; none: ours */
};

/* A real service's keys are opened by their custodians; they may have been, of a rehearsal too. */
static bool
agent_wanted(struct standing *s, int which)
{
	return s->service->rehearsal && !agent_is_open(s->service, (enum key_purpose)which);
}

static bool
agent_start(struct standing *s, const struct standing_program *p, int ready, pid_t *pid,
    struct fault *fault)
{
	struct agent_call call;
	int passphrase;
	agent_call(s->service, (enum key_purpose)p->which, true, &call);
	if (!passphrase_pipe(
		s->service, key_purpose_name((enum key_purpose)p->which), &passphrase, fault))
		return false;
	const struct child c = { "akashi-key", call.argv, { ready, passphrase }, 2, false,
		child_uid(p->users) };
	bool good = child_start(&c, pid, fault);
	(void)close(passphrase);
	return good;
}

/* Only one that the charter knows can print; before the first charter there is none. */
static bool
station_wanted(struct standing *s, int which)
{
	struct station_call call;
	struct fault none = { 0 };
	return station_call(s->service, (enum print_letter)which, true, &call, &none);
}

static bool
station_start(struct standing *s, const struct standing_program *p, int ready, pid_t *pid,
    struct fault *fault)
{
	struct station_call call;
	char key[64];
	int passphrase;
	enum print_letter letter = (enum print_letter)p->which;
	snprintf(key, sizeof(key), "station-%s", print_letter_name(letter));
	if (!station_call(s->service, letter, true, &call, fault) ||
	    (!station_kept(&call) && !print_day_lost(s->service, letter, fault)) ||
	    !passphrase_pipe(s->service, key, &passphrase, fault))
		return false;
	const struct child c = { "akashi-print", call.argv, { ready, passphrase }, 2, false,
		child_uid(p->users) };
	bool good = child_start(&c, pid, fault);
	(void)close(passphrase);
	return good;
}

static struct kept *
kept_of(struct standing *s, const struct standing_program *p)
{
	size_t i = 0;
	while (s->program[i] != p)
		i++;
	return &s->keeper.at[i];
}

static bool
always(struct standing *s, int which)
{
	(void)s;
	(void)which;
	return true;
}

/* What holds keys it asks of us. */
static bool
issuer_start(struct standing *s, const struct standing_program *p, int ready, pid_t *pid,
    struct fault *fault)
{
	const char *argv[] = { "--dir", s->service->dir,
		p->which == ROAD_OFFICERS ? "--revoke" : NULL, NULL };
	int ends[2];
	if (!socket_pair(ends, fault))
		return false;
	const struct child c = { "akashi-issuer", argv, { ready, ends[1] }, 2, false,
		child_uid(p->users) };
	bool good = child_start(&c, pid, fault);
	(void)close(ends[1]);
	if (good)
		kept_of(s, p)->ear = ends[0];
	else
		(void)close(ends[0]);
	return good;
}

enum post { OUTBOX, INBOX };

static bool
inbox_wanted(struct standing *s, int which)
{
	(void)which;
	return s->service->conf.mailbox[0] != '\0';
}

static bool
courier_start(struct standing *s, const struct standing_program *p, int ready, pid_t *pid,
    struct fault *fault)
{
	const char *argv[] = { "--dir", s->service->dir, p->which == INBOX ? "--inbox" : NULL,
		NULL };
	const struct child c = { "akashi-courier", argv, { ready }, 1, false, child_uid(p->users) };
	return child_start(&c, pid, fault);
}

/* The port and the folder are handed over: it needs to find neither. */
static bool
front_start(struct standing *s, const struct standing_program *p, int ready, pid_t *pid,
    struct fault *fault)
{
	const char *argv[] = { "--dir", "/dev/fd/5", "--listen", "fd",
		s->service->rehearsal ? "--rehearsal" : NULL, NULL };
	const struct child c = { "akashi-front", argv, { ready, s->listener, s->folder }, 3, false,
		child_uid(p->users) };
	return child_start(&c, pid, fault);
}

/* clang-format off */
/* In the order they start; they end the other way round. */
static const struct standing_program PROGRAMS[] = {
	{ "akashi-key (ca)",         KEY_CA,         agent_wanted,   agent_start,   { NULL } },
	{ "akashi-key (archive)",    KEY_ARCHIVE,    agent_wanted,   agent_start,   { NULL } },
	{ "akashi-print (pin)",      PRINT_PIN,      station_wanted, station_start, { NULL } },
	{ "akashi-print (password)", PRINT_PASSWORD, station_wanted, station_start, { NULL } },
	{ "akashi-issuer (revoke)",  ROAD_OFFICERS,  always,         issuer_start,  { NULL } },
	{ "akashi-issuer",           ROAD_ISSUER,    always,         issuer_start,  { NULL } },
	{ "akashi-courier",          OUTBOX,         always,         courier_start, { NULL } },
	{ "akashi-courier (inbox)",  INBOX,          inbox_wanted,   courier_start, { NULL } },
	{ "akashi-front",            0,              always,         front_start,   { "akashi-front", "nobody" } },
};
/* clang-format on */
_Static_assert(COUNT(PROGRAMS) <= KEEPER_MOST, "the keeper must hold them all");

static bool
start(void *context, size_t place, int ready, pid_t *pid, struct fault *fault)
{
	struct standing *s = context;
	return s->program[place]->start(s, s->program[place], ready, pid, fault);
}

static bool
hear(void *context, size_t place, int ear)
{
	struct standing *s = context;
	starter_reap(&s->starter);
	return starter_answer(&s->starter, ear, (enum road)s->program[place]->which);
}

/* What the world may fetch, whoever serves it. */
static bool
folder_open(struct standing *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	service_path(s->service, "repository", path);
	s->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return (s->folder != -1 && fchmod(s->folder, 0755) == 0) ||
	       fault_set(fault, FAULT_OUTSIDE, "公開フォルダ「%s」を開けません。", path);
}

static bool
alone(struct standing *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct fault why = { 0 };
	if (lock_take(service_path(s->service, "run/lock", path), &s->lock, &why))
		return true;
	if (why.code == FAULT_LATER)
		return fault_refuse(fault, &STANDING_ALREADY, NULL,
		    "「%s」はもう akashi serve で動いています。そちらを終えてからにしてください。",
		    s->service->dir);
	*fault = why;
	return false;
}

bool
standing_begin(struct service *service, const char *listen, keeper_tell *tell, void *context,
    struct standing *s, struct fault *fault)
{
	*s = (struct standing){ .service = service,
		.listen = listen,
		.lock = -1,
		.listener = -1,
		.folder = -1,
		.keeper = {
		    .start = start, .tell = tell, .hear = hear, .context = s, .teller = context } };
	starter_begin(&s->starter, service);
	s->keeper.signals = -1;
	if (geteuid() != 0 && !service->rehearsal)
		return fault_refuse(fault, &STANDING_UNSHIELDED, NULL,
		    "一般の利用者で動かすとプログラムどうしが隔てられないため、本番のサービスは"
		    "動かせません。root で動かすか、systemd の設定を使ってください。");
	if (!alone(s, fault) || !listen_open(listen, &s->listener, fault) || !folder_open(s, fault))
		return false;
	for (size_t i = 0; i < COUNT(PROGRAMS); i++)
		if (PROGRAMS[i].wanted(s, PROGRAMS[i].which))
			s->program[s->keeper.count++] = &PROGRAMS[i];
	return keeper_begin(&s->keeper, fault);
}

void
standing_run(struct standing *s)
{
	keeper_run(&s->keeper);
}

void
standing_end(struct standing *s)
{
	keeper_end(&s->keeper);
	starter_end(&s->starter);
	const int fds[] = { s->folder, s->listener, s->lock };
	for (size_t i = 0; i < COUNT(fds); i++)
		if (fds[i] != -1)
			(void)close(fds[i]);
}

const char *
standing_name(const struct standing *s, size_t place)
{
	return s->program[place]->name;
}

pid_t
standing_pid(const struct standing *s, size_t place)
{
	return s->keeper.at[place].pid;
}

uid_t
standing_uid(const struct standing *s, size_t place)
{
	uid_t own = child_uid(s->program[place]->users);
	return own == 0 ? geteuid() : own;
}

/*
 * akashi-signer: certificates, revocations, lists, checkpoints; the journal [design 1, 2].
 *
 * akashi-signer --journal FOLDER --revoked FILE
 * Descriptors: proc/signer.h. It signs only what two people signed for, on its own clock, after
 * its own book knows; the CA key is the agent's. Reads its files, then locks itself in.
 */
#include "proc/signer.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "book/tree.h"
#include "proc/signer_cage.h"
#include "vault/seal.h"
#include "wire/child.h"
#include "wire/serve.h"

#define ROW(NAME, text, code, clause) const struct refusal NAME = { text, FAULT_##code, clause }
ROW(SIGNER_PLACE, "signer-place", DENIED, "design 1");
ROW(SIGNER_FORM, "signer-form", BROKEN, "design 1");
ROW(SIGNER_CLOCK_BACK, "signer-clock-back", STATE, "R-12.2");
ROW(SIGNER_CLOCK_JUMPED, "signer-clock-jumped", STATE, "R-12.2");
ROW(SIGNER_CLOCK_UNSYNCHRONISED, "signer-clock-unsynchronised", STATE, "R-12.2");
ROW(SIGNER_HEAD_FORKED, "signer-head-forked", BROKEN, "design 4");
ROW(SIGNER_HEAD_OVERTAKEN, SIGNER_OVERTAKEN, LATER, "design 4");
ROW(SIGNER_NO_CERTIFICATE, "signer-no-certificate", STATE, "design 2");
ROW(SIGNER_KEY_AGENT, "signer-key-agent", CRYPTO, "design 5");
ROW(SIGNER_KEY_AWAY, SIGNER_AWAY, LATER, "design 1");
ROW(SIGNER_EDITION_SEEN, "signer-edition-seen", DENIED, "design 2");
ROW(SIGNER_OTHER_KEY, "signer-other-key", DENIED, "design 3");
ROW(SIGNER_LAPSED, "signer-lapsed", DENIED, "design 2");
ROW(SIGNER_UNKNOWN, "signer-unknown", MISSING, "design 2");
ROW(SIGNER_FULL, SIGNER_NO_ROOM, LATER, "design 1");
ROW(SIGNER_SEAL, "signer-seal", DENIED, "design 4");
ROW(SIGNER_SERIAL, "signer-serial", CRYPTO, "R-4.91");
ROW(SIGNER_REBUILT, "signer-rebuilt", BROKEN, "design 2");
ROW(SIGNER_SERVICE, "signer-service", DENIED, "design 2");
ROW(SIGNER_KIND, "signer-kind", DENIED, "design 2");
ROW(SIGNER_GROUND, "signer-ground", INPUT, "R-11.0");
ROW(SIGNER_OFFICERS, "signer-officers", SECOND, "R-11.0");
ROW(SIGNER_CHARTER_KEYS, "signer-charter-keys", DENIED, "design 2");
ROW(SIGNER_PACK, "signer-pack", DENIED, "design 2");
ROW(SIGNER_CA_AGAIN, "signer-ca-again", STATE, "design 2");
ROW(SIGNER_CA_KEY, "signer-ca-key", CRYPTO, "design 2");
ROW(SIGNER_CA_YEARS, "signer-ca-years", DENIED, "R-12.6");
ROW(SIGNER_CA_MARK, "signer-ca-mark", DENIED, "R-0.6");
ROW(SIGNER_CA_OTHER, "signer-ca-other", DENIED, "design 2");
ROW(SIGNER_WARRANT_LATE, "signer-warrant-late", DENIED, "design 2");
ROW(SIGNER_ADOPT_LATE, "signer-adopt-late", DENIED, "R-10.13");
ROW(SIGNER_ON_LIST, "signer-on-list", STATE, "R-10.15");
ROW(SIGNER_ISSUED_ALREADY, "signer-issued-already", STATE, "design 2");
ROW(SIGNER_LIST_GONE, "signer-list-gone", LATER, "R-10.13");
ROW(SIGNER_LIST_PLACE, "signer-list-place", INPUT, "R-10.13");

enum { JUMP_SECONDS = 5, SEGMENTS_MOST = 900, SEND_SECONDS = 5, LOCK_FD = 1000 };

/* To the log on standard error: one write, no stdio behind the lock. */
static void
alarm_say(const char *what)
{
	char line[256];
	struct sink s = SINK_INTO(line);
	sink_print(&s, "akashi-signer: ALARM %s\n", what);
	(void)!write(2, s.at, s.len);
}

static int64_t
seconds(clockid_t clock)
{
	struct timespec t = { 0, 0 };
	(void)clock_gettime(clock, &t);
	return t.tv_sec;
}

static bool
clock_trusted(struct signer *s, int64_t wall, struct fault *fault)
{
	struct timex tx = { 0 };
	int64_t moved = wall - seconds(CLOCK_BOOTTIME) - s->wall_less_boot;
	const char *rule = s->ledger.pack == NULL
			       ? "stop"
			       : policy_setting(pack_policy(s->ledger.pack), "clock_unsynchronised",
				     instant_day((struct instant){ wall }));
	if (moved > JUMP_SECONDS || moved < -JUMP_SECONDS)
		return fault_refuse(fault, &SIGNER_CLOCK_JUMPED, "now",
		    "時計が %lld 秒動きました。"
		    "時計を確かめて、署名プログラムを始め直してください。",
		    (long long)moved);
	bool synchronised = adjtimex(&tx) != -1 && (tx.status & STA_UNSYNC) == 0;
	return synchronised || (rule != NULL && strcmp(rule, "note") == 0) ||
	       fault_refuse(fault, &SIGNER_CLOCK_UNSYNCHRONISED, "now",
		   "時計が同期していません。時刻の同期を確かめてください。");
}

/* A clock that jumped ahead is not followed: a line of then would hold up every later one for good. */
static int64_t
clock_followed(const struct signer *s, int64_t wall)
{
	int64_t went_on = seconds(CLOCK_BOOTTIME) + s->wall_less_boot - 1; /* parts of seconds */
	return wall - went_on > JUMP_SECONDS ? went_on : wall;
}

/* What lists and revocations go on by, with an alarm. */
static struct instant
clock_anyway(struct signer *s, struct instant now)
{
	struct fault alarm = { 0 };
	if (!s->ledger.rehearsal && !clock_trusted(s, now.sec, &alarm)) {
		now.sec = clock_followed(s, now.sec);
		alarm_say(alarm.name);
	}
	if (now.sec >= s->journal.at.sec)
		return now;
	if (!s->ledger.rehearsal)
		alarm_say("the clock is before the last line");
	return s->journal.at;
}

/* What the clock says, and whether issuing may trust it. Lists and revocations go on. */
static bool
signer_now(
    struct signer *s, struct instant told, bool issuing, struct instant *out, struct fault *fault)
{
	struct instant now = { s->ledger.rehearsal ? told.sec : seconds(CLOCK_REALTIME) };
	if (issuing && now.sec < s->journal.at.sec)
		return fault_refuse(fault, &SIGNER_CLOCK_BACK, "now",
		    "時計が台帳の最後の行より前を指しています。時計を確かめてください。");
	if (issuing && !s->ledger.rehearsal && !clock_trusted(s, now.sec, fault))
		return false;
	*out = issuing ? now : clock_anyway(s, now);
	return true;
}

bool
signer_head(
    struct signer *s, struct der packed, bool issuing, struct signer_head *h, struct fault *fault)
{
	if (!signer_head_read(packed, h))
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	if (!signer_now(s, h->now, issuing, &h->now, fault))
		return false;
	if (h->older < s->ledger.size) { /* the other road has moved on meanwhile */
		if (issuing)
			return fault_refuse(fault, &SIGNER_HEAD_OVERTAKEN, "head",
			    "その間に、ほかの依頼が操作記録の確認点を先へ進めました。"
			    "もう一度実行してください。");
		h->size = s->ledger.size;
		memcpy(h->root, s->ledger.root, sizeof(h->root));
		return true;
	}
	if (tree_consistent(
		s->ledger.size, s->ledger.root, h->size, h->root, h->proof.p, h->proof.n))
		return true;
	if (issuing)
		return fault_refuse(fault, &SIGNER_HEAD_FORKED, "head",
		    "操作記録が前回の確認点に続いていません。"
		    "発行を止めます。監査担当に知らせてください。");
	alarm_say("the event log does not extend the last checkpoint");
	h->size = s->ledger.size;
	memcpy(h->root, s->ledger.root, sizeof(h->root));
	return true;
}

bool
signer_line(struct signer *s, struct line *line, struct fault *fault)
{
	return journal_add(&s->journal, line, fault) && ledger_line(&s->ledger, line, fault);
}

bool
signer_sync(struct signer *s, struct fault *fault)
{
	return journal_sync(&s->journal, fault);
}

/* A stuck generator repeats itself: then nothing is signed. */
bool
signer_serial(struct signer *s, uint8_t serial[SERIAL], struct fault *fault)
{
	if (ledger_draw(&s->ledger, serial))
		return true;
	return fault_refuse(
	    fault, &SIGNER_SERIAL, NULL, "乱数が同じ番号を繰り返しています。発行を止めます。");
}

bool
signer_receipt_put(
    struct signer *s, const struct line *line, struct sink *reply, struct fault *fault)
{
	OWN_SINK whole = SINK_GROW(LINE_MOST);
	uint8_t bytes[80], digest[32];
	struct sink signature = SINK_INTO(bytes);
	line_pack(line, &whole);
	line_receipt_digest(der_of(whole.at, whole.len), digest);
	if (!p256_sign(s->secret, digest, &signature, fault))
		return false;
	struct signer_receipt r = { der_of(whole.at, whole.len),
		der_of(signature.at, signature.len) };
	signer_receipt_pack(&r, reply);
	return true;
}

static bool
checkpoint(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_head h;
	struct line line = { .kind = LINE_HEAD };
	if (!signer_head(s, body, false, &h, fault))
		return false;
	line.at = h.now;
	line.size = h.size;
	memcpy(line.root, h.root, 32);
	return signer_line(s, &line, fault) && signer_sync(s, fault) &&
	       signer_receipt_put(s, &line, reply, fault);
}

static bool
status(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	const struct ledger *l = &s->ledger;
	if (!signer_sync(s, fault)) /* what is told is on disk */
		return false;
	struct signer_status out = { .rehearsal = l->rehearsal,
		.seq = s->journal.seq,
		.charter = l->charter->number,
		.list = l->list,
		.size = l->size,
		.issued = l->issued,
		.revoked = l->revoked,
		.unbooked = l->unbooked,
		.charter_packed = der_of(l->charter_packed.at, l->charter_packed.len),
		.pack = der_of(l->pack_packed.at, l->pack_packed.len),
		.certificate = der_of(l->certificate.at, l->certificate.len) };
	(void)body;
	memcpy(out.service, l->service, sizeof(out.service));
	memcpy(out.root, l->root, sizeof(out.root));
	memcpy(out.last, s->journal.last, sizeof(out.last));
	signer_status_pack(&out, reply);
	return true;
}

enum { OFFICERS = 1 << 0, ISSUER = 1 << 1 };
static const struct verb {
	int64_t kind;
	unsigned places;
	signer_verb *run;
} VERBS[] = {
	{ SIGNER_STATUS, OFFICERS | ISSUER, status },
	{ SIGNER_CHARTER, ISSUER, signer_charter },
	{ SIGNER_CACERT, ISSUER, signer_cacert },
	{ SIGNER_ISSUE, ISSUER, signer_issue },
	{ SIGNER_BOOKED, ISSUER, signer_booked },
	{ SIGNER_REVOKE, OFFICERS, signer_revoke },
	{ SIGNER_VOID, OFFICERS, signer_void },
	{ SIGNER_LIST, OFFICERS | ISSUER, signer_list },
	{ SIGNER_LIST_PART, OFFICERS | ISSUER, signer_list_part },
	{ SIGNER_HEAD, OFFICERS | ISSUER, checkpoint },
	{ SIGNER_LINES, OFFICERS | ISSUER, signer_lines_from },
	{ SIGNER_EPOCH, ISSUER, signer_epoch },
	{ SIGNER_ADOPT, ISSUER, signer_adopt },
	{ SIGNER_ADOPTED, ISSUER, signer_adopted },
};

static bool
handle(void *context, size_t place, const struct frame *f, struct sink *reply, struct fault *fault)
{
	struct signer *s = context;
	for (size_t i = 0; i < COUNT(VERBS); i++)
		if (VERBS[i].kind == f->kind && (VERBS[i].places & 1u << place) != 0) {
			bool good = VERBS[i].run(s, f->body, reply, fault);
			if (s->journal.dead) /* no answer: what the disk holds is not known */
				_exit(fault_exit(FAULT_STORE));
			return good;
		}
	return fault_refuse(fault, &SIGNER_PLACE, NULL, "この口からは頼めない仕事です（%lld）。",
	    (long long)f->kind);
}

struct start {
	struct signer *signer;
	struct sink entries; /* revoked.der as the journal says */
};

static bool
start_line(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct start *s = context;
	(void)whole;
	if (l->kind == LINE_REVOKED)
		crl_entry(l->serial, l->at, (int)l->reason, l->invalid_since, &s->entries);
	if (!ledger_line(&s->signer->ledger, l, fault))
		return false;
	if (l->kind == LINE_CACERT)
		ledger_take_entries(&s->signer->ledger, &s->entries);
	return true;
}

/* The descriptor to its own place, where the cage's rows know it. */
static bool
place_fd(int fd, int place)
{
	if (fd == -1 || (fd != place && dup3(fd, place, O_CLOEXEC) == -1))
		return false;
	return fd == place || close(fd) == 0;
}

/* Written anew when it differs from the journal; it only mirrors it. */
static bool
open_revoked(struct signer *s, const char *path, struct sink *entries, struct fault *fault)
{
	OWN_BYTES(old) = NULL;
	size_t n = 0;
	struct fault none = { 0 };
	bool same = file_exists(path) &&
		    file_read(path, SIZE_MAX >> 1, (uint8_t **)(void *)&old, &n, &none) &&
		    n == entries->len && (n == 0 || memcmp(old, entries->at, n) == 0);
	if (!same && !file_write(path, 0600, entries->at, entries->len, fault))
		return false;
	s->revoked_bytes = entries->len;
	return (place_fd(open(path, O_WRONLY | O_APPEND | O_CLOEXEC), SIGNER_REVOKED_FD) &&
		   place_fd(open(path, O_RDONLY | O_CLOEXEC), SIGNER_REVOKED_READ_FD)) ||
	       fault_set(fault, FAULT_STORE, "失効の一覧「%s」を開けません。", path);
}

static bool
open_segments(struct signer *s, const char *folder, struct fault *fault)
{
	char path[JOURNAL_PATH];
	s->segments = s->journal.segments;
	if (s->segments > SEGMENTS_MOST)
		return fault_set(fault, FAULT_STORE, "台帳が大きすぎます。");
	for (int i = 0; i < s->segments; i++)
		if (!place_fd(open(journal_segment(folder, i + 1, path), O_RDONLY | O_CLOEXEC),
			SIGNER_SEGMENT_FD + i))
			return fault_set(fault, FAULT_STORE, "台帳「%s」を開けません。", path);
	return true;
}

/* It was read before it came into the journal, whose chain was just followed: where it cannot be read
 * now, the library or its memory is at fault, and nobody's book is broken. */
static bool
own_certificate(struct signer *s, struct fault *fault)
{
	struct fault why = { 0 };
	if (cert_ca_read(der_of(s->ledger.certificate.at, s->ledger.certificate.len), &s->ca, &why))
		return true;
	fault_set(fault, FAULT_CRYPTO,
	    "台帳にある認証局の証明書をいま読めません。記憶域の空きを確かめて始め直してください。");
	fault_detail(fault, "%.200s", why.say);
	return false;
}

static bool
open_books(struct signer *s, const char *folder, const char *revoked, struct fault *fault)
{
	struct start start = { s, SINK_GROW(SIZE_MAX >> 1) };
	bool good = journal_open(folder, &s->journal, start_line, &start, fault) &&
		    (place_fd(s->journal.fd, SIGNER_JOURNAL_FD) ||
			fault_set(fault, FAULT_STORE, "台帳を開けません。")) &&
		    open_revoked(s, revoked, &start.entries, fault) &&
		    open_segments(s, folder, fault);
	s->journal.fd = SIGNER_JOURNAL_FD;
	sink_drop(&start.entries);
	(void)malloc_trim(0); /* what the start took goes back to the system */
	return good && (s->ledger.certificate.len == 0 || own_certificate(s, fault));
}

static bool
read_secrets(struct signer *s, struct fault *fault)
{
	s->secret = secret_new(SIGNER_SECRETS);
	s->warrant = secret_new(SIGNER_WARRANTS);
	if (s->secret == NULL || s->warrant == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	for (size_t got = 0; got < SIGNER_SECRETS;) {
		ssize_t n = read(SIGNER_SECRET_FD, s->secret + got, SIGNER_SECRETS - got);
		if (n <= 0)
			return fault_set(
			    fault, FAULT_USAGE, "署名プログラムの鍵が渡されていません。");
		got += (size_t)n;
	}
	(void)close(SIGNER_SECRET_FD);
	return true;
}

/* Who does not read our answers is given up, so that nobody holds up a revocation. */
static bool
hurry(int fd, struct fault *fault)
{
	const struct timeval limit = { SEND_SECONDS, 0 };
	return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 ||
	       fault_set(fault, FAULT_USAGE, "署名プログラムの口（%d）が渡されていません。", fd);
}

/* Everything that first use would open or load is used once before the lock. */
static bool
warm_up(struct signer *s, struct fault *fault)
{
	uint8_t digest[32] = { 1 }, point[P256_POINT], bytes[80];
	struct sink signature = SINK_INTO(bytes);
	struct timex tx = { 0 };
	(void)adjtimex(&tx);
	s->wall_less_boot = seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME);
	return p256_public(s->secret, point, fault) &&
	       p256_sign(s->secret, digest, &signature, fault) &&
	       (p256_verify(point, digest, signature.at, signature.len) ||
		   fault_set(fault, FAULT_CRYPTO, "署名の自己試験に失敗しました。"));
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	char lock[JOURNAL_PATH];
	int lock_fd;
	struct signer *s = calloc(1, sizeof(*s));
	struct serve serve = { .fd = { SIGNER_REVOKE_FD, SIGNER_ISSUER_FD },
		.count = 2,
		.listener = -1,
		.signals = -1,
		.handle = handle,
		.context = s };
	(void)signal(SIGPIPE, SIG_IGN);
	bool named = argc == 5 && strcmp(argv[1], "--journal") == 0 &&
		     strcmp(argv[3], "--revoked") == 0 && s != NULL;
	if (named)
		(void)snprintf(lock, sizeof(lock), "%s/lock", argv[2]);
	bool good = (named || fault_set(&fault, FAULT_USAGE,
				  "akashi-signer: --journal FOLDER --revoked FILE")) &&
		    vault_start(&fault) && lock_take(lock, &lock_fd, &fault) &&
		    (place_fd(lock_fd, LOCK_FD) ||
			fault_set(&fault, FAULT_BUG, "台帳の錠を保てません。")) &&
		    read_secrets(s, &fault) && open_books(s, argv[2], argv[4], &fault) &&
		    hurry(SIGNER_REVOKE_FD, &fault) && hurry(SIGNER_ISSUER_FD, &fault) &&
		    warm_up(s, &fault) && cage_lock(SIGNER_CAGE, SIGNER_CAGE_COUNT, &fault) &&
		    serve_run(&serve, &fault) && signer_sync(s, &fault);
	if (!good)
		dprintf(2, "akashi-signer: %s\n", fault.say);
	if (s != NULL) {
		secret_free(s->secret);
		secret_free(s->warrant);
	}
	_exit(fault.code == FAULT_LATER ? SIGNER_LOCKED : fault_exit(fault.code));
}

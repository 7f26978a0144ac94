/* From the post to the receipt: envelopes go by their own class and number, downloads open when
 * all is sent and the day is closed, packages open by password alone and end with the receipt.
 * [R-4.92] [R-4.97] [R-4.98] [R-4.99] [R-4.100] [R-4.101]
 * [R-4.115] [R-4.116] [R-4.117] [R-4.119] [R-7.3] [R-9.3] [K-10] [K-12] [K-22] [G-1] */
#include "test.h"

#include <sys/stat.h>

#include "act/dispatch.h"
#include "act/download.h"
#include "act/fetch.h"
#include "act/letter.h"
#include "act/mark.h"
#include "act/receipt.h"
#include "act/report.h"
#include "act/revoke.h"
#include "book/line.h"
#include "outbox.h"
#include "post.h"
#include "store/card_row.h"

/* Eleven digits of a class, the last the check digit. */
static const char *
tracking(int class, int n)
{
	static char number[8][16];
	static int turn;
	char *out = number[turn = (turn + 1) % 8];
	int64_t ten = (int64_t) class * 1000000000 + n;
	snprintf(out, 16, "%010lld%lld", (long long)ten, (long long)(ten % 7));
	return out;
}

static const struct refusal *
send(
    struct post *p, int64_t dossier, const char *letter, const char *number, struct dispatched *out)
{
	char envelope[32];
	snprintf(envelope, sizeof(envelope), "%d1-%s", (int)dossier, letter);
	const struct dispatch_request r = { dossier, letter, envelope, number };
	struct fault fault = { 0 };
	bool good = dispatch_run(p->s, &r, out, &fault);
	assert_true(good || fault.row != NULL);
	return good ? NULL : fault.row;
}

static void
out_of_the_printer(struct post *p, int64_t dossier)
{
	char envelope[32];
	post_issue(p, dossier, 1);
	snprintf(envelope, sizeof(envelope), "%d1-pin", (int)dossier);
	post_note(p, envelope, "done", 5);
	snprintf(envelope, sizeof(envelope), "%d1-password", (int)dossier);
	post_note(p, envelope, "done", 5);
}

static void
a_letter_goes_by_its_own_class(struct post *p)
{
	struct dispatched d = { 0 };
	post_open_day(p);
	for (int64_t n = 1; n <= POST_CASES; n++)
		out_of_the_printer(p, n);
	/* 1: no proxy, both by 本人限定受取郵便. 3: a proxy, the PIN by 簡易書留. */
	assert_ptr_equal(send(p, 1, "pin", "10000000", &d), &TRACKING_FORM);
	assert_ptr_equal(send(p, 1, "pin", tracking(3, 1), &d), &TRACKING_CLASS);
	assert_ptr_equal(send(p, 1, "password", tracking(4, 1), &d), &TRACKING_CLASS);
	assert_ptr_equal(send(p, 3, "pin", tracking(1, 1), &d), &TRACKING_CLASS);
	assert_ptr_equal(send(p, 3, "password", tracking(3, 1), &d), &TRACKING_CLASS);
	char wrong[16];
	snprintf(wrong, sizeof(wrong), "%s", tracking(1, 1));
	wrong[10] = wrong[10] == '0' ? '1' : '0';
	assert_ptr_equal(send(p, 1, "pin", wrong, &d), &TRACKING_CHECK);
	assert_string_equal(post_see(p, 1, "11-pin").l.note, "done");
	assert_null(send(p, 1, "pin", tracking(1, 1), &d));
	assert_null(send(p, 1, "password", tracking(1, 2), &d));
	assert_null(send(p, 3, "pin", tracking(3, 1), &d));
	assert_null(send(p, 3, "password", tracking(1, 3), &d));
	assert_ptr_equal(send(p, 2, "pin", tracking(1, 2), &d), &DISPATCH_TRACKING);
	assert_int_equal(post_events(p, "letter-sent"), 4);
}

static void
sending_deletes_what_was_sent_and_counts_from_the_first(struct post *p)
{
	struct dispatched d = { 0 };
	post_open_day(p);
	out_of_the_printer(p, 1);
	int64_t first = p->s->now.sec;
	assert_null(send(p, 1, "pin", tracking(1, 1), &d));
	assert_string_equal(d.state, "dispatched");
	assert_string_equal(d.late, "");
	struct post_seen v = post_see(p, 1, "11-pin");
	assert_int_equal(v.k.letter_pin.n, 0);
	assert_true(v.k.letter_password.n > 0 && v.k.package.n > 0);
	post_later(p, 4 * 86400); /* Friday to Tuesday over a holiday: one business day */
	assert_null(send(p, 1, "pin", tracking(1, 1), &d)); /* the same again */
	assert_true(d.already);
	assert_ptr_equal(send(p, 1, "pin", tracking(1, 9), &d), &DISPATCH_SENT);
	assert_null(send(p, 1, "password", tracking(1, 2), &d));
	assert_false(d.already);
	v = post_see(p, 1, "11-password");
	assert_int_equal(v.k.letter_password.n, 0);
	assert_int_equal(v.d.sent_at, first);
	assert_int_equal(v.l.sent_at, p->s->now.sec);
	assert_string_equal(v.l.tracking, tracking(1, 2));
	assert_false(v.has_download); /* the day is open */
	assert_int_equal(post_events(p, "letter-sent"), 2);
}

/* Friday the 20th, a holiday on Monday: the second business day is Wednesday. */
static void
a_late_sending_is_warned_of(struct post *p)
{
	struct dispatched d = { 0 };
	post_open_day(p);
	out_of_the_printer(p, 1);
	post_later(p, 5 * 86400);
	assert_null(send(p, 1, "pin", tracking(1, 1), &d));
	assert_string_equal(d.late, "");
	post_later(p, 86400);
	assert_null(send(p, 1, "password", tracking(1, 2), &d));
	assert_non_null(strstr(d.late, "2026-11-20"));
}

static bool
cert_end(struct tx *tx, void *context, struct fault *fault)
{
	struct blob none = { 0 };
	(void)context;
	return cert_revoked(tx, "5a0201", 1795132801, "11-4", 0, &none, fault);
}

static void
what_may_not_be_sent_is_not(struct post *p)
{
	struct dispatched d = { 0 };
	struct letter_spoiled s;
	struct fault fault = { 0 };
	const struct dispatch_request media = { 1, "media", "11-media", "1" };
	assert_ptr_equal(send(p, 1, "pin", tracking(1, 1), &d), &DISPATCH_NONE);
	assert_false(dispatch_run(p->s, &media, &d, &fault));
	assert_int_equal(fault.code, FAULT_USAGE);
	fault = (struct fault){ 0 };
	const struct dispatch_request nobody = { 99, "pin", "991-pin", "1" };
	assert_false(dispatch_run(p->s, &nobody, &d, &fault));
	assert_int_equal(fault.code, FAULT_MISSING);
	post_open_day(p);
	post_issue(p, 1, 1);
	assert_ptr_equal(send(p, 1, "pin", tracking(1, 1), &d), &DISPATCH_UNSCANNED);
	post_note(p, "11-pin", "printing", 5);
	assert_ptr_equal(send(p, 1, "pin", tracking(1, 1), &d), &DISPATCH_UNSCANNED);
	post_note(p, "11-pin", "done", 5);
	post_note(p, "11-password", "done", 5);
	fault = (struct fault){ 0 };
	post_die(letter_spoil(p->s, p->witness, "11-password", &s, &fault), &fault);
	assert_ptr_equal(send(p, 1, "pin", tracking(1, 1), &d), &DISPATCH_SPOILED);
	assert_ptr_equal(send(p, 1, "password", tracking(1, 1), &d), &DISPATCH_SPOILED);
	out_of_the_printer(p, 2);
	post_die(store_write(p->s->store, NULL, cert_end, NULL, &fault), &fault);
	assert_ptr_equal(send(p, 2, "pin", tracking(1, 1), &d), &DISPATCH_ENDED);
	assert_int_equal(post_events(p, "letter-sent"), 0);
	assert_int_equal(post_see(p, 2, "21-pin").d.sent_at, 0);
}

/* What is in hand is scanned: neither the other letter's envelope nor a stranger's goes under this number. */
static void
an_envelope_goes_as_the_letter_it_is(struct post *p)
{
	static const char *const OTHER[] = { "11-password", "21-pin", "", "11-pin " };
	struct dispatched d = { 0 };
	struct fault fault = { 0 };
	post_open_day(p);
	out_of_the_printer(p, 1);
	out_of_the_printer(p, 2);
	for (size_t i = 0; i < COUNT(OTHER); i++) {
		const struct dispatch_request r = { 1, "pin", OTHER[i], tracking(1, 1) };
		fault = (struct fault){ 0 };
		assert_false(dispatch_run(p->s, &r, &d, &fault));
		assert_ptr_equal(fault.row, &DISPATCH_ENVELOPE);
		assert_string_equal(fault.field, "--envelope");
	}
	assert_string_equal(post_see(p, 1, "11-pin").l.note, "done");
	assert_null(send(p, 1, "pin", tracking(1, 1), &d));
}

/* The post gives its numbers out again: a year after, one is another envelope's, and it is found by that. */
static bool
last_by_tracking(struct tx *tx, void *context, struct fault *fault)
{
	struct letter_row *l = context;
	bool found;
	return letter_by_tracking(tx, tracking(1, 1), l, &found, fault) && found;
}
static void
a_number_of_the_post_comes_round_again(struct post *p)
{
	struct dispatched d = { 0 };
	struct letter_row l;
	struct fault fault = { 0 };
	post_open_day(p);
	out_of_the_printer(p, 1);
	out_of_the_printer(p, 2);
	assert_null(send(p, 1, "pin", tracking(1, 1), &d));
	post_later(p, 365 * 86400 - 1);
	assert_ptr_equal(send(p, 2, "pin", tracking(1, 1), &d), &DISPATCH_TRACKING);
	post_later(p, 1);
	assert_null(send(p, 2, "pin", tracking(1, 1), &d));
	post_die(store_read(p->s->store, last_by_tracking, &l, &fault), &fault);
	assert_string_equal(l.envelope, "21-pin");
	assert_ptr_equal(send(p, 2, "password", tracking(1, 1), &d), &DISPATCH_TRACKING);
}

/* The mail of a dossier as the courier sends it; *count of its kind. */
static char *
mail_of(struct post *p, int64_t dossier, int *count)
{
	(void)outbox_run(p->s);
	struct outbox_look o = outbox_find(p->s, dossier, "download");
	*count = o.count;
	return outbox_read(p->s, &o.row, "eml");
}

static char *
token_of(struct post *p, int64_t dossier)
{
	char name[64], path[SERVICE_PATH];
	struct stat st;
	struct fault fault = { 0 };
	uint8_t *bytes;
	size_t n;
	snprintf(name, sizeof(name), "rehearsal/tokens/%d", (int)dossier);
	assert_int_equal(stat(service_path(p->s, name, path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	post_die(file_read(path, 64, &bytes, &n, &fault), &fault);
	assert_int_equal(n, 32);
	return (char *)bytes;
}

static void
no_block(void *context, const struct print_day_block *b)
{
	(void)context;
	print_message("%s\n", b->say);
}

static void
sent(struct post *p, int64_t dossier)
{
	struct dispatched d = { 0 };
	out_of_the_printer(p, dossier);
	assert_null(send(p, dossier, "pin", tracking(dossier == 3 ? 3 : 1, (int)dossier * 2), &d));
	assert_null(send(p, dossier, "password", tracking(1, (int)dossier * 2 + 1), &d));
	assert_false(d.download);
}

static int64_t
closed(struct post *p)
{
	struct print_day_closed c;
	struct fault fault = { 0 };
	post_die(print_day_end(p->s, p->dispatch, no_block, NULL, &c, &fault), &fault);
	return c.downloads;
}

static void
closing_the_day_opens_what_was_sent(struct post *p)
{
	struct post_seen v;
	uint8_t digest[32];
	int first, second;
	post_open_day(p);
	sent(p, 1);
	sent(p, 2);
	assert_false(post_see(p, 1, "11-pin").has_download);
	assert_int_equal(closed(p), 2);
	char *ja = mail_of(p, 1, &first), *en = mail_of(p, 2, &second), *token = token_of(p, 1);
	assert_int_equal(first, 1);
	assert_int_equal(second, 1);
	assert_non_null(strstr(ja, "\r\nTo: <user1@example.jp>\r\n"));
	assert_non_null(strstr(en, "\r\nTo: <user2@example.jp>\r\n"));
	assert_non_null(strstr(ja, token));
	assert_null(strstr(en, token));
	assert_non_null(strstr(ja, "http://localhost:8440/download/"));
	assert_non_null(strstr(ja, "2026-12-20 までです"));
	assert_non_null(strstr(ja, tracking(1, 2)));
	assert_non_null(strstr(ja, "2026-11-20 に発送しました"));
	assert_non_null(strstr(ja, "受領のご連絡の期限は 2026-12-20")); /* [M-403] */
	assert_non_null(strstr(en, "until 2026-12-20"));
	assert_non_null(strstr(en, "Please report receipt by 2026-12-20"));
	v = post_see(p, 1, "11-pin");
	assert_true(v.has_download);
	token_digest(DOWNLOAD_PURPOSE, token, digest);
	assert_memory_equal(v.dl.token, digest, 32);
	assert_string_equal(v.dl.last_day, "2026-12-20");
	assert_int_equal(post_events(p, "download-opened"), 2);
	free(ja);
	free(en);
	free(token);
}

/* extended before it opens, by another number of days each; 2 is not extended. */
static void
a_download_opens_with_the_days_that_were_added_before(struct post *p)
{
	int count;
	post_open_day(p);
	out_of_the_printer(p, 1);
	post_extend(p, 1, "K-10", 10);
	post_extend(p, 1, "K-12", 11);
	post_extend(p, 1, "K-22", 12);
	struct dispatched d = { 0 };
	assert_null(send(p, 1, "pin", tracking(1, 2), &d));
	assert_null(send(p, 1, "password", tracking(1, 3), &d));
	sent(p, 2);
	assert_int_equal(closed(p), 2);
	char *mail = mail_of(p, 1, &count);
	assert_string_equal(post_see(p, 1, "11-pin").dl.last_day, "2026-12-30");
	assert_string_equal(post_see(p, 2, "21-pin").dl.last_day, "2026-12-20");
	assert_non_null(strstr(mail, "2026-12-30 までです"));
	assert_non_null(strstr(mail, "受領のご連絡の期限は 2026-12-31"));
	assert_non_null(strstr(mail, "2027-01-01（発送日から30日）"));
	post_extend(p, 1, "K-10", 3); /* open: the row moves on from there */
	assert_string_equal(post_see(p, 1, "11-pin").dl.last_day, "2027-01-02");
	free(mail);
}

static const struct refusal *
comes_back(struct post *p, const struct person *who, const char *letter, int days)
{
	const struct report r = { .kind = REPORT_RETURNED,
		.person = who,
		.dossier = 1,
		.letter = letter,
		.day = day_plus(p->s->today, days) };
	struct reported is;
	struct fault fault = { 0 };
	bool good = report_run(p->s, &r, &is, &fault);
	assert_true(good || fault.row != NULL);
	return good ? NULL : fault.row;
}

static bool
marks_look(struct tx *tx, void *context, struct fault *fault)
{
	return marks_read(tx, 1, context, fault);
}

static struct marks
marks_of(struct post *p)
{
	struct marks m;
	struct fault fault = { 0 };
	post_die(store_read(p->s->store, marks_look, &m, &fault), &fault);
	return m;
}

/* the chase starts anew, the limits stay at the first sending; twice at most. */
static void
a_letter_that_came_back_goes_again_by_another_number(struct post *p)
{
	struct dispatched d = { 0 };
	post_open_day(p);
	int64_t first = p->s->now.sec;
	assert_ptr_equal(comes_back(p, p->dispatch, "pin", 0), &REPORT_STATE);
	sent(p, 1);
	assert_ptr_equal(comes_back(p, p->dispatch, "pin", -1), &REPORT_DAY);
	assert_ptr_equal(comes_back(p, p->dispatch, "pin", 1), &REPORT_DAY);
	assert_ptr_equal(comes_back(p, p->reception, "pin", 0), &ACT_WRONG_ROLE);
	assert_ptr_equal(comes_back(p, p->dispatch, "media", 0), &LETTER_NOT_OUT);
	assert_string_equal(post_see(p, 1, "11-pin").l.note, "sent");
	assert_int_equal(post_events(p, "letter-returned"), 0);
	for (int n = 1; n <= 3; n++) {
		post_later(p, 7 * 86400);
		assert_null(comes_back(p, p->dispatch, "pin", 0));
		assert_ptr_equal(comes_back(p, p->dispatch, "pin", 0), &LETTER_NOT_OUT);
		struct post_seen v = post_see(p, 1, "11-pin");
		assert_string_equal(v.l.note, "done");
		assert_string_equal(v.l.tracking, "");
		assert_int_equal(v.l.returns, n);
		assert_int_equal(day_cmp(marks_of(p).day[MARK_RETURNED], p->s->today), 0);
		if (n == 3)
			break;
		assert_null(send(p, 1, "pin", tracking(1, 50 + n), &d));
		assert_false(d.already);
		v = post_see(p, 1, "11-pin");
		assert_int_equal(v.d.sent_at, first);
		assert_int_equal(v.l.sent_at, p->s->now.sec);
		struct marks m = marks_of(p);
		assert_int_equal(m.day[MARK_RETURNED].year, 0);
		assert_int_equal(day_cmp(m.day[MARK_RESENT], p->s->today), 0);
		(void)outbox_run(p->s);
		struct outbox_look o = outbox_find(p->s, 1, "sent");
		assert_int_equal(o.count, 1 + n);
	}
	assert_ptr_equal(send(p, 1, "pin", tracking(1, 60), &d), &DISPATCH_RETURNED);
	assert_string_equal(post_see(p, 1, "11-pin").l.note, "done");
}

/* The other order of crashes: closed, then nothing. Whoever asks next opens it, once. */
static bool
close_alone(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	return print_day_close(tx, "2026-11-20", 1, 1795132801, fault);
}

static void
a_download_that_a_crash_left_closed_is_opened_once(struct post *p)
{
	struct dispatched d = { 0 };
	struct fault fault = { 0 };
	int64_t downloads;
	int count;
	bool opened;
	post_open_day(p);
	sent(p, 1);
	sent(p, 2);
	post_die(store_write(p->s->store, NULL, close_alone, NULL, &fault), &fault);
	assert_null(send(p, 1, "pin", tracking(1, 2), &d));
	assert_true(d.already && d.download);
	assert_null(send(p, 1, "pin", tracking(1, 2), &d));
	assert_false(d.download);
	fault = (struct fault){ 0 };
	post_die(print_day_settle(p->s, &downloads, &fault), &fault);
	assert_int_equal(downloads, 1); /* 2 */
	post_die(download_open(p->s, 2, 1, &opened, &fault), &fault);
	assert_false(opened);
	char *mail = mail_of(p, 1, &count);
	assert_int_equal(count, 1);
	free(mail);
	post_later(p, 86400);
	assert_int_equal(post_events(p, "download-opened"), 2);
}

static const struct refusal *
fetch(struct post *p, const char *token, const char *password, struct fetched *out)
{
	char path[SERVICE_PATH];
	const struct fetch_request r = { token, password, service_path(p->s, "taro.p12", path) };
	struct fault fault = { 0 };
	(void)unlink(path);
	bool good = fetch_run(p->s, &r, out, &fault);
	if (!good && fault.row == NULL)
		fail_msg("%s (%s)", fault.say, fault.detail);
	assert_true(good == file_exists(path)); /* a refusal writes nothing */
	return good ? NULL : fault.row;
}

static char *
ready(struct post *p, int64_t dossier)
{
	post_open_day(p);
	sent(p, dossier);
	assert_int_equal(closed(p), 1);
	return token_of(p, dossier);
}

static void
a_package_opens_by_password_and_its_key_by_pin(struct post *p)
{
	struct fetched f = { 0 };
	struct fault fault = { 0 };
	struct stat st;
	char path[SERVICE_PATH];
	uint8_t *bytes, digest[32];
	size_t n;
	OWN_RSA key = NULL;
	OWN_SINK certificate = SINK_GROW(CERT_MOST);
	char *token = ready(p, 1);
	assert_string_equal(post_see(p, 1, "11-pin").d.state, "dispatched");
	post_later(p, 3600);
	assert_null(fetch(p, token, "abcd efgh jkmn pqrs\n", &f)); /* as people type */
	assert_int_equal(f.left, 4);
	assert_string_equal(f.serial, "5a0101");
	service_path(p->s, "taro.p12", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	post_die(file_read(path, PKCS12_MOST, &bytes, &n, &fault), &fault);
	digest_of(bytes, n, digest);
	assert_memory_equal(digest, f.digest, 32);
	assert_false(pkcs12_open(der_of(bytes, n), POST_PASSWORD, &key, &certificate, &fault));
	assert_ptr_equal(fault.row, &PKCS12_WRONG_PIN);
	fault = (struct fault){ 0 };
	post_die(pkcs12_open(der_of(bytes, n), POST_PIN, &key, &certificate, &fault), &fault);
	assert_int_equal(certificate.len, p->pki->cert.n);
	assert_memory_equal(certificate.at, p->pki->cert.p, certificate.len);
	free(bytes);
	struct post_seen v = post_see(p, 1, "11-pin");
	assert_string_equal(v.d.state, "downloaded");
	assert_int_equal(v.c.acquired_at, p->s->now.sec); /* the first */
	int64_t first = p->s->now.sec;
	post_later(p, 3600);
	assert_null(fetch(p, token, POST_PASSWORD, &f));
	assert_int_equal(post_see(p, 1, "11-pin").c.acquired_at, first);
	assert_int_equal(post_events(p, "download-tried"), 2);
	assert_int_equal(post_events(p, "download-completed"), 2);
	free(token);
}

static void
five_wrong_passwords_lock_for_an_hour(struct post *p)
{
	struct fetched f = { 0 };
	char *token = ready(p, 1);
	assert_ptr_equal(
	    fetch(p, "00000000000000000000000000000000", POST_PASSWORD, &f), &FETCH_TOKEN);
	assert_int_equal(post_events(p, "download-tried"), 0);
	for (int i = 0; i < 5; i++) {
		assert_ptr_equal(
		    fetch(p, token, i % 2 == 0 ? "AAAA-AAAA-AAAA-AAAA" : "no code", &f),
		    &FETCH_PASSWORD);
		assert_int_equal(post_see(p, 1, "11-pin").dl.tries, (i + 1) % 5);
	}
	assert_int_equal(post_see(p, 1, "11-pin").dl.locked_until, p->s->now.sec + 3600);
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_LOCKED);
	post_later(p, 3599);
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_LOCKED);
	assert_int_equal(post_events(p, "download-tried"), 5);
	post_later(p, 1);
	for (int i = 0; i < 4; i++)
		assert_ptr_equal(fetch(p, token, POST_PIN, &f), &FETCH_PASSWORD);
	assert_null(fetch(p, token, POST_PASSWORD, &f)); /* the fifth is right: not locked */
	assert_int_equal(post_see(p, 1, "11-pin").dl.locked_until, 0);
	assert_null(fetch(p, token, POST_PASSWORD, &f));
	free(token);
}

static void
five_downloads_end_it_and_so_does_the_window(struct post *p)
{
	struct fetched f = { 0 };
	char *token = ready(p, 1);
	p->s->now = day_end((struct day){ 2026, 12, 20 });
	post_later(p, 0);
	for (int i = 0; i < 5; i++) {
		assert_null(fetch(p, token, POST_PASSWORD, &f));
		assert_int_equal(f.left, 4 - i);
	}
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_SPENT);
	post_later(p, 1);
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_OVER);
	assert_string_equal(FETCH_OVER.name, "M-402");
	free(token);
}

static bool
cert_end_one(struct tx *tx, void *context, struct fault *fault)
{
	struct blob none = { 0 };
	(void)context;
	return cert_revoked(tx, "5a0101", 1795132801, "11-4", 0, &none, fault);
}

static bool
package_spoil(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	return key_set_destroy(tx, 1, 1, fault);
}

static void
nothing_is_fetched_once_it_is_revoked_or_destroyed(struct post *p)
{
	struct fetched f = { 0 };
	struct fault fault = { 0 };
	char *token = ready(p, 1);
	post_die(store_write(p->s->store, NULL, cert_end_one, NULL, &fault), &fault);
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_CLOSED);
	post_die(store_write(p->s->store, NULL, package_spoil, NULL, &fault), &fault);
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_CLOSED);
	assert_int_equal(post_events(p, "download-tried"), 0);
	free(token);
}

/* The signer's line came back with a store from before: what it ends, ends with it. */
static void
a_revocation_destroys_the_package(struct post *p)
{
	struct fetched f = { 0 };
	struct fault fault = { 0 };
	struct line l = { .seq = 7, .at = { 1795132801 }, .reason = 4 };
	char *token = ready(p, 1);
	snprintf(l.ground, sizeof(l.ground), "10-1-1");
	assert_true(post_see(p, 1, "11-pin").k.package.n > 0);
	post_die(revoke_behind(p->s, "5a0101", &l, 1, &fault), &fault);
	struct post_seen v = post_see(p, 1, "11-pin");
	assert_int_equal(v.k.package.n, 0);
	assert_int_equal(v.dl.closed_at, p->s->now.sec);
	assert_string_equal(v.d.state, "revoked");
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_CLOSED);
	free(token);
}

static const struct refusal *
receive(struct post *p, const struct person *who, struct day day, const char *reason,
    struct received *out)
{
	const struct receipt_request r = { 1, who, day, reason, NULL };
	struct fault fault = { 0 };
	bool good = receipt_record(p->s, &r, out, &fault);
	assert_true(good || fault.row != NULL);
	return good ? NULL : fault.row;
}

struct card_seen {
	struct card_row row;
	bool found;
};
static bool
card_read_receipt(struct tx *tx, void *context, struct fault *fault)
{
	struct card_seen *c = context;
	return card_get(tx, 1, "receipt", &c->row, &c->found, fault);
}

static void
a_receipt_destroys_the_package_and_ends_the_download(struct post *p)
{
	struct fetched f = { 0 };
	struct received r = { 0 };
	struct card_seen card = { 0 };
	struct fault fault = { 0 };
	struct day sent_on = { 2026, 11, 20 }, day = { 2026, 11, 21 };
	assert_ptr_equal(receive(p, p->reception, sent_on, NULL, &r), &RECEIPT_NONE);
	char *token = ready(p, 1);
	assert_null(fetch(p, token, POST_PASSWORD, &f));
	post_later(p, 2 * 86400);
	assert_ptr_equal(receive(p, p->dispatch, day, NULL, &r), &ACT_WRONG_ROLE);
	assert_ptr_equal(
	    receive(p, p->reception, (struct day){ 2026, 11, 19 }, NULL, &r), &RECEIPT_EARLY);
	assert_ptr_equal(
	    receive(p, p->reception, (struct day){ 2026, 11, 23 }, NULL, &r), &RECEIPT_FUTURE);
	const struct receipt_letter letter = { .serial = "00" };
	const struct receipt_request other = { 1, NULL, day, NULL, &letter };
	assert_false(receipt_record(p->s, &other, &r, &fault));
	assert_ptr_equal(fault.row, &RECEIPT_EDITION); /* of an edition before */
	fault = (struct fault){ 0 };
	struct post_seen v = post_see(p, 1, "11-pin");
	assert_string_equal(v.d.state, "downloaded");
	assert_true(v.k.package.n > 0 && v.dl.closed_at == 0);
	assert_null(receive(p, p->reception, day, NULL, &r));
	assert_int_equal(r.time, RECEIPT_IN_TIME);
	assert_false(r.never_downloaded);
	v = post_see(p, 1, "11-pin");
	assert_string_equal(v.d.state, "active");
	assert_int_equal(v.d.receipt_at, day_start(day).sec);
	assert_int_equal(v.k.package.n + v.k.letter_pin.n + v.k.letter_password.n, 0);
	assert_int_equal(v.dl.closed_at, p->s->now.sec);
	assert_ptr_equal(fetch(p, token, POST_PASSWORD, &f), &FETCH_CLOSED);
	assert_ptr_equal(receive(p, p->reception, day, NULL, &r), &RECEIPT_KNOWN);
	post_die(store_read(p->s->store, card_read_receipt, &card, &fault), &fault);
	assert_true(card.found && card.row.card.n > 48); /* sealed */
	blob_drop(&card.row.card);
	assert_int_equal(post_events(p, "receipt-recorded"), 1);
	free(token);
}

/* Issue + 30 is told, first sending + 30 is the last day of grace, after it a reason is due. */
static void
a_late_receipt_is_told_from_one_in_time(struct post *p)
{
	struct received r = { 0 };
	post_open_day(p);
	out_of_the_printer(p, 1);
	post_later(p, 3 * 86400);
	struct dispatched d = { 0 };
	assert_null(send(p, 1, "pin", tracking(1, 1), &d)); /* sent on the 23rd */
	p->s->now = day_at((struct day){ 2026, 12, 31 }, 9, 0, 0);
	post_later(p, 0);
	assert_ptr_equal(
	    receive(p, p->reception, (struct day){ 2026, 12, 24 }, NULL, &r), &RECEIPT_LATE);
	struct fault fault = { 0 };
	const struct receipt_request empty = { 1, p->reception, { 2026, 12, 24 }, "", NULL };
	assert_false(receipt_record(p->s, &empty, &r, &fault));
	assert_string_equal(fault.field, "--reason");
	assert_null(receive(p, p->reception, (struct day){ 2026, 12, 24 }, "郵便の遅れ", &r));
	assert_string_equal(receipt_time_name(r.time), "after-must");
	assert_true(r.never_downloaded);
	assert_int_equal(r.must.mday, 23);
	assert_int_equal(r.may.mday, 20);
}

static void
the_days_between_may_and_must_are_late_but_taken(struct post *p)
{
	struct received r = { 0 };
	struct dispatched d = { 0 };
	struct fault fault = { 0 };
	post_open_day(p);
	out_of_the_printer(p, 1);
	post_later(p, 3 * 86400);
	assert_null(send(p, 1, "pin", tracking(1, 1), &d));
	p->s->now = day_at((struct day){ 2026, 12, 31 }, 9, 0, 0);
	post_later(p, 0);
	assert_null(receive(p, p->reception, (struct day){ 2026, 12, 23 }, NULL, &r));
	assert_string_equal(receipt_time_name(r.time), "after-may");
	/* Once revoked, nothing is received any more. */
	post_die(store_write(p->s->store, NULL, cert_end_one, NULL, &fault), &fault);
	assert_ptr_equal(
	    receive(p, p->reception, (struct day){ 2026, 12, 20 }, NULL, &r), &RECEIPT_REVOKED);
	assert_string_equal(RECEIPT_REVOKED.name, "M-505");
}

static struct pki *PKI;

static void
on_both(void (*body)(struct post *))
{
	post_on_both(PKI, "send", body);
}
ON_BOTH(a_letter_goes_by_its_own_class)
ON_BOTH(sending_deletes_what_was_sent_and_counts_from_the_first)
ON_BOTH(a_late_sending_is_warned_of)
ON_BOTH(what_may_not_be_sent_is_not)
ON_BOTH(an_envelope_goes_as_the_letter_it_is)
ON_BOTH(a_number_of_the_post_comes_round_again)
ON_BOTH(closing_the_day_opens_what_was_sent)
ON_BOTH(a_download_opens_with_the_days_that_were_added_before)
ON_BOTH(a_letter_that_came_back_goes_again_by_another_number)
ON_BOTH(a_download_that_a_crash_left_closed_is_opened_once)
ON_BOTH(a_package_opens_by_password_and_its_key_by_pin)
ON_BOTH(five_wrong_passwords_lock_for_an_hour)
ON_BOTH(five_downloads_end_it_and_so_does_the_window)
ON_BOTH(nothing_is_fetched_once_it_is_revoked_or_destroyed)
ON_BOTH(a_revocation_destroys_the_package)
ON_BOTH(a_receipt_destroys_the_package_and_ends_the_download)
ON_BOTH(a_late_receipt_is_told_from_one_in_time)
ON_BOTH(the_days_between_may_and_must_are_late_but_taken)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_goes_by_its_own_class_on_both),
		cmocka_unit_test(sending_deletes_what_was_sent_and_counts_from_the_first_on_both),
		cmocka_unit_test(a_late_sending_is_warned_of_on_both),
		cmocka_unit_test(what_may_not_be_sent_is_not_on_both),
		cmocka_unit_test(an_envelope_goes_as_the_letter_it_is_on_both),
		cmocka_unit_test(a_number_of_the_post_comes_round_again_on_both),
		cmocka_unit_test(closing_the_day_opens_what_was_sent_on_both),
		cmocka_unit_test(a_download_opens_with_the_days_that_were_added_before_on_both),
		cmocka_unit_test(a_letter_that_came_back_goes_again_by_another_number_on_both),
		cmocka_unit_test(a_download_that_a_crash_left_closed_is_opened_once_on_both),
		cmocka_unit_test(a_package_opens_by_password_and_its_key_by_pin_on_both),
		cmocka_unit_test(five_wrong_passwords_lock_for_an_hour_on_both),
		cmocka_unit_test(five_downloads_end_it_and_so_does_the_window_on_both),
		cmocka_unit_test(nothing_is_fetched_once_it_is_revoked_or_destroyed_on_both),
		cmocka_unit_test(a_revocation_destroys_the_package_on_both),
		cmocka_unit_test(a_receipt_destroys_the_package_and_ends_the_download_on_both),
		cmocka_unit_test(a_late_receipt_is_told_from_one_in_time_on_both),
		cmocka_unit_test(the_days_between_may_and_must_are_late_but_taken_on_both),
	};
	struct fault fault = { 0 };
	if (!vault_start(&fault))
		return 1;
	PKI = pki_new();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	pki_free(PKI);
	return failed;
}

/* print: a station opens its day, prints each letter once or not at all, and forgets. A real
 * station never gives a sheet back; a letter of the other kind, an other day's or a broken one is
 * refused. */
#include "test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "book/statement.h"
#include "folder.h"
#include "pki/p256.h"
#include "vault/keyfile.h"
#include "wire/frame.h"
#include "wire/print.h"
#include "wire/serve.h"

static char FOLDER[TEST_PATH];
static const struct day DAY = { 2026, 11, 20 };
static const char *const CODE = "A2B3-C4D5-E6F7-G8H9";

struct station {
	pid_t pid;
	int fd;
};

static const char *
in_folder(const char *name)
{
	static char path[32][128];
	static int turn;
	turn = (turn + 1) % 32;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", FOLDER, name);
	return path[turn];
}

/* akashi-print stands beside the folder of the tests. */
static struct station
station_start(const char *const *more, const char *key)
{
	int peer[2], pass[2];
	struct fault fault = { 0 };
	char self[512];
	const char *argv[24] = { "akashi-print", "--letter", "pin", "--station", "print-a", "--key",
		key, "--notes", in_folder("notes") };
	size_t n = 9;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 32);
	assert_true(len > 0);
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(strrchr(self, '/'), 32, "/akashi-print");
	for (; more != NULL && *more != NULL; more++)
		argv[n++] = *more;
	assert_true(socket_pair(peer, &fault));
	assert_int_equal(pipe(pass), 0);
	assert_int_equal(write(pass[1], "words", 5), 5);
	close(pass[1]);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(peer[1], 64);
		dup2(pass[0], 65);
		dup2(64, 3);
		dup2(65, 4);
		close_range(5, ~0u, 0);
		execv(self, (char *const *)argv);
		_exit(99);
	}
	close(peer[1]);
	close(pass[0]);
	return (struct station){ pid, peer[0] };
}

static int
station_end(struct station s)
{
	int status;
	close(s.fd);
	assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool
ask_open(struct station s, struct day day, struct print_key *key, uint8_t packed[PRINT_KEY_PACKED],
    struct fault *fault)
{
	uint8_t body[64];
	struct sink b = SINK_INTO(body);
	struct sink reply = { .at = packed, .cap = PRINT_KEY_PACKED };
	struct print_open o = { .service = "service-service", .day = day };
	print_open_pack(&o, &b);
	return frame_call(s.fd, PRINT_OPEN, der_of(b.at, b.len), 5000, &reply, fault) &&
	       print_key_unpack(der_of(packed, reply.len), key);
}

static bool
ask_close(struct station s, struct fault *fault)
{
	return frame_call(s.fd, PRINT_CLOSE, der_of("", 0), 5000, NULL, fault);
}

/* Nobody answers on the other side: the wait has an end. Where there is no other side, it does not begin. */
static void
a_silent_station_is_not_waited_for(void **state)
{
	int pair[2];
	struct fault fault = { 0 }, gone = { 0 };
	(void)state;
	assert_true(socket_pair(pair, &fault));
	assert_false(frame_call(pair[0], PRINT_CLOSE, der_of("", 0), 50, NULL, &fault));
	assert_ptr_equal(fault.row, &FRAME_LATE);
	(void)close(pair[1]);
	assert_false(frame_call(pair[0], PRINT_CLOSE, der_of("", 0), 50, NULL, &gone));
	assert_ptr_equal(gone.row, &FRAME_GONE);
	(void)close(pair[0]);
	gone = (struct fault){ 0 };
	assert_false(frame_answer(-1, 1, 100000, NULL, &gone));
	assert_ptr_equal(gone.row, &FRAME_GONE);
}

static struct letter_text
text_of(const char *name)
{
	struct letter_text t = { .pin = true, .route = ROUTE_HONNIN, .lang = "ja" };
	snprintf(t.code, sizeof(t.code), "%s", CODE);
	t.name = der_of(name, strlen(name));
	t.postcode = der_of("9808671", 7);
	t.address = der_of(
	    "宮城県仙台市青葉区国分町三丁目7番1号", strlen("宮城県仙台市青葉区国分町三丁目7番1号"));
	t.subscriber = t.name;
	return t;
}

static struct print_job
job_of(const struct letter_text *t, const uint8_t key[32], struct sink *sealed)
{
	uint8_t plain[1024];
	struct sink s = SINK_INTO(plain);
	struct print_job j = { .envelope = "E1",
		.reference = "12345678",
		.service = "あかし電子認証",
		.operator_name = "あかし証明株式会社",
		.phone = "03-0000-0000",
		.rehearsal = true };
	memset(j.fingerprint, 'a', 64);
	letter_text_pack(t, &s);
	seal_put("letter", key, s.at, s.len, sealed);
	j.sealed = der_of(sealed->at, sealed->len);
	return j;
}

static void
key_make(const char *path, const char *purpose, uint8_t point[P256_POINT])
{
	uint8_t secret[P256_SECRET];
	struct fault fault = { 0 };
	assert_true(p256_new(secret, point, &fault));
	assert_true(keyfile_write(path, purpose, secret, 32, "words", 5, KEYFILE_WEAK, &fault));
}

static int
folder_new(void **state)
{
	(void)state;
	uint8_t point[P256_POINT];
	test_folder("print", FOLDER);
	key_make(in_folder("key"), "rehearsal-station", point);
	key_make(in_folder("real"), "station", point);
	fclose(fopen(in_folder("paper"), "w"));
	return 0;
}

static int
folder_drop(void **state)
{
	(void)state;
	static const char *const FILES[] = { "key", "real", "notes", "kept", "paper", "pdf" };
	for (size_t i = 0; i < COUNT(FILES); i++)
		unlink(in_folder(FILES[i]));
	return rmdir(FOLDER);
}

static const char *
paper(void)
{
	static char printer[160];
	snprintf(printer, sizeof(printer), "device:%s", in_folder("paper"));
	return printer;
}

static void
paper_is(struct station s, struct print_job *j, struct fault *fault, bool printed)
{
	struct stat st;
	snprintf(j->printer, sizeof(j->printer), "%s", paper());
	assert_int_equal(print_letter(s.fd, j, NULL, NULL, fault), printed);
	assert_int_equal(stat(in_folder("paper"), &st), 0);
	assert_int_equal(st.st_size > 0, printed);
	assert_int_equal(truncate(in_folder("paper"), 0), 0);
}

static void
a_letter_is_printed_once(void **state)
{
	(void)state;
	const char *more[] = { "--rehearsal", "--printer", paper(), NULL };
	struct station s = station_start(more, in_folder("key"));
	struct fault fault = { 0 };
	struct print_key key, again;
	uint8_t packed[PRINT_KEY_PACKED], packed2[PRINT_KEY_PACKED], sealed[1024];
	struct sink seal = SINK_INTO(sealed);
	if (!ask_open(s, DAY, &key, packed, &fault))
		fail_msg("%s", fault.say);
	assert_string_equal(key.station, "print-a");
	assert_int_equal(key.letter, PRINT_PIN);
	assert_true(ask_open(s, DAY, &again, packed2, &fault));
	assert_memory_equal(key.key, again.key, 32);
	struct letter_text t = text_of("葛\U000E0100城　さくら");
	struct print_job j = job_of(&t, key.key, &seal);
	paper_is(s, &j, &fault, true);
	paper_is(s, &j, &fault, false);
	assert_string_equal(fault.name, "print-again");
	assert_int_equal(station_end(s), 0);
	/* Nor by the next run: the note was on disk first. */
	fault = (struct fault){ 0 };
	s = station_start(more, in_folder("key"));
	assert_true(ask_open(s, DAY, &key, packed, &fault));
	paper_is(s, &j, &fault, false);
	assert_string_equal(fault.name, "print-again");
	assert_int_equal(station_end(s), 0);
}

static void
a_rehearsal_gives_the_sheet_back_and_keeps_the_key(void **state)
{
	(void)state;
	const char *more[] = { "--rehearsal", "--keep", in_folder("kept"), NULL };
	struct station s = station_start(more, in_folder("key"));
	struct fault fault = { 0 };
	struct print_key key;
	uint8_t packed[PRINT_KEY_PACKED], sealed[1024], said[4096];
	struct sink seal = SINK_INTO(sealed), fields = SINK_INTO(said);
	OWN_SINK pdf = SINK_GROW(1 << 20);
	assert_true(ask_open(s, DAY, &key, packed, &fault));
	assert_int_equal(station_end(s), 0);
	s = station_start(more, in_folder("key"));
	struct letter_text t = text_of("𠮷田　髙﨑");
	struct print_job j = job_of(&t, key.key, &seal);
	if (!print_letter(s.fd, &j, &fields, &pdf, &fault)) /* no printer: nothing but the answer */
		fail_msg("%s", fault.say);
	assert_memory_equal(pdf.at, "%PDF-1.5", 8);
	assert_memory_equal(pdf.at + pdf.len - 6, "%%EOF\n", 6);
	struct der d = der_of(fields.at, fields.len);
	char name[32], value[1024];
	bool code = false;
	while (!der_done(&d)) {
		assert_true(print_field_take(&d, name, sizeof(name), value, sizeof(value)));
		code = code || (strcmp(name, "code") == 0 && strcmp(value, CODE) == 0);
		if (strcmp(name, "to_name") == 0)
			assert_string_equal(value, "𠮷田　髙﨑");
	}
	assert_true(code);
	assert_true(ask_close(s, &fault));
	assert_false(file_exists(in_folder("kept")));
	assert_false(print_letter(s.fd, &j, NULL, NULL, &fault));
	assert_string_equal(fault.name, "print-day-closed");
	assert_int_equal(station_end(s), 0);
}

static void
what_is_refused_reaches_no_paper(void **state)
{
	(void)state;
	const char *more[] = { "--rehearsal", "--keep", in_folder("kept"), "--printer", paper(),
		NULL };
	struct station s = station_start(more, in_folder("key"));
	struct fault fault = { 0 };
	struct print_key key, other;
	uint8_t packed[PRINT_KEY_PACKED], packed2[PRINT_KEY_PACKED], sealed[1024];
	static const char *const WANT[] = { "print-other-letter", "seal-broken", "glyph-missing",
		"print-rehearsal", "letter-field", "print-day-open", "sheet-room" };
	assert_true(ask_open(s, DAY, &key, packed, &fault));
	for (size_t i = 0; i < COUNT(WANT); i++) {
		struct sink seal = SINK_INTO(sealed);
		struct letter_text t =
		    text_of(i == 2 ? "葛\U000E01EF城" : "葛\U000E0100城　さくら");
		t.pin = i != 0;
		if (i == 6)
			t.address =
			    der_of("東京都東京都東京都東京都東京都東京都東京都東京都東京都東京都"
				   "東京都東京都東京都東京都東京都東京都東京都東京都東京都東京都"
				   "東京都東京都東京都東京都東京都東京都東京都東京都東京都",
				29 * 9);
		struct print_job j = job_of(&t, key.key, &seal);
		if (i == 1)
			sealed[seal.len - 1] ^= 1;
		j.rehearsal = i != 3;
		if (i == 4)
			j.fingerprint[0] = 'x';
		fault = (struct fault){ 0 };
		if (i == 5)
			assert_false(ask_open(s, day_plus(DAY, 1), &other, packed2, &fault));
		else
			paper_is(s, &j, &fault, false);
		assert_string_equal(fault.name, WANT[i]);
	}
	/* Nothing of it was noted: put right, it is printed. */
	struct sink seal = SINK_INTO(sealed);
	struct letter_text t = text_of("葛\U000E0100城　さくら");
	struct print_job j = job_of(&t, key.key, &seal);
	fault = (struct fault){ 0 };
	/* Nor on a printer that is not its own: who edits a line of akashi.conf gets nobody's PIN. */
	static const struct {
		const char *own, *asked, *want;
	} WHERE[] = { { NULL, "raw:127.0.0.1:1", "print-printer" }, { NULL, "", "print-printer" },
		{ "raw:127.0.0.1:1", "raw:127.0.0.1:1", "printer-away" },
		{ "raw:printer.example:9100", "raw:printer.example:9100", "printer-name" } };
	for (size_t i = 0; i < COUNT(WHERE); i++) {
		assert_int_equal(station_end(s), 0);
		more[2] = in_folder("kept"); /* its paths take turns */
		more[4] = WHERE[i].own == NULL ? paper() : WHERE[i].own;
		s = station_start(more, in_folder("key"));
		snprintf(j.printer, sizeof(j.printer), "%s", WHERE[i].asked);
		fault = (struct fault){ 0 };
		assert_false(print_letter(s.fd, &j, NULL, NULL, &fault));
		assert_string_equal(fault.name, WHERE[i].want);
	}
	assert_int_equal(station_end(s), 0);
	more[2] = in_folder("kept");
	more[4] = paper();
	s = station_start(more, in_folder("key"));
	fault = (struct fault){ 0 };
	paper_is(s, &j, &fault, true);
	assert_int_equal(station_end(s), 0);
}

static void
a_printer_that_stops_half_way_spoils_the_letter(void **state)
{
	(void)state;
	const char *more[] = { "--rehearsal", "--keep", in_folder("kept"), "--printer",
		"device:/dev/full", NULL };
	struct station s = station_start(more, in_folder("key"));
	struct fault fault = { 0 };
	struct print_key key;
	uint8_t packed[PRINT_KEY_PACKED], sealed[1024];
	struct sink seal = SINK_INTO(sealed);
	assert_true(ask_open(s, DAY, &key, packed, &fault));
	struct letter_text t = text_of("山田　太郎");
	struct print_job j = job_of(&t, key.key, &seal);
	snprintf(j.printer, sizeof(j.printer), "device:/dev/full");
	assert_false(print_letter(s.fd, &j, NULL, NULL, &fault));
	assert_string_equal(fault.name, "print-spoiled");
	assert_int_equal(station_end(s), 0);
	more[2] = in_folder("kept");
	more[4] = paper();
	s = station_start(more, in_folder("key"));
	fault = (struct fault){ 0 };
	paper_is(s, &j, &fault, false);
	assert_string_equal(fault.name, "print-again");
	assert_int_equal(station_end(s), 0);
}

/* A printer on a raw port: one connection, all its bytes into a file. */
static pid_t
printer_start(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	*port = ntohs(a.sin_port);
	pid_t pid = fork();
	if (pid == 0) {
		char bytes[4096];
		ssize_t got;
		int fd = accept(listener, NULL, NULL);
		int out = open(in_folder("pdf"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
		while ((got = read(fd, bytes, sizeof(bytes))) > 0)
			if (write(out, bytes, (size_t)got) != got)
				_exit(1);
		_exit(0);
	}
	close(listener);
	return pid;
}

static void
a_real_station_prints_and_gives_nothing_back(void **state)
{
	(void)state;
	char where[64];
	int port, status;
	pid_t printer = printer_start(&port);
	snprintf(where, sizeof(where), "raw:127.0.0.1:%d", port);
	const char *more[] = { "--printer", where, NULL };
	struct station s = station_start(more, in_folder("real"));
	struct fault fault = { 0 };
	struct print_key key;
	struct day today = instant_day(instant_now());
	uint8_t packed[PRINT_KEY_PACKED], sealed[1024], said[4096], *paper;
	struct sink seal = SINK_INTO(sealed), fields = SINK_INTO(said);
	OWN_SINK pdf = SINK_GROW(1 << 20);
	size_t n;
	assert_false(ask_open(s, day_plus(today, 3), &key, packed, &fault));
	assert_string_equal(fault.name, "print-day");
	fault = (struct fault){ 0 };
	assert_true(ask_open(s, today, &key, packed, &fault));
	struct letter_text t = text_of("山田　太郎");
	struct print_job j = job_of(&t, key.key, &seal);
	snprintf(j.printer, sizeof(j.printer), "%s", where);
	assert_false(print_letter(s.fd, &j, NULL, NULL, &fault)); /* marked as a rehearsal's */
	assert_string_equal(fault.name, "print-rehearsal");
	fault = (struct fault){ 0 };
	j.rehearsal = false;
	if (!print_letter(s.fd, &j, &fields, &pdf, &fault))
		fail_msg("%s", fault.say);
	assert_int_equal(fields.len, 0);
	assert_int_equal(pdf.len, 0);
	assert_int_equal(waitpid(printer, &status, 0), printer);
	assert_int_equal(status, 0);
	assert_true(file_read(in_folder("pdf"), 1 << 20, &paper, &n, &fault));
	assert_memory_equal(paper, "%PDF-1.5", 8);
	assert_memory_equal(paper + n - 6, "%%EOF\n", 6);
	free(paper);
	assert_false(
	    frame_call(s.fd, PRINT_PAGE, der_of("\x02\x01\x00", 3), 5000, &fields, &fault));
	assert_string_equal(fault.name, "print-rehearsal");
	assert_int_equal(fields.len, 0);
	assert_int_equal(station_end(s), 0);
}

static void
a_station_starts_only_as_what_its_key_is_for(void **state)
{
	(void)state;
	const char *rehearsal[] = { "--rehearsal", NULL },
		   *keep[] = { "--keep", in_folder("kept"), NULL };
	assert_int_equal(station_end(station_start(rehearsal, in_folder("real"))), 4);
	assert_int_equal(station_end(station_start(NULL, in_folder("key"))), 4);
	assert_int_equal(station_end(station_start(keep, in_folder("real"))), 4);
	struct station first = station_start(rehearsal, in_folder("key"));
	struct print_key key;
	struct fault fault = { 0 };
	uint8_t packed[PRINT_KEY_PACKED];
	assert_true(ask_open(first, DAY, &key, packed, &fault));
	assert_int_equal(station_end(station_start(rehearsal, in_folder("key"))), 75);
	assert_int_equal(station_end(first), 0);
}

int
main(void)
{
	struct fault fault = { 0 };
	if (!vault_start(&fault))
		return 1;
	(void)signal(SIGPIPE, SIG_IGN);
#define IN_A_FOLDER(t) cmocka_unit_test_setup_teardown(t, folder_new, folder_drop)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_station_is_not_waited_for),
		IN_A_FOLDER(a_letter_is_printed_once),
		IN_A_FOLDER(a_rehearsal_gives_the_sheet_back_and_keeps_the_key),
		IN_A_FOLDER(what_is_refused_reaches_no_paper),
		IN_A_FOLDER(a_printer_that_stops_half_way_spoils_the_letter),
		IN_A_FOLDER(a_real_station_prints_and_gives_nothing_back),
		IN_A_FOLDER(a_station_starts_only_as_what_its_key_is_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

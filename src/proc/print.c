/*
 * akashi-print: a print station. Run once for letters with PINs and once for those with download
 * passwords, under two users; neither can open what the other prints.
 *
 * akashi-print --letter pin|password --station NAME --key FILE --notes FILE [--printer WHERE]
 *     [--listen PATH] [--rehearsal] [--keep FILE]
 * Descriptor 3 is the asker's socket, or (--listen) where "ready" is told; descriptor 4 gives the
 * key's passphrase. The day's print key lies in locked memory only, from open to close; a
 * rehearsal may keep it in a file between runs (--keep), and only a rehearsal gives a sheet back.
 * What the key file is for, "station" or "rehearsal-station", decides which of both this is.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "book/statement.h"
#include "proc/print_notes.h"
#include "proc/print_sheet.h"
#include "proc/printer.h"
#include "vault/digest.h"
#include "vault/keyfile.h"
#include "wire/print.h"
#include "wire/serve.h"
#include "wire/signals.h"

enum { PEER_FD = 3, PASSPHRASE_FD = 4, PASSPHRASE_MOST = 1024, PAGE_OCTETS = 100000 };

static const struct refusal PRINT_DAY = { "print-day", FAULT_STATE, "R-4.96" };
static const struct refusal PRINT_DAY_OPEN = { "print-day-open", FAULT_STATE, "R-4.104" };
static const struct refusal PRINT_DAY_CLOSED = { "print-day-closed", FAULT_STATE, "R-4.96" };
static const struct refusal PRINT_AGAIN = { "print-again", FAULT_STATE, "R-4.96" };
static const struct refusal PRINT_OTHER_LETTER = { "print-other-letter", FAULT_DENIED, "R-4.95" };
static const struct refusal PRINT_REHEARSAL = { "print-rehearsal", FAULT_DENIED, "R-0.6" };
static const struct refusal PRINT_PRINTER = { "print-printer", FAULT_DENIED, "R-4.96" };
static const struct refusal PRINT_SPOILED = { "print-spoiled", FAULT_OUTSIDE, "R-4.96" };

struct arguments {
	const char *letter, *station, *key, *notes, *printer, *listen, *keep;
	bool rehearsal;
};

/* All of it in locked memory. */
struct secrets {
	uint8_t station[P256_SECRET]; /* signs print keys */
	uint8_t day[SEAL_SECRET]; /* opens the day's letters */
	uint8_t text[2048]; /* of the letter in hand */
	char code[LETTER_CODE], name[256], postcode[16], address[640], subscriber[256];
};

struct station {
	struct arguments args;
	enum print_letter letter;
	struct secrets *secret;
	struct print_notes notes;
	struct print_sheet *sheet;
	bool open;
	struct day day;
	uint8_t packed[PRINT_KEY_PACKED]; /* what was answered when the day was opened */
	size_t packed_len;
};

static bool
broken(struct fault *fault)
{
	return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
}

/* secret, then the packed key: read back by the next run of the same rehearsal. */
static bool
key_keep(const struct station *s, struct fault *fault)
{
	uint8_t bytes[SEAL_SECRET + PRINT_KEY_PACKED];
	if (s->args.keep == NULL)
		return true;
	memcpy(bytes, s->secret->day, SEAL_SECRET);
	memcpy(bytes + SEAL_SECRET, s->packed, s->packed_len);
	bool kept = file_write(s->args.keep, 0600, bytes, SEAL_SECRET + s->packed_len, fault);
	secret_wipe(bytes, sizeof(bytes));
	return kept;
}

static bool
key_kept_read(struct station *s, struct fault *fault)
{
	uint8_t *bytes;
	size_t n;
	struct print_key key;
	if (s->args.keep == NULL || !file_exists(s->args.keep))
		return true;
	if (!file_read(s->args.keep, SEAL_SECRET + PRINT_KEY_PACKED, &bytes, &n, fault))
		return false;
	bool good = n > SEAL_SECRET &&
		    print_key_unpack(der_of(bytes + SEAL_SECRET, n - SEAL_SECRET), &key) &&
		    key.letter == s->letter;
	if (good) {
		memcpy(s->secret->day, bytes, SEAL_SECRET);
		s->packed_len = n - SEAL_SECRET;
		memcpy(s->packed, bytes + SEAL_SECRET, s->packed_len);
		s->day = key.day;
		s->open = true;
	}
	secret_wipe(bytes, n);
	free(bytes);
	return good ||
	       fault_set(fault, FAULT_BROKEN, "印刷鍵の控え「%s」が壊れています。", s->args.keep);
}

static bool
key_new(struct station *s, const struct print_open *o, struct fault *fault)
{
	struct print_key key = { .day = o->day, .letter = s->letter };
	uint8_t signature[P256_SIGNATURE_MOST];
	struct sink sign = SINK_INTO(signature), packed = SINK_INTO(s->packed);
	memcpy(key.service, o->service, SERVICE_ID);
	if ((size_t)snprintf(key.station, sizeof(key.station), "%s", s->args.station) >=
	    sizeof(key.station))
		return fault_set(fault, FAULT_USAGE, "印刷局の名前が長すぎます。");
	seal_pair(key.key, s->secret->day);
	if (!print_key_sign(&key, s->secret->station, &sign, fault))
		return false;
	print_key_pack(&key, &packed);
	s->packed_len = packed.len;
	s->day = o->day;
	return !packed.full || fault_set(fault, FAULT_BUG, "印刷鍵が大きすぎます。");
}

/* Asked again for the day that is open, it gives the same key. */
static bool
day_open(struct station *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct print_open o;
	char day[DAY_TEXT];
	struct print_key key;
	if (!print_open_read(body, &o) || !day_exists(o.day))
		return broken(fault);
	if (!s->args.rehearsal && day_cmp(o.day, instant_day(instant_now())) != 0)
		return fault_refuse(fault, &PRINT_DAY, "day",
		    "印刷日 %s は今日ではありません。機械の日付を確かめてください。",
		    day_print(day, o.day));
	if (s->open && (day_cmp(s->day, o.day) != 0 ||
			   !print_key_unpack(der_of(s->packed, s->packed_len), &key) ||
			   memcmp(key.service, o.service, SERVICE_ID) != 0))
		return fault_refuse(fault, &PRINT_DAY_OPEN, "day",
		    "印刷日 %s がまだ開いています。akashi day close で閉じてください。",
		    day_print(day, s->day));
	if (!s->open && (!key_new(s, &o, fault) || !key_keep(s, fault)))
		return false;
	s->open = true;
	sink_bytes(reply, s->packed, s->packed_len);
	return true;
}

static bool
day_close(struct station *s, struct fault *fault)
{
	static const uint8_t NOTHING[32];
	print_sheet_wipe(s->sheet);
	secret_wipe(s->secret->day, sizeof(s->secret->day));
	if (s->args.keep != NULL && unlink(s->args.keep) != 0 && errno != ENOENT)
		return fault_set(fault, FAULT_STORE, "印刷鍵の控えを消せません。");
	bool noted = !s->open || notes_add(&s->notes, NOTE_CLOSED, s->day, NOTHING, "-", fault);
	s->open = false;
	return noted;
}

static bool
der_text(struct der d, char *out, size_t size)
{
	if (d.n >= size || memchr(d.p, '\0', d.n) != NULL)
		return false;
	memcpy(out, d.p, d.n);
	out[d.n] = '\0';
	return true;
}

/* The sealed half: from here to letter_forget it lies in locked memory. */
static bool
letter_open(struct station *s, struct der sealed, struct letter *l, struct fault *fault)
{
	struct secrets *k = s->secret;
	struct letter_text t;
	struct sink text = { .at = k->text, .cap = sizeof(k->text) };
	if (!seal_open("letter", k->day, sealed.p, sealed.n, &text, fault))
		return false;
	bool good = letter_text_read(der_of(text.at, text.len), &t) &&
		    der_text(t.name, k->name, sizeof(k->name)) &&
		    der_text(t.postcode, k->postcode, sizeof(k->postcode)) &&
		    der_text(t.address, k->address, sizeof(k->address)) &&
		    der_text(t.subscriber, k->subscriber, sizeof(k->subscriber));
	memcpy(k->code, t.code, good ? sizeof(k->code) : 0);
	secret_wipe(t.code, sizeof(t.code));
	if (!good)
		return broken(fault);
	if (t.pin != (s->letter == PRINT_PIN))
		return fault_refuse(fault, &PRINT_OTHER_LETTER, NULL,
		    "この印刷局の通知書ではありません（PIN "
		    "とパスワードは別の印刷局で印刷します）。");
	l->kind = t.pin ? LETTER_PIN : LETTER_PASSWORD;
	l->route = t.route;
	l->lang = strcmp(t.lang, "en") == 0 ? LETTER_EN : LETTER_JA;
	l->to_name = k->name;
	l->to_postcode = k->postcode;
	l->to_address = k->address;
	l->subscriber = t.delegate ? k->subscriber : NULL;
	l->code = k->code;
	return true;
}

static void
letter_forget(struct station *s)
{
	struct secrets *k = s->secret;
	secret_wipe(k->text, sizeof(*k) - offsetof(struct secrets, text));
}

static bool
letter_print(
    struct station *s, const struct print_job *j, const uint8_t digest[32], struct fault *fault)
{
	int fd = -1;
	struct fault why = { 0 };
	bool paper = s->args.printer[0] != '\0' || !s->args.rehearsal;
	if (paper && !printer_open(s->args.printer, &fd, fault))
		return false;
	if (!notes_add(&s->notes, NOTE_PRINTING, s->day, digest, j->envelope, fault)) {
		if (paper)
			(void)close(fd);
		return false;
	}
	if ((!paper || printer_send(fd, s->sheet->pdf, s->sheet->len, &why)) &&
	    notes_add(&s->notes, NOTE_PRINTED, s->day, digest, j->envelope, &why))
		return true;
	fault_detail(fault, "%s", why.say);
	return fault_refuse(fault, &PRINT_SPOILED, NULL,
	    "印刷が途中で終わりました。出た用紙は読まずに立会人の前で破棄し、"
	    "akashi letter spoil %s を実行してください。同じものは二度と印刷されません。",
	    j->envelope);
}

static void
field_put(void *sink, const char *key, const char *value)
{
	struct sink *out = sink;
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, key);
	der_put_utf8(out, value);
	der_end(out, all);
}

static void
done_put(const struct station *s, const struct letter *l, struct sink *reply)
{
	uint8_t bytes[8192];
	struct sink fields = SINK_INTO(bytes);
	struct print_done done = { 0 };
	if (s->args.rehearsal) {
		letter_fields(l, field_put, &fields);
		done.fields = der_of(fields.at, fields.len);
		done.pdf = (int64_t)s->sheet->len;
	}
	print_done_pack(&done, reply);
	secret_wipe(bytes, sizeof(bytes));
}

static bool
job_check(const struct station *s, const struct print_job *j, const uint8_t digest[32],
    struct fault *fault)
{
	if (!s->open)
		return fault_refuse(fault, &PRINT_DAY_CLOSED, NULL,
		    "印刷日が開いていません。akashi day open で開いてください。");
	if (j->rehearsal != s->args.rehearsal)
		return fault_refuse(fault, &PRINT_REHEARSAL, NULL,
		    "試験用の印刷局と本番の印刷局が取り違えられています。印刷しません。");
	if (strcmp(j->printer, s->args.printer) != 0)
		return fault_refuse(fault, &PRINT_PRINTER, NULL,
		    "akashi.conf "
		    "のプリンターが、この印刷局の始まったときのものと違います。印刷しません。"
		    "誰が変えたのかを確かめて元に戻すか、印刷日を閉じてから akashi serve "
		    "を始め直してください。");
	if (strpbrk(j->envelope, "\r\n ") != NULL || j->envelope[0] == '\0')
		return fault_refuse(
		    fault, &LETTER_FIELD, "envelope", "封筒の番号が正しくありません。");
	if (notes_begun(&s->notes, digest))
		return fault_refuse(fault, &PRINT_AGAIN, NULL,
		    "この通知書の印刷は始まったことがあります。同じものは二度と印刷しません。"
		    "用紙がなければ akashi letter spoil で作り直してください。");
	return true;
}

static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static bool
letter_job(struct station *s, struct der body, struct sink *reply, struct fault *fault)
{
	static const struct print_job NONE;
	struct print_job j = NONE;
	uint8_t digest[32];
	if (!print_job_read(body, &j))
		return broken(fault);
	digest_of(j.sealed.p, j.sealed.n, digest);
	struct letter l = {
		.rehearsal = j.rehearsal,
		.envelope = j.envelope,
		.service = j.service,
		.operator_name = j.operator_name,
		.support_phone = j.phone,
		.reference = j.reference,
		.ca_fingerprint = j.fingerprint,
		.limit = { or_null(j.limit_ja), or_null(j.limit_en) },
	};
	bool good = job_check(s, &j, digest, fault) && letter_open(s, j.sealed, &l, fault) &&
		    print_sheet_draw(s->sheet, &l, fault) && letter_print(s, &j, digest, fault);
	if (good)
		done_put(s, &l, reply);
	letter_forget(s);
	if (!good || !s->args.rehearsal)
		print_sheet_wipe(s->sheet);
	return good;
}

static bool
page_give(const struct station *s, struct der body, struct sink *reply, struct fault *fault)
{
	int64_t offset;
	if (!s->args.rehearsal)
		return fault_refuse(
		    fault, &PRINT_REHEARSAL, NULL, "本番の印刷局は、用紙の控えを渡しません。");
	if (!der_take_int(&body, &offset) || !der_done(&body) || offset < 0)
		return broken(fault);
	size_t from = (size_t)offset < s->sheet->len ? (size_t)offset : s->sheet->len;
	size_t left = s->sheet->len - from;
	sink_bytes(reply, s->sheet->pdf + from, left < PAGE_OCTETS ? left : PAGE_OCTETS);
	return true;
}

static bool
handle(void *context, size_t place, const struct frame *f, struct sink *reply, struct fault *fault)
{
	struct station *s = context;
	(void)place;
	switch (f->kind) {
	case PRINT_OPEN:
		return day_open(s, f->body, reply, fault);
	case PRINT_LETTER:
		return letter_job(s, f->body, reply, fault);
	case PRINT_CLOSE:
		return day_close(s, fault);
	case PRINT_PAGE:
		return page_give(s, f->body, reply, fault);
	default:
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "印刷局にできない仕事です。");
	}
}

static bool
arguments_read(int argc, char **argv, struct arguments *a, struct fault *fault)
{
	const struct {
		const char *name, **value;
	} rows[] = { { "--letter", &a->letter }, { "--station", &a->station }, { "--key", &a->key },
		{ "--notes", &a->notes }, { "--printer", &a->printer }, { "--listen", &a->listen },
		{ "--keep", &a->keep } };
	a->printer = "";
	for (int i = 1; i < argc; i++) {
		size_t k = 0;
		if (strcmp(argv[i], "--rehearsal") == 0) {
			a->rehearsal = true;
			continue;
		}
		while (k < COUNT(rows) && strcmp(argv[i], rows[k].name) != 0)
			k++;
		if (k == COUNT(rows) || i + 1 == argc)
			return fault_set(
			    fault, FAULT_USAGE, "オプション「%s」は使えません。", argv[i]);
		*rows[k].value = argv[++i];
	}
	if (a->letter == NULL || a->station == NULL || a->key == NULL || a->notes == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--letter pin|password --station NAME --key FILE --notes FILE が必要です。");
	return a->keep == NULL || a->rehearsal ||
	       fault_refuse(fault, &PRINT_REHEARSAL, NULL,
		   "本番の印刷鍵はファイルに置けません（--keep は試験用だけです）。");
}

static bool
letter_read(const char *name, enum print_letter *out, struct fault *fault)
{
	for (int l = 0; l < PRINT_LETTERS; l++)
		if (strcmp(name, print_letter_name((enum print_letter)l)) == 0) {
			*out = (enum print_letter)l;
			return true;
		}
	return fault_set(fault, FAULT_USAGE, "--letter は pin か password です。");
}

static bool
passphrase_read(uint8_t *out, size_t *n)
{
	ssize_t got = 0;
	*n = 0;
	while (
	    *n < PASSPHRASE_MOST && (got = read(PASSPHRASE_FD, out + *n, PASSPHRASE_MOST - *n)) > 0)
		*n += (size_t)got;
	(void)close(PASSPHRASE_FD);
	return got >= 0;
}

static bool
station_open(struct station *s, struct fault *fault)
{
	OWN_SECRET(passphrase) = secret_new(PASSPHRASE_MOST);
	size_t n;
	s->secret = secret_new(sizeof(*s->secret));
	s->sheet = print_sheet_new();
	if (passphrase == NULL || s->secret == NULL || s->sheet == NULL)
		return fault_set(fault, FAULT_BUG, "ロックできる記憶域が足りません。");
	if (!letter_read(s->args.letter, &s->letter, fault))
		return false;
	if (!passphrase_read(passphrase, &n))
		return fault_set(fault, FAULT_USAGE, "合言葉を読めません（記述子4）。");
	return keyfile_read(s->args.key, s->args.rehearsal ? "rehearsal-station" : "station",
		   passphrase, n, s->secret->station, P256_SECRET, fault) &&
	       notes_open(s->args.notes, &s->notes, fault) && key_kept_read(s, fault);
}

static bool
station_serve(struct station *s, struct fault *fault)
{
	struct serve serve = { .listener = -1, .handle = handle, .context = s };
	if (!signals_take((const int[]){ SIGTERM, SIGINT, 0 }, &serve.signals, fault))
		return false;
	if (s->args.listen == NULL)
		serve.fd[serve.count++] = PEER_FD;
	else if (!socket_listen(s->args.listen, &serve.listener, fault))
		return false;
	if (s->args.listen != NULL) {
		(void)!write(PEER_FD, "r", 1); /* ready: whoever opened it waits for this */
		(void)close(PEER_FD);
	}
	bool good = serve_run(&serve, fault);
	if (s->args.listen != NULL)
		(void)unlink(s->args.listen);
	return good;
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct station station = { .notes = { .fd = -1 } };
	const struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	bool good = arguments_read(argc, argv, &station.args, &fault) && vault_start(&fault) &&
		    station_open(&station, &fault) && station_serve(&station, &fault);
	if (station.sheet != NULL)
		print_sheet_wipe(station.sheet);
	secret_free(station.secret);
	notes_close(&station.notes);
	if (!good)
		fprintf(stderr, "akashi-print: %s\n", fault.say);
	return fault_exit(fault.code);
}

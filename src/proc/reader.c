/*
 * akashi-reader: one input of another party, read in a process of its own.
 *
 * Descriptor 3 is the asker's socket (wire/reader.h), descriptor 4 the input, sealed. It is mapped,
 * every converter of text loaded, and then the cage shuts: a socket to answer on, memory, nothing
 * else [design 1]. No key, store, network or file comes in; with the answer given it ends, so that
 * nothing of one input meets another.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "exchange/bank_file.h"
#include "exchange/mail_in.h"
#include "pki/cms.h"
#include "pki/start.h"
#include "proc/reader_cage.h"
#include "wire/frame.h"
#include "wire/table.h"

enum { CPU_SECONDS = 60, MEMORY = 1 << 30, ITEM_MOST = FRAME_BODY_MOST, ASK_MS = 10000 };

struct reader {
	struct der input;
	struct charsets *sets;
	int64_t id; /* of the asker's frame */
	struct reader_ask ask;
	uint8_t item[ITEM_MOST], hold[ITEM_MOST / 2];
};

/* One thing found. */
static bool
say(struct reader *r, int64_t kind, const struct sink *body, struct fault *fault)
{
	const struct frame f = { r->id, kind, der_of(body->at, body->len) };
	if (body->full)
		return fault_set(
		    fault, FAULT_INPUT, "項目が大きすぎます。送り主に確かめてください。");
	return frame_send(READER_PEER_FD, &f, fault);
}

static bool
table_rows(struct reader *r, struct csv *csv, struct fault *fault)
{
	bool more = true, good = true;
	while (good) {
		struct fault torn = { 0 };
		struct sink item = SINK_INTO(r->item);
		bool whole = csv_row(csv, &more, &torn);
		if (!more)
			break;
		table_row_pack(csv->field, whole ? csv->columns : 0, torn.say, &item);
		good = say(r, READER_ROW, &item, fault);
	}
	return good;
}

static bool
table_read(struct reader *r, struct fault *fault)
{
	struct csv csv;
	struct sink item = SINK_INTO(r->item);
	if (!csv_open(&csv, r->input.p, r->input.n, fault))
		return false;
	table_row_pack(csv.header, csv.columns, "", &item);
	bool good = say(r, READER_HEAD, &item, fault) && table_rows(r, &csv, fault);
	csv_close(&csv);
	return good;
}

static bool
bank_errors(struct reader *r, const struct bank_file *file, struct fault *fault)
{
	bool good = true;
	for (size_t i = 0; good && i < file->error_count && i < BANK_ERRORS; i++) {
		struct sink item = SINK_INTO(r->item);
		bank_error_pack(&file->error[i], &item);
		good = say(r, READER_ERROR, &item, fault);
	}
	return good;
}

static bool
bank_lines(struct reader *r, const struct bank_file *file, struct fault *fault)
{
	struct sink head = SINK_INTO(r->item);
	der_put_enum(&head, file->format);
	bool good = say(r, READER_HEAD, &head, fault);
	for (size_t i = 0; good && i < file->count; i++) {
		struct sink item = SINK_INTO(r->item);
		bank_line_pack(&file->line[i], &item);
		good = say(r, READER_ROW, &item, fault);
	}
	return good;
}

static bool
bank_read(struct reader *r, struct fault *fault)
{
	struct bank_file file;
	struct fault why = { 0 };
	bool read =
	    bank_file_read(r->input.p, r->input.n, r->ask.account, r->ask.today, &file, &why);
	if (read)
		return bank_lines(r, &file, fault);
	if (bank_errors(r, &file, fault))
		*fault = why;
	return false;
}

/* Whose signature, before anything else is looked at: what is said cannot be unsaid by whatever the
 * mail does to the reader of its parts. */
static bool
signature_read(struct reader *r, struct sink *content, bool *good, struct fault *fault)
{
	struct cms_signature signature;
	struct sink kept = SINK_INTO(r->hold), item = SINK_INTO(r->item);
	if (!cms_mail(r->input, &kept, &signature, content, fault))
		return false;
	cms_signature_pack(&signature, &item);
	*good = signature.good;
	return say(r, READER_ROW, &item, fault);
}

/* A signed mail's words are those the signature is over, or none. */
static bool
mail_read(struct reader *r, struct fault *fault)
{
	struct mail_in *m = calloc(1, sizeof(*m));
	OWN_SINK content = SINK_GROW(CMS_MOST);
	struct sink head = SINK_INTO(r->item);
	bool good;
	if (m == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!signature_read(r, &content, &good, fault))
		return false;
	mail_in_take(r->sets, r->input.p, r->input.n, m);
	if (good)
		mail_in_text(r->sets, content.at, content.len, m->text);
	mail_in_pack(m, &head);
	return say(r, READER_HEAD, &head, fault);
}

static const struct kind {
	int64_t kind;
	bool (*read)(struct reader *, struct fault *);
} KINDS[] = {
	{ READER_TABLE, table_read },
	{ READER_BANK, bank_read },
	{ READER_MAIL, mail_read },
};

static bool
kind_read(struct reader *r, const struct frame *f, struct fault *fault)
{
	if (!reader_ask_read(f->body, &r->ask))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	for (size_t i = 0; i < COUNT(KINDS); i++)
		if (KINDS[i].kind == f->kind)
			return KINDS[i].read(r, fault);
	return fault_refuse(fault, &FRAME_BROKEN, NULL, "読み取れない種類です。");
}

static bool
answer(struct reader *r)
{
	uint8_t buffer[512], bytes[4096];
	struct frame f;
	struct fault fault = { 0 }, lost = { 0 };
	struct sink why = SINK_INTO(bytes);
	if (!frame_receive(READER_PEER_FD, buffer, sizeof(buffer), ASK_MS, &f, &lost))
		return false;
	r->id = f.id;
	bool good = kind_read(r, &f, &fault);
	if (!good)
		fault_pack(&fault, &why);
	return say(r, good ? FRAME_ANSWER : FRAME_FAULT, &why, &lost);
}

/* A sealed input does not shrink under the map. */
static bool
input_map(struct der *out, struct fault *fault)
{
	struct stat st;
	void *p = "";
	if (fstat(READER_INPUT_FD, &st) != 0 || st.st_size > READER_INPUT_MOST)
		return fault_set(fault, FAULT_USAGE, "入力が渡されていません（記述子 4）。");
	if (st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, READER_INPUT_FD, 0);
	(void)close(READER_INPUT_FD);
	*out = der_of(p, (size_t)st.st_size);
	return p != MAP_FAILED || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

static void
limits(void)
{
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS }, none = { 0, 0 };
	(void)setrlimit(RLIMIT_CPU, &cpu);
	(void)setrlimit(RLIMIT_FSIZE, &none);
#ifndef __SANITIZE_ADDRESS__ /* which maps the whole address space */
	const struct rlimit memory = { MEMORY, MEMORY };
	(void)setrlimit(RLIMIT_AS, &memory);
#endif
}

static void
complain(const char *text)
{
	static const char NAME[] = "akashi-reader: ";
	(void)!write(STDERR_FILENO, NAME, sizeof(NAME) - 1);
	(void)!write(STDERR_FILENO, text, strlen(text));
	(void)!write(STDERR_FILENO, "\n", 1);
}

/* Ends by _exit: an exit handler may ask for a call the cage kills. */
int
main(void)
{
	struct fault fault = { 0 };
	struct reader *r = calloc(1, sizeof(*r));
	(void)signal(SIGPIPE, SIG_IGN);
	mail_in_start();
	bool good = r != NULL && input_map(&r->input, &fault) && pki_start(&fault) &&
		    charsets_open(&r->sets, &fault);
	limits();
	good = good && cage_lock(READER_CAGE, READER_CAGE_COUNT, &fault);
	if (!good) {
		complain(fault.say);
		_exit(fault_exit(fault.code));
	}
	_exit(answer(r) ? 0 : 1);
}

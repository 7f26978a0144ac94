#include "wire/print.h"

#include "wire/frame.h"

static const struct record_field OPEN[] = {
	RECORD(print_open, service, FIXED),
	RECORD(print_open, day, DAY),
};
static const struct record_field LETTER[] = {
	RECORD(letter_text, pin, BOOL),
	RECORD_OF(letter_text, route, ROUTES),
	RECORD(letter_text, delegate, BOOL),
	RECORD(letter_text, lang, TEXT),
	RECORD(letter_text, code, TEXT),
	RECORD(letter_text, name, BYTES),
	RECORD(letter_text, postcode, BYTES),
	RECORD(letter_text, address, BYTES),
	RECORD(letter_text, subscriber, BYTES),
};
static const struct record_field JOB[] = {
	RECORD(print_job, sealed, BYTES),
	RECORD(print_job, envelope, TEXT),
	RECORD(print_job, printer, TEXT),
	RECORD(print_job, reference, TEXT),
	RECORD(print_job, service, TEXT),
	RECORD(print_job, operator_name, TEXT),
	RECORD(print_job, phone, TEXT),
	RECORD(print_job, fingerprint, TEXT),
	RECORD(print_job, limit_ja, TEXT),
	RECORD(print_job, limit_en, TEXT),
	RECORD(print_job, rehearsal, BOOL),
};
static const struct record_field DONE[] = {
	RECORD(print_done, fields, BYTES),
	RECORD(print_done, pdf, INT),
};

RECORD_PAIR(print_open, read, OPEN)
RECORD_PAIR(letter_text, read, LETTER)
RECORD_PAIR(print_job, read, JOB)
RECORD_PAIR(print_done, read, DONE)

bool
print_field_take(struct der *fields, char *key, size_t key_size, char *value, size_t size)
{
	struct der one;
	return der_take(fields, DER_SEQUENCE, &one) && der_take_utf8(&one, key, key_size) &&
	       der_take_utf8(&one, value, size) && der_done(&one);
}

/* The sheet, a frame at a time. */
static bool
page_fetch(int station, int64_t size, struct sink *pdf, struct fault *fault)
{
	size_t from = pdf->len;
	while ((int64_t)(pdf->len - from) < size) {
		uint8_t offset[16];
		struct sink body = SINK_INTO(offset);
		size_t before = pdf->len;
		der_put_int(&body, (int64_t)(before - from));
		if (!frame_call(
			station, PRINT_PAGE, der_of(body.at, body.len), PRINT_MS, pdf, fault))
			return false;
		if (pdf->len == before)
			return fault_refuse(
			    fault, &FRAME_BROKEN, NULL, "用紙の控えが途中で終わりました。");
	}
	return true;
}

bool
print_letter(int station, const struct print_job *job, struct sink *fields, struct sink *pdf,
    struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_BODY_MOST);
	OWN_SINK reply = SINK_GROW(FRAME_BODY_MOST);
	struct print_done done;
	print_job_pack(job, &body);
	if (!frame_call(station, PRINT_LETTER, der_of(body.at, body.len), PRINT_MS, &reply, fault))
		return false;
	if (!print_done_read(der_of(reply.at, reply.len), &done))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	if (fields != NULL)
		sink_bytes(fields, done.fields.p, done.fields.n);
	return pdf == NULL || page_fetch(station, done.pdf, pdf, fault);
}

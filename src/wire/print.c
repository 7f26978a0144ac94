#include "wire/print.h"

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
	RECORD(print_job, rehearsal, BOOL),
};
static const struct record_field DONE[] = {
	RECORD(print_done, pdf, BYTES),
	RECORD(print_done, fields, BYTES),
};

void
print_open_pack(const struct print_open *o, struct sink *out)
{
	record_pack(OPEN, COUNT(OPEN), o, out);
}

bool
print_open_read(struct der d, struct print_open *o)
{
	return record_unpack(OPEN, COUNT(OPEN), d, o);
}

void
letter_text_pack(const struct letter_text *l, struct sink *out)
{
	record_pack(LETTER, COUNT(LETTER), l, out);
}

bool
letter_text_read(struct der d, struct letter_text *l)
{
	return record_unpack(LETTER, COUNT(LETTER), d, l);
}

void
print_job_pack(const struct print_job *j, struct sink *out)
{
	record_pack(JOB, COUNT(JOB), j, out);
}

bool
print_job_read(struct der d, struct print_job *j)
{
	return record_unpack(JOB, COUNT(JOB), d, j);
}

void
print_done_pack(const struct print_done *p, struct sink *out)
{
	record_pack(DONE, COUNT(DONE), p, out);
}

bool
print_done_read(struct der d, struct print_done *p)
{
	return record_unpack(DONE, COUNT(DONE), d, p);
}

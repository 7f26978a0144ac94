/*
 * wire/print.h - what a print station is asked, and the letter only it can open [design 1, 3].
 *
 * A station opens its day with a new key pair whose private half stays in its locked memory, prints
 * sealed letters, and wipes the key at the day's close. The letter names whom it goes to and holds
 * a PIN or a download password: never anywhere but sealed, in locked memory, and on paper.
 */
#ifndef AKASHI_WIRE_PRINT_H
#define AKASHI_WIRE_PRINT_H

#include "base/fault.h"
#include "base/record.h"
#include "rules/postal.h"

enum print_kind {
	PRINT_OPEN = 30, /* print_open -> the day's print key, packed and signed by the station */
	PRINT_LETTER, /* print_job -> print_done */
	PRINT_CLOSE, /* -> nothing: the key is wiped */
	PRINT_PAGE /* rehearsal only: INTEGER offset -> the next octets of the sheet drawn last */
};
enum { PRINT_MS = 60000, LETTER_CODE = 24 };

struct print_open {
	uint8_t service[16];
	struct day day;
};
RECORD_DOOR(print_open, read);

/* Sealed by the keymaker to the day's print key (purpose "letter"). */
struct letter_text {
	bool pin; /* else the download password */
	enum route route;
	bool delegate; /* goes to the delegate: must not be opened by him */
	char lang[8], code[LETTER_CODE];
	struct der name, postcode, address; /* of the envelope */
	struct der subscriber; /* whose certificate it is */
};
RECORD_DOOR(letter_text, read);

/* What the desk adds in the open. */
struct print_job {
	struct der sealed; /* letter_text */
	char envelope[24]; /* its number */
	char printer
	    [256]; /* raw:HOST:PORT or device:PATH, as the event says; the station's own, or refused */
	char reference[16], service[128], operator_name[128], phone[32];
	char fingerprint[96]; /* of the CA certificate: SHA-256 in hex */
	char limit_ja[512], limit_en[512]; /* text M-403, filled in; or "" */
	bool rehearsal; /* marks the sheet and gives it back; refused by a real station */
};
RECORD_DOOR(print_job, read);

/* In a rehearsal, what the sheet says, for DIR/rehearsal/; else empty. */
struct print_done {
	struct der fields; /* SEQUENCE OF { key, value } */
	int64_t pdf; /* octets to ask for by PRINT_PAGE */
};
RECORD_DOOR(print_done, read);
/* Off the cursor; borrowed texts of at most size octets. */
bool print_field_take(
    struct der *fields, char *key, size_t key_size, char *value, size_t size) MUST_USE;

/* The desk's side: prints one letter; fields and pdf (either may be NULL) stay empty in a real
 * service. What is refused was not printed, except PRINT_SPOILED. */
bool print_letter(int station, const struct print_job *, struct sink *fields, struct sink *pdf,
    struct fault *) MUST_USE;

#endif

/*
 * cmd/demo.h - "akashi demo": a rehearsal played from its first day to a lapse, act by act.
 *
 * A table of steps, each a time, a sentence and one of the doings below; every doing calls the
 * acts the commands call, with the keys of a rehearsal, and nothing else. The plan says which
 * applications of the samples travel how far. Never in a real service.
 */
#ifndef AKASHI_CMD_DEMO_H
#define AKASHI_CMD_DEMO_H

#include "act/cert.h"
#include "act/init.h"
#include "act/person.h"
#include "base/text.h"
#include "cmd/cmd.h"

/* What becomes of a case. */
enum {
	FATE_SCREEN = 1 << 0, /* screened and approved on the first day */
	FATE_LATER = 1 << 1, /* screened and approved on the second */
	FATE_FETCH = 1 << 2, /* downloaded, as soon as it can be */
	FATE_RECEIPT = 1 << 3, /* its receipt comes back on paper */
	FATE_SPOIL = 1 << 4, /* a letter of the first edition is spoiled */
	FATE_LAPSE = 1 << 5 /* nobody acknowledges it */
};
struct demo_case {
	const char *ref;
	unsigned fate;
	int64_t dossier; /* 0: not imported */
};
struct demo_letter {
	int64_t dossier, edition;
	char envelope[24], letter[16], route[16];
	enum { LETTER_PRINTED, LETTER_SEALED, LETTER_SPOILT, LETTER_POSTED } is;
};
struct demo_cert {
	char serial[SERIAL_HEX];
	int64_t dossier;
};

enum { DEMO_CASES = 32, DEMO_LETTERS = 96, DEMO_CERTS = 48 };
struct demo {
	struct service *service; /* of a doing that tells row by row */
	struct init_request init;
	bool by_step; /* waits for Enter after each */
	char samples[SERVICE_PATH], later[SERVICE_PATH]; /* folders */
	struct demo_case kase[DEMO_CASES];
	size_t cases;
	struct demo_letter letter[DEMO_LETTERS];
	size_t letters;
	struct demo_cert cert[DEMO_CERTS];
	size_t certs;
	int64_t posted; /* how many envelopes: their numbers follow from it */
	struct fault told; /* the first refusal within a doing that is told row by row */
};

/* The service is opened at the step's time; NULL in the first step, which makes it. */
typedef bool demo_doing(struct demo *, struct service *, const char *arg, struct fault *);
struct demo_step {
	const char *at; /* when it is done */
	const char *say;
	demo_doing *run;
	const char *arg; /* or NULL */
};

/* A line below the step's sentence. */
void demo_say(const struct demo *, const char *, ...) PRINTF(2, 3);
/* DIR/rehearsal/keys/NAME; the caller frees *out. */
bool demo_person(struct service *, const char *name, struct person **out, struct fault *) MUST_USE;
struct demo_case *demo_case_of(struct demo *, int64_t dossier); /* NULL: not in the plan */
/* One field of the sheet of that envelope, as a rehearsal keeps it; out is wiped by the caller. */
bool demo_sheet(struct service *, const char *envelope, const char *field, char *out, size_t,
    struct fault *) MUST_USE;
bool demo_folder(const struct service *, struct fault *) MUST_USE;
const char *demo_token_path(const struct service *, int64_t dossier, char out[SERVICE_PATH]);
/* DIR/rehearsal/demo/SERIAL.END */
const char *demo_path(
    const struct service *, const char *serial, const char *end, char out[SERVICE_PATH]);

/* demo_case.c: from the mail to the money. arg of the two files: in the samples, or the later ones. */
demo_doing demo_adopt, demo_charter, demo_certify, demo_import, demo_arrive, demo_screen,
    demo_approve, demo_bank, demo_confirm;
/* demo_post.c: from the print day to the post. */
demo_doing demo_day_open, demo_issue, demo_print, demo_seal, demo_send, demo_day_close;
/* demo_end.c: downloads, receipts, and what comes to nothing. */
demo_doing demo_fetch, demo_receipt, demo_clocks, demo_chase, demo_spoiled, demo_lapse,
    demo_publish;
/* demo_book.c: DIR/demo.json and the files it names, the last step. */
demo_doing demo_book;

#endif

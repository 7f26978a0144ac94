/*
 * cmd/cmd.h - what every command of "akashi" shares: its options, its JSON, its exit.
 *
 * A command parses, calls one act and prints. Only here and in proc/ is anything logged.
 */
#ifndef AKASHI_CMD_CMD_H
#define AKASHI_CMD_CMD_H

#include "act/service.h"
#include "rules/papers.h"

#include <jansson.h>

/* The options before the command's own; the strings are borrowed from argv. */
struct cmd {
	const char *dir; /* -C DIR, or NULL */
	const char *now; /* --now TIME, or NULL */
	bool json;
	const char *const *words; /* of the command's own row: "rule", "validity" */
	int argc; /* what follows the words */
	char **argv;
	int *exit; /* of a call that printed its document and yet was refused in part, or says no */
};

/* Every value of an option that may be given more than once, in order. */
enum { OPTION_MANY = 64 };
struct option_many {
	const char *at[OPTION_MANY];
	size_t count;
};

/* One option of a command: "--name VALUE", a flag, or "--name VALUE" as often as wanted. */
struct option_row {
	const char *name;
	const char **value; /* written when given; or NULL */
	bool *flag;
	bool required;
	struct option_many *many;
};

/* Reads every argument: options by row, at most `most` others into rest[]. */
bool cmd_options(const struct cmd *, const struct option_row *, size_t rows, const char **rest,
    int most, int *count, struct fault *) MUST_USE;

/* One more row of a list, one more field of an object, which take it over. NULL: one that JSON cannot hold,
 * of bytes that are no UTF-8; cmd_print then says that, instead of an answer without it. */
void cmd_row(json_t *rows, json_t *row);
void cmd_field(json_t *, const char *key, json_t *value);

/* Prints the document (which it takes over) where --json was given, else the text. */
bool cmd_print(const struct cmd *, json_t *document, const char *text, struct fault *) MUST_USE;

/*
 * What was told row by row, where all went well; none: the text where there were no rows. Takes over the
 * document and drops the text.
 */
bool cmd_print_rows(const struct cmd *, bool good, json_t *document, struct sink *text,
    const char *none, struct fault *) MUST_USE;

/* One row of several was refused: of all their exits the call's is the one that tells most. */
void cmd_exit_row(const struct cmd *, const struct fault *);

/* {field, code, message, clause}, as in every errors[]; any may be NULL but code and message. */
json_t *cmd_error(
    const char *field, const char *code, const char *message, const char *clause) MUST_USE;
json_t *cmd_fault(const struct fault *) MUST_USE;

/* The service of -C at --now; without -C a wrong call. The caller closes it (service_close). */
bool cmd_service(const struct cmd *, struct service **, struct fault *) MUST_USE;

/* The command's one argument, a file, read whole; and the service of -C. */
bool cmd_file(const struct cmd *, size_t most, struct service **, void **bytes, size_t *len,
    struct fault *) MUST_USE;

/* Who acts: --key, and --passphrase-file or NULL. The caller frees it (person_free). */
struct person;
bool cmd_person(struct service *, const char *key, const char *passphrase_file, struct person **,
    struct fault *) MUST_USE;

/* One custodian's signature; below the quorum kept, exit 5. key: of its number in the document. */
struct enacted;
typedef bool enact_act(struct service *, const struct person *, struct enacted *, struct fault *);
bool cmd_enact(
    const struct cmd *, enact_act *, const char *key, const char *what, struct fault *) MUST_USE;

/* deficiencies[]: {code, message_code, message, clause}. */
json_t *cmd_deficiencies(const struct deficiencies *) MUST_USE;

/* What a sheet says, and the sheet, under DIR/rehearsal/letters/: a rehearsal alone has them. */
struct letter_told;
bool cmd_sheet_keep(struct service *, const struct letter_told *, struct fault *) MUST_USE;

/* A whole decimal number between the bounds. */
bool cmd_whole(const char *, int64_t least, int64_t most, int64_t *) MUST_USE;

/* A dossier by its number, or by its reference: the eight digits of its letters and of who pays, whose last checks
 * the others. What begins with a zero otherwise is neither. text may be NULL: it is missing. */
extern const struct refusal DOSSIER_NUMBER;
bool cmd_dossier(const char *text, const char *field, int64_t *id, struct fault *) MUST_USE;

/* What runs a command; each is in the file of its first words. */
typedef bool cmd_run(const struct cmd *, struct fault *);
cmd_run cmd_abolition_proof, cmd_approve, cmd_audit_verify, cmd_backup, cmd_ca_adopt,
    cmd_ca_certify, cmd_cert_export, cmd_cert_inspect, cmd_cert_list, cmd_cert_renewed,
    cmd_cert_verify, cmd_charter_show, cmd_charter_sign, cmd_clocks_done, cmd_clocks_extend,
    cmd_clocks_lapse, cmd_clocks_list, cmd_clocks_run, cmd_crl_publish, cmd_day_close, cmd_day_open,
    cmd_demo, cmd_dispatch, cmd_dossier_arrive, cmd_dossier_find, cmd_dossier_import,
    cmd_dossier_list, cmd_dossier_screen, cmd_dossier_show, cmd_epoch_draft, cmd_epoch_sign,
    cmd_evidence, cmd_grace_close, cmd_grace_open, cmd_grace_registered, cmd_health, cmd_hold_add,
    cmd_hold_end, cmd_init, cmd_issue, cmd_key_check, cmd_key_close, cmd_key_new, cmd_key_open,
    cmd_letter_done, cmd_letter_print, cmd_letter_returned, cmd_letter_spoil, cmd_mail_bounced,
    cmd_mail_fetch, cmd_mail_followed, cmd_mail_list, cmd_mail_send, cmd_package_fetch,
    cmd_payment_confirm, cmd_payment_import, cmd_payment_match, cmd_payment_refund,
    cmd_policy_adopt, cmd_policy_check, cmd_receipt_mail, cmd_receipt_paper, cmd_restore,
    cmd_revocation_paper, cmd_revoke, cmd_rule_papers, cmd_rule_validity, cmd_rule_window,
    cmd_serve, cmd_staff_add, cmd_staff_remove, cmd_standby_check, cmd_stay, cmd_sweep,
    cmd_sweep_revoke, cmd_warrant_show, cmd_warrant_void, cmd_watch;

#endif

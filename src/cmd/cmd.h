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

/* Prints the document (which it takes over) where --json was given, else the text. */
bool cmd_print(const struct cmd *, json_t *document, const char *text, struct fault *) MUST_USE;

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

/* Commands, by file. */
bool cmd_approve(const struct cmd *, struct fault *) MUST_USE;
bool cmd_audit_verify(const struct cmd *, struct fault *) MUST_USE;
bool cmd_abolition_proof(const struct cmd *, struct fault *) MUST_USE;
bool cmd_backup(const struct cmd *, struct fault *) MUST_USE;
bool cmd_cert_export(const struct cmd *, struct fault *) MUST_USE;
bool cmd_cert_inspect(const struct cmd *, struct fault *) MUST_USE;
bool cmd_cert_list(const struct cmd *, struct fault *) MUST_USE;
bool cmd_cert_renewed(const struct cmd *, struct fault *) MUST_USE;
bool cmd_cert_verify(const struct cmd *, struct fault *) MUST_USE;
bool cmd_clocks_done(const struct cmd *, struct fault *) MUST_USE;
bool cmd_clocks_extend(const struct cmd *, struct fault *) MUST_USE;
bool cmd_clocks_lapse(const struct cmd *, struct fault *) MUST_USE;
bool cmd_clocks_list(const struct cmd *, struct fault *) MUST_USE;
bool cmd_clocks_run(const struct cmd *, struct fault *) MUST_USE;
bool cmd_crl_publish(const struct cmd *, struct fault *) MUST_USE;
bool cmd_day_close(const struct cmd *, struct fault *) MUST_USE;
bool cmd_day_open(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dispatch(const struct cmd *, struct fault *) MUST_USE;
bool cmd_demo(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dossier_arrive(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dossier_find(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dossier_import(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dossier_list(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dossier_screen(const struct cmd *, struct fault *) MUST_USE;
bool cmd_dossier_show(const struct cmd *, struct fault *) MUST_USE;
bool cmd_grace_close(const struct cmd *, struct fault *) MUST_USE;
bool cmd_grace_open(const struct cmd *, struct fault *) MUST_USE;
bool cmd_grace_registered(const struct cmd *, struct fault *) MUST_USE;
bool cmd_hold_add(const struct cmd *, struct fault *) MUST_USE;
bool cmd_hold_end(const struct cmd *, struct fault *) MUST_USE;
bool cmd_evidence(const struct cmd *, struct fault *) MUST_USE;
bool cmd_epoch_draft(const struct cmd *, struct fault *) MUST_USE;
bool cmd_epoch_sign(const struct cmd *, struct fault *) MUST_USE;
bool cmd_health(const struct cmd *, struct fault *) MUST_USE;
bool cmd_init(const struct cmd *, struct fault *) MUST_USE;
bool cmd_issue(const struct cmd *, struct fault *) MUST_USE;
bool cmd_key_check(const struct cmd *, struct fault *) MUST_USE;
bool cmd_key_new(const struct cmd *, struct fault *) MUST_USE;
bool cmd_letter_done(const struct cmd *, struct fault *) MUST_USE;
bool cmd_letter_returned(const struct cmd *, struct fault *) MUST_USE;
bool cmd_letter_print(const struct cmd *, struct fault *) MUST_USE;
bool cmd_letter_spoil(const struct cmd *, struct fault *) MUST_USE;
bool cmd_mail_bounced(const struct cmd *, struct fault *) MUST_USE;
bool cmd_mail_followed(const struct cmd *, struct fault *) MUST_USE;
bool cmd_mail_list(const struct cmd *, struct fault *) MUST_USE;
bool cmd_mail_send(const struct cmd *, struct fault *) MUST_USE;
bool cmd_mail_fetch(const struct cmd *, struct fault *) MUST_USE;
bool cmd_package_fetch(const struct cmd *, struct fault *) MUST_USE;
bool cmd_payment_confirm(const struct cmd *, struct fault *) MUST_USE;
bool cmd_payment_import(const struct cmd *, struct fault *) MUST_USE;
bool cmd_payment_match(const struct cmd *, struct fault *) MUST_USE;
bool cmd_payment_refund(const struct cmd *, struct fault *) MUST_USE;
bool cmd_policy_check(const struct cmd *, struct fault *) MUST_USE;
bool cmd_receipt_mail(const struct cmd *, struct fault *) MUST_USE;
bool cmd_receipt_paper(const struct cmd *, struct fault *) MUST_USE;
bool cmd_revocation_paper(const struct cmd *, struct fault *) MUST_USE;
bool cmd_restore(const struct cmd *, struct fault *) MUST_USE;
bool cmd_revoke(const struct cmd *, struct fault *) MUST_USE;
bool cmd_rule_papers(const struct cmd *, struct fault *) MUST_USE;
bool cmd_rule_validity(const struct cmd *, struct fault *) MUST_USE;
bool cmd_rule_window(const struct cmd *, struct fault *) MUST_USE;
bool cmd_ca_adopt(const struct cmd *, struct fault *) MUST_USE;
bool cmd_ca_certify(const struct cmd *, struct fault *) MUST_USE;
bool cmd_charter_show(const struct cmd *, struct fault *) MUST_USE;
bool cmd_charter_sign(const struct cmd *, struct fault *) MUST_USE;
bool cmd_key_close(const struct cmd *, struct fault *) MUST_USE;
bool cmd_key_open(const struct cmd *, struct fault *) MUST_USE;
bool cmd_policy_adopt(const struct cmd *, struct fault *) MUST_USE;
bool cmd_staff_add(const struct cmd *, struct fault *) MUST_USE;
bool cmd_staff_remove(const struct cmd *, struct fault *) MUST_USE;
bool cmd_stay(const struct cmd *, struct fault *) MUST_USE;
bool cmd_standby_check(const struct cmd *, struct fault *) MUST_USE;
bool cmd_sweep(const struct cmd *, struct fault *) MUST_USE;
bool cmd_sweep_revoke(const struct cmd *, struct fault *) MUST_USE;
bool cmd_serve(const struct cmd *, struct fault *) MUST_USE;
bool cmd_warrant_show(const struct cmd *, struct fault *) MUST_USE;
bool cmd_warrant_void(const struct cmd *, struct fault *) MUST_USE;
bool cmd_watch(const struct cmd *, struct fault *) MUST_USE;

#endif

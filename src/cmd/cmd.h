/*
 * cmd/cmd.h - what every command of "akashi" shares: its options, its JSON, its exit.
 *
 * A command parses, calls one act and prints. Only here and in proc/ is anything logged.
 */
#ifndef AKASHI_CMD_CMD_H
#define AKASHI_CMD_CMD_H

#include "base/fault.h"

#include <jansson.h>

/* The options before the command's own; the strings are borrowed from argv. */
struct cmd {
	const char *dir; /* -C DIR, or NULL */
	const char *now; /* --now TIME, or NULL */
	bool json;
	const char *const *words; /* of the command's own row: "rule", "validity" */
	int argc; /* what follows the words */
	char **argv;
};

/* One option of a command: "--name VALUE" or a flag. */
struct option_row {
	const char *name;
	const char **value; /* written when given; or NULL */
	bool *flag;
	bool required;
};

/* Reads every argument: options by row, at most `most` others into rest[]. */
bool cmd_options(const struct cmd *, const struct option_row *, size_t rows, const char **rest,
    int most, int *count, struct fault *) MUST_USE;

/* Prints the document (which it takes over) where --json was given, else the text. */
bool cmd_print(const struct cmd *, json_t *document, const char *text, struct fault *) MUST_USE;

bool cmd_rule_validity(const struct cmd *, struct fault *) MUST_USE;
bool cmd_rule_window(const struct cmd *, struct fault *) MUST_USE;

#endif

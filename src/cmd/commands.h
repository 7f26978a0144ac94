/*
 * cmd/commands.h - every command as a row: its words, what runs it, its help.
 *
 * --help, the list of commands and the man page akashi(1) are all printed from these rows.
 */
#ifndef AKASHI_CMD_COMMANDS_H
#define AKASHI_CMD_COMMANDS_H

#include "cmd/cmd.h"

struct command {
	const char *words[3]; /* NULL-ended where shorter */
	cmd_run *run;
	const char *usage; /* what follows the words */
	const char *about; /* sentences */
	const char *example; /* one call that works in a rehearsal made by "akashi demo" */
};
extern const struct command COMMANDS[];
extern const size_t COMMAND_COUNT;

#endif

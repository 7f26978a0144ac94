/* akashi: what people type. Finds the command's row, runs it, says why where it refused. */
#include "cmd/man.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/room.h"

static size_t
command_words(const struct command *c)
{
	size_t n = 0;
	while (n < COUNT(c->words) && c->words[n] != NULL)
		n++;
	return n;
}

/* The row whose words all stand at argv; the longest where two do. */
static const struct command *
command_find(int argc, char **argv)
{
	const struct command *best = NULL;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		size_t n = command_words(&COMMANDS[i]), k = 0;
		while (k < n && k < (size_t)argc && strcmp(argv[k], COMMANDS[i].words[k]) == 0)
			k++;
		if (k == n && (best == NULL || n > command_words(best)))
			best = &COMMANDS[i];
	}
	return best;
}

static void
command_name(const struct command *c, FILE *to)
{
	fputs("akashi", to);
	for (size_t i = 0; i < command_words(c); i++)
		fprintf(to, " %s", c->words[i]);
}

static void
help(const struct command *c)
{
	if (c != NULL) {
		fputs("usage: ", stdout);
		command_name(c, stdout);
		printf(" %s\n\n%s\n\nexample: %s\n", c->usage, c->about, c->example);
		return;
	}
	puts("usage: akashi [-C DIR] [--json] [--now TIME] COMMAND ...\n"
	     "       akashi --version\n\ncommands:");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		fputs("  ", stdout);
		command_name(&COMMANDS[i], stdout);
		printf(" %s\n", COMMANDS[i].usage);
	}
}

/* Global options stand before or after the command's words; they are taken out of argv. */
static bool
globals(struct cmd *cmd, int *argc, char **argv, bool *wants_help, struct fault *fault)
{
	int kept = 0;
	for (int i = 0; i < *argc; i++) {
		bool dir = strcmp(argv[i], "-C") == 0, now = strcmp(argv[i], "--now") == 0;
		if (dir || now) {
			if (i + 1 >= *argc)
				return fault_set(fault, FAULT_USAGE, "%s needs a value", argv[i]);
			*(dir ? &cmd->dir : &cmd->now) = argv[i + 1];
			i++;
		} else if (strcmp(argv[i], "--json") == 0) {
			cmd->json = true;
		} else if (strcmp(argv[i], "--help") == 0) {
			*wants_help = true;
		} else {
			argv[kept++] = argv[i];
		}
	}
	*argc = kept;
	return true;
}

static int
say_fault(const struct cmd *cmd, const struct fault *f)
{
	if (cmd->json) {
		json_t *doc = json_pack("{s:i,s:[o]}", "v", 1, "errors", cmd_fault(f));
		json_dumpf(doc, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		putchar('\n');
		json_decref(doc);
	}
	fprintf(stderr, "akashi: %s\n", f->say);
	if (f->detail[0] != '\0')
		fprintf(stderr, "akashi: (%s)\n", f->detail);
	return fault_exit(f->code);
}

/* Where a caller closed them, no file of the service may become the place we talk to: output fails. */
static bool
standard_open(void)
{
	static const int HOW[] = { O_RDONLY, O_RDONLY, O_WRONLY };
	for (int fd = 0; fd < (int)COUNT(HOW); fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", HOW[fd]) != fd)
			return false;
	return true;
}

/* A document that lacks a row because no memory was left would be an answer, and a wrong one. What was
 * not committed is rolled back, as after any other end. */
static void *
json_room(size_t n)
{
	return room_or_end(malloc(n));
}

int
main(int argc, char **argv)
{
	int status = 0;
	struct cmd cmd = { .exit = &status };
	struct fault fault = { 0 };
	bool wants_help = false;
	(void)signal(SIGPIPE, SIG_IGN); /* a program that is gone is a fault, not our end */
	json_set_alloc_funcs(json_room, free);
	argc--, argv++;
	if (!standard_open())
		return fault_exit(FAULT_BUG);
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }); /* people's keys are opened here */
	(void)umask(022); /* who may read a file is said where it is written */
	if (!globals(&cmd, &argc, argv, &wants_help, &fault))
		return say_fault(&cmd, &fault);
	if (argc == 1 && strcmp(argv[0], "--version") == 0) {
		puts("akashi " AKASHI_VERSION);
		return 0;
	}
	const struct command *c = command_find(argc, argv);
	if (wants_help) {
		help(c);
		return 0;
	}
	if (argc == 1 && strcmp(argv[0], "man-page") == 0) {
		man_page();
		return 0;
	}
	if (c == NULL) {
		fault_set(&fault, FAULT_USAGE, "no such command; \"akashi --help\" lists them");
		return say_fault(&cmd, &fault);
	}
	cmd.words = c->words;
	cmd.argc = argc - (int)command_words(c);
	cmd.argv = argv + command_words(c);
	return c->run(&cmd, &fault) ? status : say_fault(&cmd, &fault);
}

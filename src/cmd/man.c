#include "cmd/man.h"

#include <stdio.h>

/* As it stands: no sign of it is roff's. */
static void
plain(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text != '\0'; text++)
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	putchar('\n');
}

static const char HEAD[] =
    ".TH AKASHI 1\n.SH NAME\nakashi \\- run an accredited certificate service\n"
    ".SH SYNOPSIS\n.B akashi\n.RB [ \\-C\n.IR DIR ]\n.RB [ \\-\\-json ]\n.RB [ \\-\\-now\n.IR TIME "
    "]\n"
    ".I COMMAND\n.RI [ ARGUMENT ...]\n"
    ".SH DESCRIPTION\n"
    "From a paper application to a certificate in the subscriber's hand, and what comes after: "
    "each\n"
    "command does one act and leaves one record of it. What is due is told by rules in "
    "DIR/policy.\n"
    "Every command works with and without\n.BR \"akashi serve\" .\n"
    ".SH OPTIONS\n"
    ".TP\n.BI \\-C \" DIR\"\nThe folder of the service.\n"
    ".TP\n.B \\-\\-json\nPrints one document, as docs/formats/json.md says.\n"
    ".TP\n.BI \\-\\-now \" TIME\"\nWhat time it is, such as 2026\\-11\\-20T09:00:00+09:00. A "
    "rehearsal only.\n"
    ".TP\n.B \\-\\-help\nOf akashi, or of a command.\n"
    ".TP\n.B \\-\\-version\nWhich akashi this is.\n"
    ".SH COMMANDS";

static const char TAIL[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\ndone\n.TP\n.B 1\na negative answer\n.TP\n.B 2\nthe call is wrong\n"
    ".TP\n.B 3\nnot found\n.TP\n.B 4\nrefused by a rule\n.TP\n.B 5\nkept; a second person is due\n"
    ".TP\n.B 6\nan outside party failed\n.TP\n.B 7\nbooks, log or seals do not agree\n"
    ".TP\n.B 70\nour own fault\n.TP\n.B 75\ntry again later\n"
    ".SH FILES\n"
    ".TP\n.I DIR/akashi.conf\nwhere things are; see\n.BR akashi.conf (5)\n"
    ".TP\n.I DIR/policy/\nthe rules; a change is checked, adopted and signed\n"
    ".TP\n.I DIR/ca/\nthe CA certificate, charter, journal and lists\n"
    ".TP\n.I DIR/keys/\nkey files, wrapped keys, the passphrases of programs\n"
    ".TP\n.I DIR/store/\nthe database of SQLite\n"
    ".TP\n.I DIR/repository/\nwhat the world may fetch\n"
    ".TP\n.I DIR/rehearsal/\nonly in a rehearsal: people's keys, the clock, letters as JSON\n"
    ".SH EXAMPLES\n"
    "A rehearsal with everything in it, and its site:\n.PP\n.EX\nakashi demo demo\n"
    "akashi \\-C demo serve\n.EE\n.PP\n"
    "Is a certificate good?\n.PP\n.EX\n"
    "akashi cert verify taro.crt \\-\\-anchor ca.crt \\-\\-crl ca.crl\n.EE\n"
    ".SH SEE ALSO\n"
    ".BR akashi.conf (5),\n.BR akashi\\-courier (8),\n.BR akashi\\-front (8),\n.BR akashi\\-issuer "
    "(8),\n.BR akashi\\-key "
    "(8),\n"
    ".BR akashi\\-keymaker (8),\n.BR akashi\\-print (8),\n.BR akashi\\-signer (8)";

void
man_page(void)
{
	puts(HEAD);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = &COMMANDS[i];
		fputs(".TP\n.B akashi", stdout);
		for (size_t w = 0; w < COUNT(c->words) && c->words[w] != NULL; w++)
			printf(" %s", c->words[w]);
		putchar('\n');
		if (c->usage[0] != '\0')
			plain(c->usage);
		if (c->usage[0] != '\0')
			puts(".br");
		plain(c->about);
		fputs(".br\n.I ", stdout);
		plain(c->example);
	}
	puts(TAIL);
}

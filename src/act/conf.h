/*
 * act/conf.h - DIR/akashi.conf: where things are; never what the rules are (policy/).
 *
 * Lines "name = value"; # begins a comment. An unknown or repeated name is refused with its line.
 */
#ifndef AKASHI_ACT_CONF_H
#define AKASHI_ACT_CONF_H

#include "base/fault.h"

enum { CONF_VALUE = 512, CONF_URL = CONF_VALUE + 1024 };

struct conf {
	char store[CONF_VALUE]; /* sqlite:PATH (within DIR) or postgresql://... */
	char listen[CONF_VALUE]; /* HOST:PORT of the public site */
	char mail_relay[CONF_VALUE]; /* outbox, smtp://HOST:PORT or smtps://HOST:PORT */
	char mail_user[CONF_VALUE], mail_password_file[CONF_VALUE]; /* empty: nobody asks */
	/* Whose certificates the relay's is trusted by; empty: the system's. */
	char mail_ca[CONF_VALUE];
	char mailbox[CONF_VALUE]; /* imap[s]://HOST:PORT/FOLDER; empty: none is read */
	char mailbox_user[CONF_VALUE], mailbox_password_file[CONF_VALUE];
	char mailbox_ca[CONF_VALUE]; /* whose certificates it is trusted by; empty: the system's */
	char printer_pin[CONF_VALUE]; /* raw:HOST:PORT or device:PATH; empty: none yet */
	char printer_password[CONF_VALUE];
	/* Bank accounts whose files are taken: BANK-BRANCH-NUMBER, ... */
	char accounts[CONF_VALUE];
};

void conf_default(struct conf *);
bool conf_read(const char *path, struct conf *, struct fault *) MUST_USE;
bool conf_write(const char *path, const struct conf *, struct fault *) MUST_USE;
/* Where a store is of a service that lies in dir: a path of SQLite is one within it. Returns out. */
const char *conf_store_url(const char *dir, const char *store, char out[CONF_URL]);

#endif

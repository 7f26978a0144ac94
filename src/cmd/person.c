/* --key FILE: who acts. */
#include "cmd/cmd.h"

#include "act/keys.h"
#include "act/person.h"
#include "cmd/passphrase.h"
#include "vault/keyfile.h"

bool
cmd_person(struct service *s, const char *key, const char *passphrase_file, struct person **out,
    struct fault *fault)
{
	OWN_SECRET(locked) = secret_new(KEY_PASSPHRASE_MOST);
	struct sink passphrase = { .at = locked, .cap = KEY_PASSPHRASE_MOST };
	struct fault first = { 0 };
	if (locked == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (passphrase_file == NULL) { /* a rehearsal's key may have none; nobody is asked for it */
		if (person_open(s, key, "", 0, out, &first))
			return true;
		if (first.row != &KEYFILE_PASSPHRASE) {
			*fault = first;
			return false;
		}
	}
	return passphrase_take(passphrase_file, PASSPHRASE_OPEN, &passphrase, fault) &&
	       person_open(s, key, passphrase.at, passphrase.len, out, fault);
}

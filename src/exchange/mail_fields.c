/* A mail's fields as they go over: whoever asked for them links no parser. */
#include "exchange/mail_in.h"

static const struct record_field FIELDS[] = {
	RECORD_OF(mail_in, kind, MAIL_IN_KINDS),
	RECORD(mail_in, id, TEXT),
	RECORD(mail_in, subject, TEXT),
	RECORD(mail_in, text, TEXT),
	RECORD(mail_in, status, TEXT),
	RECORD(mail_in, action, TEXT),
	RECORD(mail_in, original, TEXT),
	RECORD(mail_in, to, TEXT),
};
RECORD_PAIR(mail_in, read, FIELDS)

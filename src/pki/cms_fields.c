/* A signature's fields as they go over: whoever asked for them links no parser. */
#include "pki/cms.h"

static const struct record_field SIGNATURE[] = {
	RECORD_OF(cms_signature, form, CMS_FORMS),
	RECORD(cms_signature, signers, INT),
	RECORD(cms_signature, method, TEXT),
	RECORD(cms_signature, permitted, BOOL),
	RECORD(cms_signature, good, BOOL),
	RECORD(cms_signature, signed_at, INSTANT),
	RECORD(cms_signature, serial, TEXT),
	RECORD(cms_signature, certificate, BYTES),
};
RECORD_PAIR(cms_signature, read, SIGNATURE)

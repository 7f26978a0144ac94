/*
 * pki/path.h - is this certificate good at that moment? Paths and revocation [RFC5280 6] by
 * OpenSSL, for relying parties.
 *
 * Every certificate of the path below its anchor is looked up in a list; one without a list makes
 * the answer "not valid", never "unknown". Indirect and delta lists, policies and name
 * constraints count. Asks no network and no clock.
 */
#ifndef AKASHI_PKI_PATH_H
#define AKASHI_PKI_PATH_H

#include "base/day.h"
#include "pki/bundle.h"

struct path_job {
	struct bundle_file end_entity; /* further certificates in it are intermediates */
	const struct bundle_file *anchors; /* trusted as they are */
	size_t anchor_count;
	const struct bundle_file *intermediates;
	size_t intermediate_count;
	const struct bundle_file *crls;
	size_t crl_count;
	struct instant at;
};

struct path_verdict {
	bool valid;
	const char *reason; /* "valid", "revoked", "expired" ...: a word that keeps its meaning */
	const char *say; /* the same for a person; static */
	int code; /* OpenSSL's, X509_V_... */
	char detail[128]; /* OpenSSL's sentence */
	int depth; /* of the certificate it is about: 0 is the end entity */
	int length; /* certificates of the path that was built */
};

/* False only for a file that cannot be read. */
bool path_verify(const struct path_job *, struct path_verdict *, struct fault *) MUST_USE;

#endif

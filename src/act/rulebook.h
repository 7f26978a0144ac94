/*
 * act/rulebook.h - the files of a policy as one sealed whole: read, digested, adopted.
 *
 * What a dossier is pinned to is the digest of these bytes.
 */
#ifndef AKASHI_ACT_RULEBOOK_H
#define AKASHI_ACT_RULEBOOK_H

#include "base/der.h"
#include "exchange/policy_file.h"

enum { RULEBOOK_MOST = 4 << 20 };

/* The files of DIR/policy into one DER (SEQUENCE OF OCTET STRING in the order of POLICY_FILES). */
bool rulebook_pack(const char *folder, struct sink *, struct fault *) MUST_USE;
/* The rows, with the digest of the whole. The caller owns *out. */
bool rulebook_read(struct der, struct policy *out, struct fault *) MUST_USE;
/* Every error of a folder's files, for "policy check". */
bool rulebook_check(
    const char *folder, struct policy *out, struct policy_errors *, struct fault *) MUST_USE;

/* A shipped folder that holds `probe`: PREFIX/share/akashi/INSTALLED, or BUILT beside the build's. */
bool shipped_find(const char *installed, const char *built, const char *probe, char *out, size_t,
    struct fault *) MUST_USE;
/* The folder of the shipped policy: PREFIX/share/akashi/policy, or beside the build's folder. */
bool rulebook_shipped(char *out, size_t size, struct fault *) MUST_USE;

#endif

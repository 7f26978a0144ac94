/*
 * act/repository.h - DIR/repository as the public site shows it: documents, who runs the service,
 * what happened (docs/formats/repository.md).
 *
 * Copied from DIR/policy/documents, written from the policy's settings, told from the events. What
 * is there already is not written again, so it may be called at any time, by anybody. CA
 * certificate and list are put there by the acts that make them. Never sees: a name, a dossier.
 */
#ifndef AKASHI_ACT_REPOSITORY_H
#define AKASHI_ACT_REPOSITORY_H

#include "act/service.h"

/* Shipped documents into DIR/policy/documents, at the service's beginning; from: a policy folder. */
bool documents_copy(const char *from, const char *to, struct fault *) MUST_USE;
bool repository_tell(struct service *, struct fault *) MUST_USE;

#endif

/* act/clocks_in.h - between the parts of act/clocks. */
#ifndef AKASHI_ACT_CLOCKS_IN_H
#define AKASHI_ACT_CLOCKS_IN_H

#include "act/clocks.h"

/* One act on its way, within its transaction. */
struct acting {
	struct service *service;
	struct due_row row;
	struct owed owed; /* act NULL: it is not any more */
	struct running_case kase;
	const struct policy *policy; /* the dossier's own; of the service: the one in force */
	struct dossier_row dossier; /* id 0: of the service */
	struct cert_row cert;
	bool has_cert;
	int64_t list; /* task; 0: none */
	struct event_row event;
};
/* What a deed does beside its row and event. */
bool clocks_deed(struct tx *, struct acting *, struct fault *) MUST_USE;

/* The case of the service itself. */
bool clocks_service_case(
    struct tx *, struct service *, struct running_case *, struct fault *) MUST_USE;
/* Of what is owed, that row's; NULL: it is not owed. */
const struct owed *clocks_owed(const struct due_row *, const struct owed *, size_t);
/* Plans what changed since the last time: by the event log, and all that is open by a new policy. */
bool clocks_catch_up(struct service *, struct fault *) MUST_USE;

#endif

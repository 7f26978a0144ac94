/*
 * overtaken DIR DOSSIER [COUNT]: issues it, or COUNT from it on, while another issuer brings the signer
 * newer heads of the log than the ones it is asked with: after the keys' making began, and on the way of the
 * first request. Says each task's end.
 */
#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "between.h"
#include "programs.h"
#include "store/warrant_row.h"

static bool
add(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	struct dossier_row d = { 0 };
	struct warrant_row w = { 0 };
	bool found = false;
	bool good = dossier_load_in(tx, t->dossier, &d, fault) &&
		    warrant_of(tx, "certificate", t->dossier, d.edition, &w, &found, fault) &&
		    (found || fault_set(fault, FAULT_MISSING, "no warrant"));
	t->edition = d.edition;
	memcpy(t->digest, w.digest, sizeof(t->digest));
	good = good && task_add(tx, t, &t->id, fault);
	dossier_drop(&d);
	warrant_drop(&w);
	return good;
}

static void
ended(void *context, const struct task_row *t)
{
	(void)context;
	if (strcmp(t->kind, "issue") == 0)
		printf("%s %s\n", t->state, t->result);
}

/* COUNT of them, from that one on. */
static void
tasks_add(struct service *s, int64_t dossier, long count)
{
	struct fault fault = { 0 };
	for (long i = 0; i < count; i++) {
		struct task_row t = {
			.kind = "issue", .dossier = dossier + i, .created_at = s->now.sec
		};
		or_die(store_write(s->store, NULL, add, &t, &fault), &fault);
	}
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct crew crew;
	struct sink head[BETWEEN_HEADS];
	OWN_SERVICE s = NULL;
	OWN_SINK receipt = SINK_GROW(FRAME_MOST);
	int64_t count;
	if (argc != 3 && argc != 4)
		return 2;
	programs_beside();
	or_die(service_open(argv[1], NULL, &s, &fault), &fault);
	tasks_add(s, strtol(argv[2], NULL, 10), argc == 4 ? strtol(argv[3], NULL, 10) : 1);
	or_die(crew_start(s, &crew, &fault), &fault);
	heads_to_come(&crew, head);
	const struct lie lie = { .kind = SIGNER_ISSUE,
		.before = { der_of(head[1].at, head[1].len) } };
	/* What the signer said of itself is remembered when the keys are made, and old by then. */
	or_die(crew_status(&crew, &fault) && crew_ask(&crew, ROAD_OFFICERS, SIGNER_HEAD,
						 der_of(head[0].at, head[0].len), &receipt, &fault),
	    &fault);
	struct liar l = liar_between(&crew, ROAD_ISSUER, &lie);
	or_die(errand_all(&crew, ended, NULL, &count, &fault), &fault);
	liar_gone(&crew, ROAD_ISSUER, &l);
	for (int i = 0; i < BETWEEN_HEADS; i++)
		sink_drop(&head[i]);
	crew_end(&crew);
	return 0;
}

/* A rehearsal that has begun: charter 1, the CA certificate, list 1. The caller closes it. */
#ifndef AKASHI_TESTS_BEGUN_H
#define AKASHI_TESTS_BEGUN_H

#include "act/draft.h"
#include "act/enact.h"
#include "people.h"
#include "programs.h"
#include "store/task_row.h"

static inline struct enacted
begun_sign(struct service *s, const char *id, bool charter)
{
	struct enacted is;
	struct fault fault = { 0 };
	struct person *p = people_open(s, id);
	bool good =
	    charter ? enact_charter(s, p, &is, &fault) : enact_certificate(s, p, &is, &fault);
	made_or_die(good, &fault);
	person_free(p);
	return is;
}

/* Only its charter is there. The caller closes it. */
static inline struct service *
begun_charter(int engine, const char *name)
{
	char dir[256];
	struct fault fault = { 0 };
	struct charter *c;
	uint8_t policy[32];
	bool fresh;
	programs_beside();
	struct service *s = made_service(engine, name, dir);
	made_or_die(draft_read(s, &c, &fresh, &fault) && draft_adopt(s, c, policy, &fault), &fault);
	free(c);
	(void)begun_sign(s, "custodian-1", true);
	(void)begun_sign(s, "custodian-2", true);
	free(s->charter);
	s->charter = NULL;
	return s;
}

static inline struct service *
begun_service(int engine, const char *name)
{
	struct service *s = begun_charter(engine, name);
	(void)begun_sign(s, "custodian-1", false);
	(void)begun_sign(s, "custodian-2", false);
	return s;
}

/* A task is there and taken: whoever wrote it calls its handler. */
static inline bool
begun_task(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	int64_t id;
	bool found;
	return task_add(tx, t, &id, fault) &&
	       task_take(tx, &(struct task_round){ .lanes = TASK_ALL }, NULL, "test", t->created_at,
		   3600, t, &found, fault) &&
	       found;
}

#endif

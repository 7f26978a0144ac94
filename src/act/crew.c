#include "act/crew.h"

#include <string.h>
#include <unistd.h>

#include "act/agent.h"
#include "store/task_row.h"
#include "wire/frame.h"

const struct refusal CREW_CA_SHUT = { "ca-shut", FAULT_LATER, "design 1" };

/* Each road that is ours, from whoever starts the signer. */
static bool
roads_get(struct crew *c, int64_t other, struct fault *fault)
{
	if (c->asked != -1)
		return starter_ask_signer(c->asked, other, &c->road[ROAD_ISSUER], &c->is, fault);
	return starter_signer(
		   &c->own, ROAD_OFFICERS, other, &c->road[ROAD_OFFICERS], &c->is, fault) &&
	       starter_signer(&c->own, ROAD_ISSUER, 0, &c->road[ROAD_ISSUER], &c->is, fault);
}

static void
roads_close(struct crew *c)
{
	for (int i = 0; i < ROADS; i++)
		if (c->road[i] != -1)
			(void)close(c->road[i]);
	c->road[ROAD_OFFICERS] = c->road[ROAD_ISSUER] = -1;
	c->stale = true;
}

static bool
begin(struct crew *c, struct fault *fault)
{
	if (roads_get(c, 0, fault) && crew_status(c, fault))
		return true;
	crew_end(c);
	return false;
}

bool
crew_start(struct service *s, struct crew *c, struct fault *fault)
{
	*c = (struct crew){
		.service = s, .lanes = TASK_ALL, .asked = -1, .road = { -1, -1 }, .stale = true
	};
	starter_begin(&c->own, s);
	return begin(c, fault);
}

bool
crew_join(struct service *s, int starter, unsigned lanes, struct crew *c, struct fault *fault)
{
	*c = (struct crew){
		.service = s, .lanes = lanes, .asked = starter, .road = { -1, -1 }, .stale = true
	};
	return begin(c, fault);
}

void
crew_end(struct crew *c)
{
	roads_close(c);
	if (c->own.service != NULL)
		starter_end(&c->own);
	sink_drop(&c->status_bytes);
	head_drop(&c->head);
	*c = (struct crew){ .asked = -1, .road = { -1, -1 } };
}

bool
crew_ca(struct crew *c, struct fault *fault)
{
	struct service *s = c->service;
	if (c->is.ca)
		return true;
	if (!s->rehearsal && !agent_is_open(s, KEY_CA))
		return fault_refuse(fault, &CREW_CA_SHUT, NULL,
		    "認証局の鍵が開いていません。"
		    "管理者が akashi key open ca で開いてから、もう一度実行してください。");
	roads_close(c);
	c->signer_gone = !roads_get(c, c->is.number, fault);
	return !c->signer_gone;
}

bool
crew_again(struct crew *c, const struct fault *why)
{
	struct fault none = { 0 };
	if (strcmp(why->name, SIGNER_OVERTAKEN) == 0)
		return true;
	if (why->code != FAULT_LATER || !c->signer_gone || c->asked == -1)
		return false;
	c->signer_gone = !roads_get(c, 0, &none);
	return !c->signer_gone;
}

/* How it ended may say more than that it did. */
static void
gone(struct crew *c, struct fault *fault)
{
	struct fault why = { 0 };
	int64_t number = c->is.number;
	c->signer_gone = true;
	roads_close(c);
	if (!(c->asked == -1 ? starter_ended(&c->own, number, &why)
			     : starter_ask_ended(c->asked, number, &why)))
		*fault = why;
}

void
crew_told(struct crew *c, const struct fault *why)
{
	c->is.ca = c->is.ca && strcmp(why->name, SIGNER_AWAY) != 0;
}

/* Always false. */
static bool
failed(struct crew *c, const struct fault *why, struct fault *fault)
{
	c->stale = true;
	crew_told(c, why);
	*fault = *why;
	if (strcmp(why->name, FRAME_GONE.name) == 0)
		gone(c, fault);
	return false;
}

bool
crew_ask(struct crew *c, enum road road, int64_t kind, struct der body, struct sink *reply,
    struct fault *fault)
{
	struct fault inner = { 0 };
	int fd = c->road[road] != -1 ? c->road[road] : c->road[ROAD_ISSUER];
	return frame_call(fd, kind, body, SIGNER_MS, reply, &inner) || failed(c, &inner, fault);
}

bool
crew_send(struct crew *c, int64_t kind, struct der body, int64_t *id, struct fault *fault)
{
	struct fault inner = { 0 };
	return frame_ask(c->road[ROAD_ISSUER], kind, body, id, &inner) || failed(c, &inner, fault);
}

bool
crew_receive(struct crew *c, int64_t id, struct sink *reply, struct fault *fault)
{
	struct fault inner = { 0 };
	return frame_answer(c->road[ROAD_ISSUER], id, SIGNER_MS, reply, &inner) ||
	       failed(c, &inner, fault);
}

bool
crew_status(struct crew *c, struct fault *fault)
{
	if (!c->stale)
		return true;
	struct sink bytes = SINK_GROW(FRAME_MOST);
	if (!crew_ask(c, ROAD_ISSUER, SIGNER_STATUS, der_of(NULL, 0), &bytes, fault)) {
		sink_drop(&bytes);
		return false;
	}
	sink_drop(&c->status_bytes);
	c->status_bytes = bytes;
	c->stale = false;
	return signer_status_read(der_of(bytes.at, bytes.len), &c->status) ||
	       fault_refuse(fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
}

bool
crew_head(struct crew *c, struct sink *out, struct fault *fault)
{
	struct signer_head h = { .now = c->service->now };
	OWN_SINK proof = SINK_GROW(8192);
	c->stale = true; /* the other road may have moved the book */
	if (!crew_status(c, fault) ||
	    !head_read(&c->head, c->service->store, &c->status, &h, &proof, fault))
		return false;
	signer_head_pack(&h, out);
	c->stale = true; /* whatever is asked with it may move the book */
	return true;
}

bool
crew_document(struct crew *c, enum road road, int64_t kind, struct der document, struct der extra,
    struct der acts, struct sink *reply, struct fault *fault)
{
	OWN_SINK head = SINK_GROW(16384);
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	if (!crew_head(c, &head, fault))
		return false;
	struct signer_document d = { der_of(head.at, head.len), document, extra, acts };
	signer_document_pack(&d, &body);
	return crew_ask(c, road, kind, der_of(body.at, body.len), reply, fault);
}

bool
crew_make(struct crew *c, struct der ask, int *out, int64_t *id, struct fault *fault)
{
	int fd;
	if (!(c->asked == -1 ? starter_keymaker(&c->own, &fd, fault)
			     : starter_ask_keymaker(c->asked, &fd, fault)))
		return false;
	if (!frame_ask(fd, KEYMAKER_MAKE, ask, id, fault)) {
		(void)close(fd);
		return false;
	}
	*out = fd;
	return true;
}

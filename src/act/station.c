#include "act/station.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/keys.h"
#include "base/file.h"
#include "wire/child.h"
#include "wire/print.h"
#include "wire/serve.h"

const struct refusal STATION_AWAY = { "station-away", FAULT_LATER, "R-4.96" };
const struct refusal STATION_UNKNOWN = { "station-unknown", FAULT_STATE, "design 2" };

enum { END_MS = 3000 };

static void
name_path(struct service *s, const char *form, enum print_letter l, char out[SERVICE_PATH])
{
	char name[64];
	snprintf(name, sizeof(name), form, print_letter_name(l));
	service_path(s, name, out);
}

/* Whose key it is says the charter, not the file's name. */
static bool
id_find(struct service *s, struct station_call *c, struct fault *fault)
{
	char path[SERVICE_PATH + 8];
	const struct charter *charter;
	struct key_public k;
	snprintf(path, sizeof(path), "%s.pub", c->key);
	if (!service_charter(s, &charter, NULL, fault) ||
	    !key_public_read(path, KEY_STATION, &k, fault))
		return false;
	for (size_t i = 0; i < charter->stations; i++)
		if (memcmp(charter->station[i].point, k.bytes, P256_POINT) == 0) {
			memcpy(c->id, charter->station[i].id, sizeof(c->id));
			return true;
		}
	return fault_refuse(fault, &STATION_UNKNOWN, NULL,
	    "印刷局の鍵「%s」は今の憲章にありません。akashi staff add で登録してください。",
	    c->key);
}

const char *
station_printer(const struct service *s, enum print_letter l)
{
	return l == PRINT_PIN ? s->conf.printer_pin : s->conf.printer_password;
}

bool
station_call(struct service *s, enum print_letter l, bool standing, struct station_call *c,
    struct fault *fault)
{
	size_t n = 0;
	*c = (struct station_call){ 0 };
	name_path(s, s->rehearsal ? "rehearsal/keys/station-%s" : "keys/station-%s", l, c->key);
	name_path(s, "keys/print-%s.notes", l, c->notes);
	if (s->rehearsal)
		name_path(s, "rehearsal/print-%s.day", l, c->keep);
	name_path(s, "run/print-%s.sock", l, c->socket);
	if (!id_find(s, c, fault))
		return false;
	const char *const rows[][2] = { { "--letter", print_letter_name(l) },
		{ "--station", c->id }, { "--key", c->key }, { "--notes", c->notes },
		{ "--printer", station_printer(s, l) }, { s->rehearsal ? "--keep" : NULL, c->keep },
		{ standing ? "--listen" : NULL, c->socket } };
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i][0] != NULL) {
			c->argv[n++] = rows[i][0];
			c->argv[n++] = rows[i][1];
		}
	if (s->rehearsal)
		c->argv[n++] = "--rehearsal";
	return true;
}

bool
station_kept(const struct station_call *c)
{
	return c->keep[0] != '\0' && file_exists(c->keep);
}

/* A rehearsal's own, for this call. Its key file has no passphrase. */
static bool
station_start(struct service *s, enum print_letter l, struct station *out, struct fault *fault)
{
	struct station_call call;
	int peer[2], passphrase[2];
	if (!station_call(s, l, false, &call, fault) || !socket_pair(peer, fault))
		return false;
	if (pipe(passphrase) != 0) {
		(void)close(peer[0]);
		(void)close(peer[1]);
		return fault_set(fault, FAULT_BUG, "パイプを作れません。");
	}
	(void)close(passphrase[1]);
	const struct child c = { "akashi-print", call.argv, { peer[1], passphrase[0] }, 2, false };
	bool good = child_start(&c, &out->pid, fault);
	(void)close(peer[1]);
	(void)close(passphrase[0]);
	out->fd = peer[0];
	return good;
}

bool
station_reach(struct service *s, enum print_letter l, struct station *out, struct fault *fault)
{
	char path[SERVICE_PATH], lock[SERVICE_PATH];
	struct fault none = { 0 };
	*out = (struct station){ .fd = -1 };
	name_path(s, "run/print-%s.sock", l, path);
	if (socket_connect(path, &out->fd, &none))
		return true;
	if (s->rehearsal && !lock_held(service_path(s, "run/lock", lock)))
		return station_start(s, l, out, fault);
	return fault_refuse(fault, &STATION_AWAY, NULL,
	    "印刷局が動いていません（%s）。akashi serve を確かめてから、もう一度実行してください。",
	    print_letter_name(l));
}

static void
station_leave(struct station *st)
{
	if (st->fd != -1)
		(void)close(st->fd);
	if (st->pid != 0)
		(void)child_end(st->pid, END_MS);
	*st = (struct station){ .fd = -1 };
}

bool
stations_reach(struct service *s, struct station st[PRINT_LETTERS], struct fault *fault)
{
	bool good = true;
	for (int l = 0; l < PRINT_LETTERS; l++)
		st[l] = (struct station){ .fd = -1 };
	for (int l = 0; good && l < PRINT_LETTERS; l++)
		good = station_reach(s, (enum print_letter)l, &st[l], fault);
	if (!good)
		stations_leave(st);
	return good;
}

void
stations_leave(struct station st[PRINT_LETTERS])
{
	for (int l = 0; l < PRINT_LETTERS; l++)
		station_leave(&st[l]);
}

bool
station_open(const struct station *st, const uint8_t service[SERVICE_ID], struct day day,
    struct sink *packed, struct fault *fault)
{
	uint8_t bytes[64];
	struct sink body = SINK_INTO(bytes);
	struct fault first = { 0 };
	struct print_open o = { .day = day };
	memcpy(o.service, service, sizeof(o.service));
	print_open_pack(&o, &body);
	if (frame_call(st->fd, PRINT_OPEN, der_of(body.at, body.len), PRINT_MS, packed, &first))
		return true;
	if (strcmp(first.name, "print-day-open") != 0) {
		*fault = first;
		return false;
	}
	return station_close(st, fault) &&
	       frame_call(st->fd, PRINT_OPEN, der_of(body.at, body.len), PRINT_MS, packed, fault);
}

bool
station_close(const struct station *st, struct fault *fault)
{
	return frame_call(st->fd, PRINT_CLOSE, der_of("", 0), PRINT_MS, NULL, fault);
}

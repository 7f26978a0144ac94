/*
 * act/station.h - reaching a print station: the standing one, or a rehearsal's for this call.
 *
 * Where `akashi serve` runs its stations listen on DIR/run/print-pin.sock and print-password.sock.
 * Where not, a rehearsal starts akashi-print with the day's key kept under DIR/rehearsal/; a real
 * service answers STATION_AWAY (75): its key lives in the station's memory only [design 4].
 * Never sees what a letter says, but in a rehearsal.
 */
#ifndef AKASHI_ACT_STATION_H
#define AKASHI_ACT_STATION_H

#include "act/service.h"
#include "book/statement.h"

/* Nobody listens; its key is not in the charter. */
extern const struct refusal STATION_AWAY, STATION_UNKNOWN;

struct station {
	int fd; /* -1: not reached */
	pid_t pid; /* 0: not our child */
};
/* The caller leaves it (stations_leave), reached or not. */
bool station_reach(struct service *, enum print_letter, struct station *, struct fault *) MUST_USE;
/* Both, or none. */
bool stations_reach(struct service *, struct station[PRINT_LETTERS], struct fault *) MUST_USE;
void stations_leave(struct station[PRINT_LETTERS]);

/* The day's print key, packed. A key left of a day nobody has open any more is wiped first. */
bool station_open(const struct station *, const uint8_t service[SERVICE_ID], struct day,
    struct sink *packed, struct fault *) MUST_USE;
/* Wiped; nothing to wipe is fine. */
bool station_close(const struct station *, struct fault *) MUST_USE;

/* How akashi-print is started, for whoever keeps one standing. */
struct station_call {
	char id[ACT_PERSON], key[SERVICE_PATH], notes[SERVICE_PATH], keep[SERVICE_PATH],
	    socket[SERVICE_PATH];
	const char *argv[20]; /* borrowed from the above and the service; NULL-ended */
};
/* standing: it listens on its socket. */
bool station_call(struct service *, enum print_letter, bool standing, struct station_call *,
    struct fault *) MUST_USE;
/* Where that station's sheets go, by akashi.conf as it stands; "": nowhere. */
const char *station_printer(const struct service *, enum print_letter);
/* A rehearsal's day's key lies in a file for the next that starts; a standing real one's in its memory alone. */
bool station_kept(const struct station_call *);

#endif

#include "act/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>

#include "base/file.h"
#include "base/sink.h"

/* The last moment of 2999 in Japan: terms reckoned from it still have four digits a year. */
static const int64_t TOLD_MOST = 32503647600;

/* "SERVICE SYSTEM": the instant told, and the system's when it was told. */
static bool
kept_read(const char *path, struct instant *told, struct instant *machine)
{
	uint8_t *bytes = NULL;
	size_t n;
	struct fault none = { 0 };
	if (!file_read(path, 128, &bytes, &n, &none))
		return false;
	OWN_BYTES(owned) = bytes;
	char *text = (char *)bytes, *gap = strchr(text, ' '), *end = strchr(text, '\n');
	if (gap == NULL || end == NULL)
		return false;
	*gap = *end = '\0';
	return instant_read(text, told) && instant_read(gap + 1, machine);
}

static bool
kept_write(const char *path, struct instant told, struct instant machine, struct fault *fault)
{
	char a[INSTANT_TEXT], b[INSTANT_TEXT], line[2 * INSTANT_TEXT + 2];
	int n = snprintf(
	    line, sizeof(line), "%s %s\n", instant_print(a, told), instant_print(b, machine));
	return file_write(path, 0600, line, (size_t)n, fault);
}

bool
clock_read(const char *path, const char *told, struct instant machine, struct instant *now,
    struct fault *fault)
{
	struct instant at = machine, kept, when;
	if (path == NULL && told != NULL)
		return fault_field(fault, FAULT_USAGE, "--now",
		    "--now は試験用のサービスだけで使えます。本番の時計はシステムの時計です。");
	bool known = path != NULL && kept_read(path, &kept, &when);
	if (known) /* a system clock set back does not set the service back */
		at.sec = kept.sec + (machine.sec > when.sec ? machine.sec - when.sec : 0);
	if (told != NULL) {
		struct instant t;
		if (!instant_read(told, &t) || t.sec > TOLD_MOST)
			return fault_field(fault, FAULT_USAGE, "--now",
			    "--now には 2026-11-20T09:00:00+09:00 のような時刻を渡してください。");
		bool later = !known || t.sec >= at.sec;
		at = t;
		if (later && !kept_write(path, t, machine, fault))
			return false;
	}
	*now = at;
	return true;
}

bool
clock_synchronised(void)
{
	struct timex t = { .modes = 0 };
	return adjtimex(&t) != -1 && (t.status & STA_UNSYNC) == 0;
}

const char *
clock_note(const struct policy *policy, struct day today)
{
	const char *rule = policy_setting(policy, "clock_unsynchronised", today);
	bool noted = rule != NULL && strcmp(rule, "note") == 0;
	return noted && !clock_synchronised() ? "clock=unsynchronised" : NULL;
}

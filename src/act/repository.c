#include "act/repository.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "act/news.h"
#include "base/file.h"
#include "wire/about.h"

enum { DOCUMENT_MOST = 1 << 20 };

static const char *const DOCUMENTS[] = { "agreement.txt", "agreement.en.txt", "cp.txt", "cp.en.txt",
	"cps.txt", "cps.en.txt" };

/* A copy has its original's time: with the size it tells whether there is anything to do. */
static bool
document_copy(const char *from, const char *to, int mode, struct fault *fault)
{
	struct stat a, b;
	OWN_BYTES(bytes) = NULL;
	size_t n;
	if (stat(from, &a) != 0)
		return true; /* an operator without that document */
	if (stat(to, &b) == 0 && b.st_size == a.st_size && b.st_mtim.tv_sec == a.st_mtim.tv_sec &&
	    b.st_mtim.tv_nsec == a.st_mtim.tv_nsec)
		return true;
	if (!file_read(from, DOCUMENT_MOST, (uint8_t **)(void *)&bytes, &n, fault) ||
	    !file_write(to, mode, bytes, n, fault))
		return false;
	const struct timespec times[2] = { a.st_atim, a.st_mtim };
	(void)utimensat(AT_FDCWD, to, times, 0);
	return true;
}

static bool
copy_all(const char *from, const char *to, int mode, struct fault *fault)
{
	char source[SERVICE_PATH + 64], copy[SERVICE_PATH + 64];
	for (size_t i = 0; i < COUNT(DOCUMENTS); i++) {
		snprintf(source, sizeof(source), "%s/%s", from, DOCUMENTS[i]);
		snprintf(copy, sizeof(copy), "%s/%s", to, DOCUMENTS[i]);
		if (!document_copy(source, copy, mode, fault))
			return false;
	}
	return true;
}

bool
documents_copy(const char *from, const char *to, struct fault *fault)
{
	char source[SERVICE_PATH], copy[SERVICE_PATH];
	snprintf(source, sizeof(source), "%s/documents", from);
	snprintf(copy, sizeof(copy), "%s/documents", to);
	return file_folder(copy, 0700, fault) && copy_all(source, copy, 0640, fault);
}

/* clang-format off */
static const struct { const char *setting; size_t at; } ABOUT[] = {
	{ "service_name",    offsetof(struct about, name) },
	{ "service_name_en", offsetof(struct about, name_en) },
	{ "operator",        offsetof(struct about, operator) },
	{ "operator_roman",  offsetof(struct about, operator_en) },
	{ "support_phone",   offsetof(struct about, phone) },
};
/* clang-format on */

static bool
about_tell(const struct service *s, struct fault *fault)
{
	struct about now = { 0 }, old;
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct fault none = { 0 };
	for (size_t i = 0; i < COUNT(ABOUT); i++) {
		snprintf((char *)&now + ABOUT[i].at, ABOUT_TEXT, "%s",
		    policy_setting_text(&s->policy, ABOUT[i].setting, s->today));
	}
	service_path(s, "repository/service.txt", path);
	if (file_read(path, ABOUT_BYTES, (uint8_t **)(void *)&bytes, &n, &none)) {
		about_read(bytes, &old);
		if (memcmp(&old, &now, sizeof(now)) == 0)
			return true;
	}
	return about_write(path, &now, fault);
}

bool
repository_tell(struct service *s, struct fault *fault)
{
	char from[SERVICE_PATH], to[SERVICE_PATH];
	return copy_all(service_path(s, "policy/documents", from),
		   service_path(s, "repository", to), 0644, fault) &&
	       about_tell(s, fault) && news_tell(s, fault);
}

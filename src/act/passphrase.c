#include "act/passphrase.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { FILE_MOST = 1024 };

bool
passphrase_of(
    const struct service *s, const char *name, uint8_t **bytes, size_t *n, struct fault *fault)
{
	char file[128], path[SERVICE_PATH];
	struct fault none = { 0 };
	*bytes = NULL;
	*n = 0;
	snprintf(
	    file, sizeof(file), "%skeys/%s.passphrase", s->rehearsal ? "rehearsal/" : "", name);
	if (s->rehearsal && !file_exists(service_path(s, file, path)))
		return true;
	if (!file_read(service_path(s, file, path), FILE_MOST, bytes, n, &none))
		return fault_set(fault, FAULT_LATER,
		    "プログラムの鍵の合言葉「%s」を読めません。"
		    "置いてからもう一度実行してください。",
		    path);
	if (*n > 0 && (*bytes)[*n - 1] == '\n')
		--*n;
	return true;
}

bool
passphrase_pipe(const struct service *s, const char *name, int *fd, struct fault *fault)
{
	uint8_t *bytes;
	size_t n;
	int ends[2];
	if (!passphrase_of(s, name, &bytes, &n, fault))
		return false;
	bool good =
	    pipe2(ends, O_CLOEXEC) == 0 || fault_set(fault, FAULT_LATER, "パイプを作れません。");
	if (good) {
		good = (n == 0 || write(ends[1], bytes, n) == (ssize_t)n) ||
		       fault_set(fault, FAULT_BUG, "合言葉を渡せません。");
		(void)close(ends[1]);
		if (good)
			*fd = ends[0];
		else
			(void)close(ends[0]);
	}
	if (bytes != NULL)
		explicit_bzero(bytes, n);
	free(bytes);
	return good;
}

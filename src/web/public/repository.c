#include "web/public/repository.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MOST = 80 };

const char *
repository_type(const char *name)
{
	static const struct {
		const char *end, *type;
	} ROWS[] = {
		{ ".crt", "application/pkix-cert" },
		{ ".crl", "application/pkix-crl" },
		{ ".der", "application/octet-stream" },
		{ ".p7c", "application/pkcs7-mime" },
		{ ".pem", "application/x-pem-file" },
		{ ".txt", "text/plain; charset=utf-8" },
		{ ".json", "application/json" },
		{ ".pdf", "application/pdf" },
	};
	size_t n = strlen(name);
	if (n == 0 || n > NAME_MOST || name[0] == '.' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != n)
		return NULL;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		size_t k = strlen(ROWS[i].end);
		if (n > k && strcmp(name + n - k, ROWS[i].end) == 0)
			return ROWS[i].type;
	}
	return NULL;
}

bool
repository_open(int folder, const char *name, int *out, struct stat *st, struct fault *fault)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 && errno != ENOENT && errno != ELOOP)
		return fault_set(fault, FAULT_STORE, "公開フォルダを読めません。");
	if (fd != -1 && fstat(fd, st) == 0 && S_ISREG(st->st_mode)) {
		*out = fd;
		return true;
	}
	if (fd != -1)
		(void)close(fd);
	return fault_set(fault, FAULT_MISSING, "「%s」はまだ公開されていません。", name);
}

bool
repository_read(int folder, const char *name, uint8_t **bytes, size_t *len, struct fault *fault)
{
	int fd;
	struct stat st;
	if (!repository_open(folder, name, &fd, &st, fault))
		return false;
	size_t n = (size_t)st.st_size, have = 0;
	uint8_t *p = n <= REPOSITORY_READ ? malloc(n + 1) : NULL;
	for (ssize_t k = 1; p != NULL && have < n && k > 0; have += k > 0 ? (size_t)k : 0)
		k = pread(fd, p + have, n - have, (off_t)have);
	(void)close(fd);
	if (p == NULL || have != n) {
		free(p);
		return fault_set(fault, FAULT_STORE, "「%s」を読めません。", name);
	}
	p[n] = '\0';
	*bytes = p;
	*len = n;
	return true;
}

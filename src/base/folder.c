#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
other_than_dots(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int
byte_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool
folder_read(const char *path, struct folder *out, struct fault *fault)
{
	*out = (struct folder){ 0 };
	int n = scandir(path, &out->at, other_than_dots, byte_order); /* -1 leaves at NULL */
	if (n == -1 && errno != ENOENT)
		return fault_set(fault, FAULT_STORE, "フォルダ「%s」を読めません（%s）。", path,
		    strerror(errno));
	out->n = n == -1 ? 0 : (size_t)n;
	return true;
}

const char *
folder_name(const struct folder *f, size_t i)
{
	return f->at[i]->d_name;
}

void
folder_drop(struct folder *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->at[i]);
	free(f->at);
	*f = (struct folder){ 0 };
}

/*
 * image PID...: what those programs have in their memory, one behind the other, to standard output:
 * every mapping that can be read and written, as a core would hold it. For root.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A page at a time: some cannot be read. */
static void
range_write(int memory, uint64_t from, uint64_t to)
{
	char page[4096];
	for (uint64_t at = from; at < to; at += sizeof(page))
		if (pread(memory, page, sizeof(page), (off_t)at) == sizeof(page))
			(void)!fwrite(page, 1, sizeof(page), stdout);
}

static int
image(const char *pid)
{
	char path[64], line[512], may[8];
	unsigned long long from, to;
	(void)snprintf(path, sizeof(path), "/proc/%.20s/mem", pid);
	int memory = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "/proc/%.20s/maps", pid);
	FILE *maps = fopen(path, "re");
	if (memory == -1 || maps == NULL) {
		perror(pid);
		return 1;
	}
	while (fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%llx-%llx %7s", &from, &to, may) == 3 &&
		    strncmp(may, "rw", 2) == 0 && strstr(line, "/points-") == NULL)
			range_write(memory, from, to);
	(void)fclose(maps), (void)close(memory);
	return 0;
}

int
main(int argc, char **argv)
{
	int bad = 0;
	for (int i = 1; i < argc; i++)
		bad |= image(argv[i]);
	return bad | (fflush(stdout) != 0);
}

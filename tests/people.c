/*
 * people DIR ID:ROLE[:SURFACE]...: people with keys in DIR/rehearsal/keys/ID under a charter of the
 * test's own, for flow tests of acts that are signed. A surface that is not named is the desk.
 */
#include "people.h"

int
main(int argc, char **argv)
{
	struct somebody people[16] = { 0 };
	struct service *s = NULL;
	struct fault fault = { 0 };
	size_t n = 0;
	if (argc < 3 || argc - 2 > (int)COUNT(people))
		return 2;
	for (int i = 2; i < argc; i++, n++) {
		char *role = strchr(argv[i], ':');
		char *surface = role == NULL ? NULL : strchr(role + 1, ':');
		if (surface != NULL)
			*surface++ = '\0';
		if (role == NULL || !role_read(role + 1, &people[n].role) ||
		    (surface != NULL && !surface_read(surface, &people[n].surface)))
			return 2;
		*role = '\0';
		people[n].id = argv[i];
	}
	made_or_die(service_open(argv[1], NULL, &s, &fault), &fault);
	free(people_make(s, people, n));
	service_close(s);
	return 0;
}

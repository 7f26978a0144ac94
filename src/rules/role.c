#include "rules/role.h"

#include <string.h>

static const char *const NAME[] = {
	[ROLE_CUSTODIAN] = "custodian",
	[ROLE_RECEPTION] = "reception",
	[ROLE_SCREENING] = "screening",
	[ROLE_APPROVAL] = "approval",
	[ROLE_ACCOUNTING] = "accounting",
	[ROLE_ISSUING] = "issuing",
	[ROLE_DISPATCH] = "dispatch",
	[ROLE_REVOCATION] = "revocation",
	[ROLE_AUDIT] = "audit",
	[ROLE_ADMIN] = "admin",
};
_Static_assert(COUNT(NAME) == ROLES, "every role needs its name");
static const char *const SURFACE[] = { [SURFACE_DESK] = "desk", [SURFACE_STATION] = "station" };

/* Audit is read-only; admin has no case rights; custodians do no cases. */
#define CASES                                                                                      \
	(1u << ROLE_RECEPTION | 1u << ROLE_SCREENING | 1u << ROLE_APPROVAL |                       \
	    1u << ROLE_ACCOUNTING | 1u << ROLE_ISSUING | 1u << ROLE_DISPATCH |                     \
	    1u << ROLE_REVOCATION)
static const struct {
	enum role role;
	unsigned against;
} CLASH[] = {
	{ ROLE_SCREENING, 1u << ROLE_APPROVAL },
	{ ROLE_ADMIN, CASES },
	{ ROLE_AUDIT, CASES | 1u << ROLE_ADMIN | 1u << ROLE_CUSTODIAN },
	{ ROLE_CUSTODIAN, CASES },
};

const char *
role_name(enum role r)
{
	return NAME[r];
}

static bool
word_find(const char *const *words, size_t n, const char *s, size_t len, size_t *out)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == len && memcmp(words[i], s, len) == 0) {
			*out = i;
			return true;
		}
	return false;
}

bool
role_read(const char *s, enum role *out)
{
	size_t i;
	if (!word_find(NAME, COUNT(NAME), s, strlen(s), &i))
		return false;
	*out = (enum role)i;
	return true;
}

bool
role_set_read(const char *s, unsigned *out)
{
	unsigned set = 0;
	size_t i;
	for (;;) {
		size_t n = strcspn(s, ",");
		if (!word_find(NAME, COUNT(NAME), s, n, &i))
			return false;
		set |= 1u << i;
		if (s[n] == '\0')
			break;
		s += n + 1;
	}
	*out = set;
	return true;
}

bool
role_set_clash(unsigned set, enum role *one, enum role *other)
{
	for (size_t i = 0; i < COUNT(CLASH); i++)
		for (int r = 0; r < ROLES && (set & 1u << CLASH[i].role) != 0; r++)
			if ((set & CLASH[i].against & 1u << r) != 0) {
				*one = CLASH[i].role;
				*other = (enum role)r;
				return true;
			}
	return false;
}

const char *
surface_name(enum surface s)
{
	return SURFACE[s];
}

bool
surface_read(const char *s, enum surface *out)
{
	size_t i;
	if (!word_find(SURFACE, COUNT(SURFACE), s, strlen(s), &i))
		return false;
	*out = (enum surface)i;
	return true;
}

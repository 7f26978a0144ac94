#include "rules/paper_kind.h"

const char *const PAPER_BASE_NAMES[BASES] = { "issue", "stamp", "acceptance", "approval", "form",
	"transfer" };
const char *const PAPER_FORM_NAMES[FORMS] = { "original", "copy", "either" };

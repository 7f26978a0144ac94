#include "exchange/policy_row.h"

#include "exchange/policy_file.h"
#include "rules/mail.h"

static const char *const SERIES[] = { "download", "cd-r" };
static const char *const WHENS[] = { "always", "former-name", "delegate", "by-post", "mandate",
	"no-mandate", "in-person" };
static const char *const UNIT[] = { "days", "months", "business-days", "hours", "days-before",
	"term" };
static const char *const PLACE[] = { "subject", "subscriber", "mandator" };
static const char *const SCOPE[] = { "outside", "signature", "mandate" };
_Static_assert(COUNT(SERIES) == SERIES_COUNT && COUNT(WHENS) == SLOT_WHENS &&
		   COUNT(UNIT) == UNITS && COUNT(PLACE) == PLACES && COUNT(SCOPE) == SCOPES,
    "every word of a rule needs its place");

static bool
mail_right(const void *row, const struct policy *policy, struct sink *say)
{
	return mail_text_right(row, policy, say);
}

/* clang-format off */
#define AT(row, member) offsetof(struct row, member)
#define T(row, name, member)		{ name, KEY_TEXT, false, AT(row, member), 0, NULL, 0, 0, 0 }
#define D(row)				{ "from", KEY_DAY, false, AT(row, from), 0, NULL, 0, 0, 0 }
#define C(row)				{ "clause", KEY_TEXT, false, AT(row, clause), 0, NULL, 0, 0, 0 }
#define I(row, name, member, lo, hi)	{ name, KEY_INT, false, AT(row, member), 0, NULL, 0, lo, hi }
#define B(row, name, member, opt)	{ name, KEY_BOOL, opt, AT(row, member), 0, NULL, 0, 0, 0 }
#define W(row, name, member, w, n)	{ name, KEY_WORD, false, AT(row, member), 0, w, n, 0, 0 }

static const struct key PRODUCT[] = {
	T(product, "code", code), T(product, "ja", name_ja), T(product, "en", name_en), I(product, "years", years, 1, 5),
	W(product, "series", series, SERIES, SERIES_COUNT), B(product, "mandate", mandate, false),
	{ "kinds", KEY_WORDS, false, AT(product, kinds), 0, KIND_NAMES, KINDS, 0, 0 },
	{ "price", KEY_INT64, false, AT(product, price), 0, NULL, 0, 1, 99999999 }, C(product), D(product),
};
static const struct key TAX[] = { I(tax_rate, "percent", percent, 0, 100), C(tax_rate), D(tax_rate) };
static const struct key PAPER[] = {
	T(paper_kind, "code", code), T(paper_kind, "ja", name_ja), T(paper_kind, "en", name_en),
	I(paper_kind, "months", months, 0, 1200), W(paper_kind, "base", base, PAPER_BASE_NAMES, BASES),
	W(paper_kind, "form", form, PAPER_FORM_NAMES, FORMS), W(paper_kind, "send", send, PAPER_FORM_NAMES, FORMS),
	B(paper_kind, "submitted", submitted, true), B(paper_kind, "shared", shared, true),
	B(paper_kind, "shows_representative", shows_representative, true), C(paper_kind), D(paper_kind),
};
static const struct key SLOT[] = {
	T(slot, "code", code), { "kinds", KEY_WORDS, false, AT(slot, kinds), 0, KIND_NAMES, KINDS, 0, 0 },
	W(slot, "when", when, WHENS, SLOT_WHENS), B(slot, "judged", judged, false),
	{ "papers", KEY_TEXTS, false, AT(slot, papers), AT(slot, paper_count), NULL, 0, 0, 0 },
	T(slot, "missing", missing), { "message", KEY_TEXT, true, AT(slot, message), 0, NULL, 0, 0, 0 }, C(slot), D(slot),
};
static const struct key CHECK[] = {
	T(check, "code", code), T(check, "ja", ja), T(check, "en", en),
	{ "kinds", KEY_WORDS, false, AT(check, kinds), 0, KIND_NAMES, KINDS, 0, 0 }, W(check, "when", when, WHENS, SLOT_WHENS),
	C(check), D(check),
};
static const struct key CLOCK[] = {
	T(clock, "code", code), T(clock, "name", name), T(clock, "ja", name_ja), T(clock, "en", name_en),
	W(clock, "unit", unit, UNIT, UNITS),
	{ "figures", KEY_INTS, false, AT(clock, figures), AT(clock, figure_count), NULL, 0, 0, 100000 }, C(clock), D(clock),
};
static const struct key GROUND[] = {
	T(ground, "code", code), T(ground, "ja", text_ja), T(ground, "en", text_en), I(ground, "reason", reason, 0, 10),
	I(ground, "officers", officers, 1, 2), C(ground), D(ground),
};
static const struct key HOLIDAY[] = { { "day", KEY_DAY, false, AT(holiday, day), 0, NULL, 0, 0, 0 }, T(holiday, "name", name) };
static const struct key TEXT[] = { T(text, "code", code), T(text, "ja", ja), T(text, "en", en), C(text), D(text) };
static const struct key SETTING[] = { T(setting, "name", name), T(setting, "value", value), C(setting), D(setting) };
static const struct key LIST[] = {
	T(word_list, "name", name), { "words", KEY_TEXTS, false, AT(word_list, words), AT(word_list, count), NULL, 0, 0, 0 }, C(word_list),
};
static const struct key REPLACEMENT[] = {
	{ "character", KEY_CHARACTER, false, AT(replacement, character), 0, NULL, 0, 0, 0 }, T(replacement, "proposal", proposal),
};
static const struct key PROFILE[] = {
	T(profile, "code", code), W(profile, "kind", kind, KIND_NAMES, KINDS), B(profile, "mandate", mandate, false),
	T(profile, "policy_oid", policy_oid), T(profile, "cps_uri", cps_uri), T(profile, "crl_uri", crl_uri),
	I(profile, "key_bits", key_bits, 2048, 8192), C(profile), D(profile),
};
static const struct key FIELD[] = {
	T(profile_field, "profile", profile), T(profile_field, "field", field), W(profile_field, "place", place, PLACE, PLACES),
	T(profile_field, "oid", oid), I(profile_field, "limit", limit, 1, 4096), B(profile_field, "printable", printable, true),
	B(profile_field, "required", required, false), T(profile_field, "ja", ja), T(profile_field, "en", en),
	W(profile_field, "scope", scope, SCOPE, SCOPES), C(profile_field),
};

static const struct key MAIL[] = {
	T(mail_text, "code", code), T(mail_text, "subject_ja", subject_ja), T(mail_text, "subject_en", subject_en),
	T(mail_text, "ja", ja), T(mail_text, "en", en), C(mail_text), D(mail_text),
};

#define TABLE(file, keys, row, rows, count, code, from) \
	{ file, keys, COUNT(keys), sizeof(struct row), offsetof(struct policy, rows), offsetof(struct policy, count), code, from, NULL }
const struct table POLICY_TABLES[] = {
	TABLE("products.yaml", PRODUCT, product, products, product_count, AT(product, code), AT(product, from)),
	TABLE("tax.yaml", TAX, tax_rate, rates, rate_count, SIZE_MAX, AT(tax_rate, from)),
	TABLE("papers.yaml", PAPER, paper_kind, papers, paper_count, AT(paper_kind, code), AT(paper_kind, from)),
	TABLE("slots.yaml", SLOT, slot, slots, slot_count, AT(slot, code), AT(slot, from)),
	TABLE("clocks.yaml", CLOCK, clock, clocks, clock_count, AT(clock, code), AT(clock, from)),
	TABLE("grounds.yaml", GROUND, ground, grounds, ground_count, AT(ground, code), AT(ground, from)),
	TABLE("holidays.yaml", HOLIDAY, holiday, holidays, holiday_count, SIZE_MAX, AT(holiday, day)),
	TABLE("texts.yaml", TEXT, text, texts, text_count, AT(text, code), AT(text, from)),
	TABLE("settings.yaml", SETTING, setting, settings, setting_count, AT(setting, name), AT(setting, from)),
	TABLE("lists.yaml", LIST, word_list, lists, list_count, AT(word_list, name), SIZE_MAX),
	TABLE("replacements.yaml", REPLACEMENT, replacement, replacements, replacement_count, SIZE_MAX, SIZE_MAX),
	TABLE("profiles.yaml", PROFILE, profile, profiles, profile_count, AT(profile, code), AT(profile, from)),
	TABLE("fields.yaml", FIELD, profile_field, fields, field_count, SIZE_MAX, SIZE_MAX),
	TABLE("checks.yaml", CHECK, check, checks, check_count, AT(check, code), AT(check, from)),
	{ "mails.yaml", MAIL, COUNT(MAIL), sizeof(struct mail_text), offsetof(struct policy, mails),
		offsetof(struct policy, mail_count), AT(mail_text, code), AT(mail_text, from), mail_right },
};
const char *const POLICY_FILES[] = { "products.yaml", "tax.yaml", "papers.yaml", "slots.yaml", "clocks.yaml", "grounds.yaml",
	"holidays.yaml", "texts.yaml", "settings.yaml", "lists.yaml", "replacements.yaml", "profiles.yaml", "fields.yaml", "checks.yaml",
	"mails.yaml" };
const size_t POLICY_FILE_COUNT = COUNT(POLICY_FILES);
_Static_assert(COUNT(POLICY_FILES) == COUNT(POLICY_TABLES), "every file needs its table");
/* clang-format on */

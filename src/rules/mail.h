/*
 * rules/mail.h - every kind of mail the service writes, and what each kind's text may say.
 *
 * The words are rows of policy/mails.yaml, one per kind, in both languages; here is only
 * which values a kind has and how they are written. In a text {NAME} is a value and {M-403} stands
 * for that text of texts.yaml, in the same language, so that screen, mail and letter say the same.
 * Pure; never sees an address.
 */
#ifndef AKASHI_RULES_MAIL_H
#define AKASHI_RULES_MAIL_H

#include "base/sink.h"
#include "rules/policy.h"

enum mail_form {
	MAIL_FORM_NONE,
	MAIL_FORM_TEXT, /* lines of UTF-8; may differ in English */
	MAIL_FORM_WORD, /* one line of visible ASCII: a serial, a tracking number, an address */
	MAIL_FORM_DAY, /* 2026-06-09 */
	MAIL_FORM_YEN, /* 1234, written 1,234 */
	MAIL_FORM_NUMBER
};
enum { MAIL_VALUES = 6, MAIL_KIND_TEXT = 32, MAIL_VALUE_MOST = 16 << 10 };
struct mail_slot {
	const char *name; /* between the braces; NULL: none further */
	enum mail_form form;
};
struct mail_kind {
	const char *name;
	struct mail_slot value[MAIL_VALUES];
	const char *clause;
};
extern const struct mail_kind MAIL_KINDS[];
extern const size_t MAIL_KIND_COUNT;
const struct mail_kind *mail_kind(const char *name); /* NULL: no such kind */

/* What an act gives: exactly the values of its kind, in any order. */
struct mail_value {
	const char *name, *value;
	const char *en; /* NULL: the same in both languages */
};
/* A value is missing, is none of the kind's, or is not of its form. */
extern const struct refusal MAIL_VALUE;
bool mail_values_good(
    const struct mail_kind *, const struct mail_value *, size_t, struct fault *) MUST_USE;

/* Of every mail, given by whoever writes it: サービス 運営者 電話 照会番号 シリアル. */
enum { MAIL_COMMON = 5 };
extern const char *const MAIL_COMMON_NAMES[MAIL_COMMON];

enum mail_lang { MAIL_JA, MAIL_EN };
/*
 * One of its words (subject or body) with every value filled in. common: MAIL_COMMON values in the
 * order of their names.
 */
void mail_fill(const struct policy *, struct day, const char *words, enum mail_lang,
    const struct mail_kind *, const char *const common[MAIL_COMMON], const struct mail_value *,
    size_t, struct sink *);

/*
 * Whether a row's words name no value but its kind's, in the subject none of several lines; else
 * false with a sentence. The texts it includes are the policy's.
 */
bool mail_text_right(const struct mail_text *, const struct policy *, struct sink *say) MUST_USE;

#endif

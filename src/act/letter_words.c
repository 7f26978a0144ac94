#include "act/letter_words.h"

#include <string.h>

#include "rules/say.h"

static bool
limits_fill(const struct service *s, struct day may, struct day must, struct letter_words *w,
    struct fault *fault)
{
	const struct text *t = policy_text(&s->policy, "M-403", s->today);
	char a[DAY_TEXT], b[DAY_TEXT];
	struct sink ja = SINK_INTO(w->limit_ja), en = SINK_INTO(w->limit_en);
	const struct say_value v[] = { { "A", day_print(a, may) }, { "B", day_print(b, must) } };
	if (t == NULL)
		return fault_set(
		    fault, FAULT_BROKEN, "文面 M-403 が規則（texts.yaml）にありません。");
	say_fill(&ja, t->ja, v, COUNT(v));
	say_fill(&en, t->en, v, COUNT(v));
	return (sink_string(&ja) != NULL && sink_string(&en) != NULL) ||
	       fault_set(fault, FAULT_BROKEN, "文面 M-403 が長すぎます。");
}

bool
letter_words(const struct service *s, struct day may, struct day must, struct letter_words *w,
    struct fault *fault)
{
	const struct {
		const char *name;
		char *out;
		size_t size;
	} settings[] = { { "service_name", w->service, sizeof(w->service) },
		{ "operator", w->operator_name, sizeof(w->operator_name) },
		{ "support_phone", w->phone, sizeof(w->phone) } };
	for (size_t i = 0; i < COUNT(settings); i++) {
		const char *v = policy_setting(&s->policy, settings[i].name, s->today);
		if (v == NULL || strlen(v) >= settings[i].size)
			return fault_set(fault, FAULT_BROKEN,
			    "規則（settings.yaml）の %s がないか、長すぎます。", settings[i].name);
		memcpy(settings[i].out, v, strlen(v) + 1);
	}
	return limits_fill(s, may, must, w, fault);
}

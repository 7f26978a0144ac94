/* akashi dossier screen: a clerk's answers to the checks that are due. */
#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "act/screen.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/step.h"

enum { RESULT_FILE_MOST = 1 << 20 };

static bool
wrong(struct fault *fault, const char *what)
{
	return fault_field(fault, FAULT_INPUT, "--result",
	    "審査結果のファイルが正しくありません（%s）。"
	    "docs/formats/json.md の「審査結果」の形にしてください。",
	    what);
}

/* A text of the object that fits; absent: "". */
static bool
text_take(const json_t *o, const char *name, char *out, size_t size, struct fault *fault)
{
	const json_t *v = json_object_get(o, name);
	const char *s = v == NULL ? "" : json_string_value(v);
	if (s == NULL || strlen(s) >= size)
		return wrong(fault, name);
	memcpy(out, s, strlen(s) + 1);
	return true;
}

/* Nothing but the names that are known. */
static bool
only(json_t *o, const char *const *names, struct fault *fault)
{
	const char *key;
	json_t *value;
	if (!json_is_object(o))
		return wrong(fault, "{ }");
	json_object_foreach(o, key, value)
	{
		size_t i = 0;
		while (names[i] != NULL && strcmp(names[i], key) != 0)
			i++;
		if (names[i] == NULL)
			return wrong(fault, key);
	}
	return true;
}

static bool
entry_take(json_t *o, struct screening_entry *e, struct fault *fault)
{
	static const char *const NAMES[] = { "code", "result", "note", NULL };
	char result[16];
	if (!only(o, NAMES, fault) || !text_take(o, "code", e->code, sizeof(e->code), fault) ||
	    !text_take(o, "result", result, sizeof(result), fault) ||
	    !text_take(o, "note", e->note, sizeof(e->note), fault))
		return false;
	return answer_read(result, &e->answer) || wrong(fault, "result");
}

static bool
federation_take(json_t *o, struct federation *f, struct fault *fault)
{
	static const char *const NAMES[] = { "number", "date", NULL };
	char day[DAY_TEXT];
	if (o == NULL)
		return true;
	if (!only(o, NAMES, fault) ||
	    !text_take(o, "number", f->number, sizeof(f->number), fault) ||
	    !text_take(o, "date", day, sizeof(day), fault))
		return false;
	return day[0] == '\0' || day_read(day, &f->day) || wrong(fault, "date");
}

static bool
document_take(json_t *doc, struct screening *s, struct fault *fault)
{
	static const char *const NAMES[] = { "checks", "federation", NULL };
	json_t *checks = json_object_get(doc, "checks");
	if (!only(doc, NAMES, fault))
		return false;
	if (!json_is_array(checks) || json_array_size(checks) > SCREENING_CHECKS)
		return wrong(fault, "checks");
	s->entries = json_array_size(checks);
	for (size_t i = 0; i < s->entries; i++)
		if (!entry_take(json_array_get(checks, i), &s->entry[i], fault))
			return false;
	return federation_take(json_object_get(doc, "federation"), &s->federation, fault);
}

static bool
result_read(const char *path, struct screening *s, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	json_error_t where;
	if (!file_read(path, RESULT_FILE_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	json_t *doc = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &where);
	if (doc == NULL)
		return fault_field(fault, FAULT_INPUT, "--result",
		    "「%s」の %d 行目が JSON として読めません。", path, where.line);
	bool good = document_take(doc, s, fault);
	json_decref(doc);
	return good;
}

static bool
print(const struct cmd *cmd, int64_t id, const struct person *p, const struct screened *r,
    struct fault *fault)
{
	char day[DAY_TEXT], hex[DIGEST_HEX], text[1024];
	struct sink say = SINK_INTO(text);
	enum state state;
	hex_print(hex, r->digest, 32);
	day_print(day, r->last_day);
	if (r->passed)
		sink_print(&say,
		    "案件 %lld：審査に合格。第 %lld 版の承認待ちです（期限 %s）。\n八つの言葉：%s",
		    (long long)id, (long long)r->edition, day, r->words);
	else
		sink_print(&say, "案件 %lld：%s（%s）", (long long)id,
		    state_read(r->state, &state) ? state_label(state) : r->state, r->failed);
	json_t *failed = json_array();
	char list[sizeof(r->failed)], *rest = NULL;
	memcpy(list, r->failed, sizeof(list));
	for (char *one = strtok_r(list, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest))
		cmd_row(failed, json_string(one));
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:s,s:b,s:o,s:o,s:s?,s:s?,s:s?,s:s}", "v", 1, "dossier",
		(json_int_t)id, "state", r->state, "passed", r->passed, "failed", failed, "edition",
		r->passed ? json_integer(r->edition) : json_null(), "warrant",
		r->passed ? hex : NULL, "words", r->passed ? r->words : NULL, "last_day",
		r->passed ? day : NULL, "person", p->id),
	    sink_string(&say), fault);
}

struct screen_call {
	const char *number, *key, *result, *passphrase;
	bool ok;
	int64_t id;
};

static bool
call_read(const struct cmd *cmd, struct screen_call *c, struct fault *fault)
{
	const struct option_row rows[] = {
		{ "--key", &c->key, NULL, true },
		{ "--result", &c->result, NULL, false },
		{ "--ok", NULL, &c->ok, false },
		{ "--passphrase-file", &c->passphrase, NULL, false },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &c->number, 1, &n, fault))
		return false;
	if (!cmd_dossier(c->number, "N", &c->id, fault))
		return false;
	return (c->result != NULL) != c->ok ||
	       fault_field(fault, FAULT_USAGE, "--result",
		   "screen takes either --result FILE.json or, in a rehearsal, --ok");
}

bool
cmd_dossier_screen(const struct cmd *cmd, struct fault *fault)
{
	struct screen_call c = { 0 };
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	OWN_BYTES(screening) = calloc(1, sizeof(struct screening));
	struct screening *answers = screening;
	struct screened r;
	if (answers == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!call_read(cmd, &c, fault) || (!c.ok && !result_read(c.result, answers, fault)) ||
	    !cmd_service(cmd, &s, fault) || !cmd_person(s, c.key, c.passphrase, &p, fault))
		return false;
	answers->all_ok = c.ok;
	const struct screen_request request = { c.id, p, answers };
	return screen_run(s, &request, &r, fault) && print(cmd, c.id, p, &r, fault);
}

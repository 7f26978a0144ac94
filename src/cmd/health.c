/* akashi health, watch: is the service well, asked on its own machine and from another one. */
#include "cmd/cmd.h"

#include <stdio.h>

#include "act/health.h"
#include "act/watch.h"

struct telling {
	json_t *rows;
	struct sink text, metrics;
};

static void
tell(void *context, const struct health_row *r)
{
	struct telling *t = context;
	cmd_row(t->rows, json_pack("{s:s,s:b,s:I,s:I,s:s,s:s}", "check", r->name, "ok", r->good,
			     "value", (json_int_t)r->value, "limit", (json_int_t)r->limit, "unit",
			     r->unit, "message", r->say));
	sink_print(&t->text, "%s  %-9s %lld/%lld %s  %s\n", r->good ? "良" : "否", r->name,
	    (long long)r->value, (long long)r->limit, r->unit, r->say);
	sink_print(&t->metrics,
	    "akashi_health_ok{check=\"%s\"} %d\nakashi_health_value{check=\"%s\",unit=\"%s\"} "
	    "%lld\n"
	    "akashi_health_limit{check=\"%s\",unit=\"%s\"} %lld\n",
	    r->name, r->good, r->name, r->unit, (long long)r->value, r->name, r->unit,
	    (long long)r->limit);
}

bool
cmd_health(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	bool prometheus = false;
	const struct option_row rows[] = { { .name = "--prometheus", .flag = &prometheus } };
	struct telling t = { .text = SINK_GROW(65536), .metrics = SINK_GROW(65536) };
	int n, bad = 0;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !cmd_service(cmd, &s, fault))
		return false;
	t.rows = json_array();
	sink_text(&t.metrics, "# TYPE akashi_health_ok gauge\n# TYPE akashi_health_value gauge\n"
			      "# TYPE akashi_health_limit gauge\n");
	bool good = health_run(s, tell, &t, &bad, fault);
	json_t *doc = json_pack("{s:i,s:b,s:o}", "v", 1, "ok", bad == 0, "checks", t.rows);
	if (good && bad > 0)
		*cmd->exit = 1;
	if (good)
		good = cmd_print(cmd, doc, sink_string(prometheus ? &t.metrics : &t.text), fault);
	else
		json_decref(doc);
	sink_drop(&t.text);
	sink_drop(&t.metrics);
	return good;
}

bool
cmd_watch(const struct cmd *cmd, struct fault *fault)
{
	struct watch w = { .now = instant_now() };
	const struct option_row rows[] = {
		{ .name = "--ca", .value = &w.ca, .required = true },
		{ .name = "--charter", .value = &w.charter },
		{ .name = "--state", .value = &w.state, .required = true },
	};
	struct watched is;
	char text[256], from[INSTANT_TEXT], until[INSTANT_TEXT], at[INSTANT_TEXT];
	struct sink say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &w.url, 1, &n, fault))
		return false;
	if (n != 1 || (cmd->now != NULL && !instant_read(cmd->now, &w.now)))
		return fault_field(fault, FAULT_USAGE, "URL",
		    "watch takes a list's address, and after --now a time");
	if (!watch_run(&w, &is, fault))
		return false;
	instant_print(from, is.this_update);
	instant_print(until, is.next_update);
	sink_print(&say, "CRL %lld（失効 %lld 件、%s から %s まで）は前に見たものに続いています。",
	    (long long)is.number, (long long)is.entries, from, until);
	json_t *head = is.line == 0
			   ? json_null()
			   : json_pack("{s:I,s:I,s:s}", "line", (json_int_t)is.line, "events",
				 (json_int_t)is.events, "at", instant_print(at, is.at));
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:s,s:s,s:o}", "v", 1, "number", (json_int_t)is.number,
		"entries", (json_int_t)is.entries, "this_update", from, "next_update", until,
		"checkpoint", head),
	    sink_string(&say), fault);
}

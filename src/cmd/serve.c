/* akashi serve: the public site and the issuer, with what they need, until it is told to stop. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/standing.h"

/* 127.0.0.1:8440 is read as http://localhost:8440. */
static void
url_print(const char *listen, struct sink *out)
{
	static const char *const HERE[] = {
		"127.0.0.1:", "localhost:", "0.0.0.0:", "[::1]:", "[::]:"
	};
	for (size_t i = 0; i < COUNT(HERE); i++)
		if (strncmp(listen, HERE[i], strlen(HERE[i])) == 0) {
			sink_print(out, "http://localhost:%s", listen + strlen(HERE[i]));
			return;
		}
	sink_print(out, "http://%s", listen);
}

static const char *
shield(const struct standing *s)
{
	if (geteuid() != 0)
		return "プログラムどうしは隔てられていません（同じ利用者で動いています）。"
		       "試験用だけに使えます。";
	for (size_t i = 0; i < s->keeper.count; i++)
		if (standing_uid(s, i) != 0)
			return "公開サイトは別の利用者で動き、repository/ のほかは読めません。"
			       "ほかのプログラムは root のまま、それぞれの檻だけで守られています。";
	return "プログラムごとの利用者がないため、どれも root で動いています。";
}

static json_t *
programs(const struct standing *s)
{
	json_t *out = json_array();
	for (size_t i = 0; i < s->keeper.count; i++)
		cmd_row(out,
		    json_pack("{s:s,s:I,s:I}", "name", standing_name(s, i), "pid",
			(json_int_t)standing_pid(s, i), "uid", (json_int_t)standing_uid(s, i)));
	return out;
}

static bool
say_begun(const struct cmd *cmd, const struct standing *s, struct fault *fault)
{
	char url[600], text[2048];
	struct sink where = SINK_INTO(url), say = SINK_INTO(text);
	const struct service *service = s->service;
	char *full = realpath(service->dir, NULL);
	const char *name = policy_setting(&service->policy, "service_name", service->today);
	url_print(s->listen, &where);
	sink_print(&say,
	    "「%s」%sを始めました。\n"
	    "  見る場所：%s\n"
	    "  フォルダ：%s\n"
	    "  終え方：　Ctrl-C\n%s",
	    name == NULL ? "" : name, service->rehearsal ? "（試験用）" : "", sink_string(&where),
	    full == NULL ? service->dir : full, shield(s));
	json_t *doc = json_pack("{s:i,s:s,s:s,s:b,s:I,s:o}", "v", 1, "url", url, "dir",
	    full == NULL ? service->dir : full, "rehearsal", service->rehearsal, "pid",
	    (json_int_t)getpid(), "programs", programs(s));
	free(full);
	return cmd_print(cmd, doc, sink_string(&say), fault);
}

/* Once when it goes, once when it is back. */
static void
say_change(void *context, size_t place, int status, int pause)
{
	const struct standing *s = context;
	if (status == -1)
		fprintf(stderr, "akashi: %s が再び動いています。\n", standing_name(s, place));
	else
		fprintf(stderr, "akashi: %s が止まりました（%d）。%d 秒後に始め直します。\n",
		    standing_name(s, place), status, pause);
}

bool
cmd_serve(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *listen = NULL;
	const struct option_row rows[] = { { "--listen", &listen, NULL, false } };
	struct standing standing;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !cmd_service(cmd, &s, fault))
		return false;
	if (listen == NULL)
		listen = s->conf.listen;
	bool good = standing_begin(s, listen, say_change, &standing, &standing, fault);
	if (good && !standing.keeper.stopped)
		good = say_begun(cmd, &standing, fault);
	if (good)
		standing_run(&standing);
	standing_end(&standing);
	return good;
}

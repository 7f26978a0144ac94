/* akashi sweep, audit verify: the books are compared, and made one again or named. */
#include "cmd/cmd.h"

#include "act/audit.h"
#include "act/sweep.h"
#include "base/text.h"

struct sweeping {
	json_t *rows;
	struct sink text;
};

static json_t *
number_json(int64_t n)
{
	return n == 0 ? json_null() : json_integer((json_int_t)n);
}

static void
tell(void *context, const struct sweep_row *r)
{
	struct sweeping *is = context;
	cmd_row(
	    is->rows, json_pack("{s:s,s:o,s:o,s:s?,s:s?,s:b,s:b,s:s}", "difference", r->difference,
			  "dossier", number_json(r->dossier), "edition", number_json(r->edition),
			  "serial", r->serial[0] == '\0' ? NULL : r->serial, "name",
			  r->name[0] == '\0' ? NULL : r->name, "done", r->done, "incident",
			  r->incident, "message", r->say));
	sink_print(&is->text, "%s", r->difference);
	if (r->dossier != 0)
		sink_print(&is->text, "  案件 %lld", (long long)r->dossier);
	if (r->serial[0] != '\0' || r->name[0] != '\0')
		sink_print(&is->text, "  %s%s", r->serial, r->name);
	sink_print(&is->text, "  %s  %s\n", r->done ? "済" : "未了", r->say);
}

bool
cmd_sweep(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct sweeping is = { .text = SINK_GROW(64 << 20) };
	struct swept all;
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault))
		return false;
	is.rows = json_array();
	bool good = sweep_run(s, tell, &is, &all, fault);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", is.rows);
	if (good && all.open > 0)
		*cmd->exit = all.incidents > 0 ? 7 : 1;
	return cmd_print_rows(cmd, good, doc, &is.text, "違いはありません。", fault);
}

bool
cmd_sweep_revoke(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	struct revoke_request q = { .ground = NULL };
	const char *many = NULL, *key = NULL, *passphrase = NULL, *other = NULL,
		   *other_passphrase = NULL;
	int64_t count;
	const struct option_row rows[] = {
		{ .name = "--count", .value = &many, .required = true },
		{ .name = "--ground", .value = &q.ground, .required = true },
		{ .name = "--key", .value = &key, .required = true },
		{ .name = "--passphrase-file", .value = &passphrase },
		{ .name = "--second", .value = &other },
		{ .name = "--second-passphrase-file", .value = &other_passphrase },
	};
	struct sweep_revoked is;
	char text[160];
	struct sink say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault))
		return false;
	if (!cmd_whole(many, 0, INT64_MAX, &count))
		return fault_field(fault, FAULT_USAGE, "--count",
		    "--count takes how many order-unknown the last sweep shows");
	if (!cmd_service(cmd, &s, fault) || !cmd_person(s, key, passphrase, &first, fault) ||
	    (other != NULL && !cmd_person(s, other, other_passphrase, &second, fault)))
		return false;
	q.first = first;
	q.second = second;
	if (!sweep_revoke(s, &q, count, &is, fault))
		return false;
	sink_print(&say,
	    "データベースにない電子証明書 %lld 件のうち %lld 件を失効しました（CRL %lld）。",
	    (long long)is.proposed, (long long)is.many.done, (long long)is.many.list);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:o}", "v", 1, "proposed", (json_int_t)is.proposed, "revoked",
		(json_int_t)is.many.done, "list", number_json(is.many.list)),
	    sink_string(&say), fault);
}

bool
cmd_audit_verify(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct audited is;
	char hex[DIGEST_HEX];
	OWN_SINK text = SINK_GROW(4096);
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault) ||
	    !audit_run(s, &is, fault))
		return false;
	sink_print(&text, "操作記録 %lld 件  %s\n", (long long)is.tree_size,
	    hex_print(hex, is.root, sizeof(is.root)));
	if (is.ok)
		sink_text(&text, "操作記録、台帳、電子証明書、失効、CRL は互いに合っています。");
	else
		sink_print(&text, "最初に合わない所：%s  %s", is.place, is.say);
	if (!is.ok)
		*cmd->exit = 7;
	json_t *broken =
	    is.ok ? json_null() : json_pack("{s:s,s:s}", "place", is.place, "message", is.say);
	return cmd_print(cmd,
	    json_pack("{s:i,s:b,s:I,s:s,s:o}", "v", 1, "ok", is.ok, "tree_size",
		(json_int_t)is.tree_size, "root", hex, "broken", broken),
	    sink_string(&text), fault);
}

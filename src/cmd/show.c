/* akashi dossier show, list: where a dossier stands. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/show.h"
#include "base/text.h"
#include "rules/fold.h"

/* clang-format off */
static const struct { enum application_field field; const char *label; } PERSON[] = {
	{ A_name, "氏名" }, { A_kana, "カナ" }, { A_roman, "ローマ字" }, { A_former_name, "旧姓併記" },
	{ A_birth, "生年月日" }, { A_postcode, "郵便番号" }, { A_address, "住所" }, { A_phone, "電話" },
	{ A_email, "メール" }, { A_trade_name, "屋号" }, { A_organisation, "組織" },
	{ A_organisation_address, "所在地" }, { A_representative, "代表者" },
	{ A_corporate_number, "法人番号" }, { A_department, "所属" }, { A_title, "肩書" },
	{ A_authority, "代理権" }, { A_gyosei_number, "登録番号" }, { A_delegate_name, "代理受取人" },
	{ A_stay_until, "在留期間" }, { A_payer, "振込名義" },
};
/* clang-format on */

static json_t *
person_json(const struct application *a)
{
	json_t *out = json_object();
	for (int f = 0; f < A_FIELDS; f++)
		cmd_field(out, application_field_name((enum application_field)f),
		    json_string(a->text[f]));
	return out;
}

static json_t *
papers_json(const struct judged *j)
{
	json_t *out = json_array();
	for (size_t i = 0; i < j->count; i++) {
		char text[96], day[DAY_TEXT];
		const struct paper_row *p = &j->papers[i];
		day_print(day, j->verdict[i].last_good);
		cmd_row(out, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s?,s:b}", "paper", p->code,
				 "name", j->verdict[i].kind->name_ja, "arrived", p->arrived,
				 "issued", p->issued, "form", p->copy != 0 ? "copy" : "original",
				 "verdict", judge_paper_text(&j->verdict[i], text), "last_good",
				 day[0] == '\0' ? NULL : day, "shared", i >= j->own));
	}
	return out;
}

static json_t *
checks_json(const struct show *w)
{
	json_t *out = json_array();
	for (size_t i = 0; i < w->check_count; i++)
		cmd_row(out, json_pack("{s:s,s:s,s:s}", "check", w->checks[i]->code, "text",
				 w->checks[i]->ja, "clause", w->checks[i]->clause));
	return out;
}

static json_t *
clocks_json(const struct show *w)
{
	json_t *out = json_array();
	for (size_t i = 0; i < w->clock_count; i++) {
		char from[DAY_TEXT], last[DAY_TEXT];
		const struct running *r = &w->clocks[i];
		day_print(from, r->from);
		day_print(last, r->last);
		cmd_row(out,
		    json_pack("{s:s,s:s,s:s,s:s?,s:b,s:s}", "clock", r->clock->code, "name",
			r->clock->name_ja, "from", from, "last_day", last[0] == '\0' ? NULL : last,
			"over", r->over, "clause", r->clock->clause));
	}
	return out;
}

static json_t *
events_json(const struct show *w)
{
	json_t *out = json_array();
	for (size_t i = 0; i < w->event_count; i++) {
		char at[INSTANT_TEXT];
		const struct event_row *e = &w->events[i];
		cmd_row(out, json_pack("{s:I,s:s,s:s,s:s,s:s}", "seq", (json_int_t)e->seq, "at",
				 instant_print(at, (struct instant){ e->at }), "kind", e->kind,
				 "actor", e->actor, "detail", e->detail));
	}
	return out;
}

static json_t *
line_json(const struct dossier_row *d)
{
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s?,s:I,s:s}", "dossier", (json_int_t)d->id,
	    "reference", d->reference, "state", d->state, "product", d->product, "kind", d->kind,
	    "form_date", d->form_date, "arrived", d->arrived[0] == '\0' ? NULL : d->arrived,
	    "fee_gross", (json_int_t)d->fee_gross, "payment", d->payment);
}

static json_t *
certificate_json(const struct show *w)
{
	char from[INSTANT_TEXT], to[INSTANT_TEXT], revoked[INSTANT_TEXT];
	const struct cert_row *c = &w->cert;
	if (!w->has_cert)
		return json_null();
	instant_print(from, (struct instant){ c->not_before });
	instant_print(to, (struct instant){ c->not_after });
	instant_print(revoked, (struct instant){ c->revoked_at });
	return json_pack("{s:s,s:I,s:s,s:s,s:s?,s:s?}", "serial", c->serial, "edition",
	    (json_int_t)c->edition, "not_before", from, "not_after", to, "revoked_at",
	    c->revoked_at == 0 ? NULL : revoked, "ground", c->revoked_at == 0 ? NULL : c->ground);
}

static json_t *
show_json(const struct show *w)
{
	json_t *doc = json_pack("{s:i}", "v", 1), *line = line_json(&w->dossier);
	cmd_field(line, "payment",
	    json_pack("{s:s,s:I,s:I,s:I}", "state", payment_name(w->fee.state), "fee_gross",
		(json_int_t)w->dossier.fee_gross, "due", (json_int_t)w->fee.due, "received",
		(json_int_t)w->fee.received));
	json_object_update(doc, line);
	json_decref(line);
	cmd_field(doc, "person", person_json(&w->person));
	cmd_field(doc, "verdict", w->judged.own == 0 ? json_null() : json_string(w->judged.text));
	cmd_field(doc, "papers", papers_json(&w->judged));
	cmd_field(doc, "deficiencies",
	    w->judged.own == 0 ? json_array() : cmd_deficiencies(&w->judged.bad));
	cmd_field(doc, "checks", checks_json(w));
	cmd_field(doc, "clocks", clocks_json(w));
	cmd_field(doc, "certificate", certificate_json(w));
	cmd_field(doc, "events", events_json(w));
	return doc;
}

static void
head_text(const struct show *w, struct sink *text)
{
	const struct dossier_row *d = &w->dossier;
	enum state state = dossier_state(d);
	sink_print(text, "案件 %lld  照会番号 %s  %s  %s  料金 %lld 円（%s）\n", (long long)d->id,
	    d->reference, state == STATES ? d->state : state_label(state), d->product,
	    (long long)w->fee.due, payment_label(w->fee.state));
	for (size_t i = 0; i < COUNT(PERSON); i++)
		if (w->person.text[PERSON[i].field][0] != '\0')
			sink_print(
			    text, "  %s：%s\n", PERSON[i].label, w->person.text[PERSON[i].field]);
}

static void
papers_text(const struct judged *j, struct sink *text)
{
	sink_text(text, "書類\n");
	for (size_t i = 0; i < j->count; i++) {
		char verdict[96], day[DAY_TEXT];
		day_print(day, j->verdict[i].last_good);
		sink_print(text, "  %s %s  発行 %s  到着 %s  期限 %s  %s%s\n", j->papers[i].code,
		    j->verdict[i].kind->name_ja, j->papers[i].issued, j->papers[i].arrived, day,
		    j->verdict[i].faults == 0 ? "可" : judge_paper_text(&j->verdict[i], verdict),
		    i >= j->own ? "（同封の共用）" : "");
	}
	for (size_t i = 0; j->own > 0 && i < j->bad.count; i++)
		sink_print(text, "  不備 %s：%s［%s］\n", j->bad.at[i].code, j->bad.at[i].say,
		    j->bad.at[i].clause);
}

static void
rest_text(const struct show *w, struct sink *text)
{
	sink_text(text, "確認事項\n");
	for (size_t i = 0; i < w->check_count; i++)
		sink_print(text, "  %s：%s［%s］\n", w->checks[i]->code, w->checks[i]->ja,
		    w->checks[i]->clause);
	sink_text(text, "期限\n");
	for (size_t i = 0; i < w->clock_count; i++) {
		char last[DAY_TEXT];
		const struct running *r = &w->clocks[i];
		sink_print(text, "  %s %s：%s%s［%s］\n", r->clock->code, r->clock->name_ja,
		    r->last.year == 0 ? "休日表の範囲を過ぎています" : day_print(last, r->last),
		    r->over ? "（過ぎました）" : "", r->clock->clause);
	}
	sink_text(text, "記録\n");
	for (size_t i = 0; i < w->event_count; i++) {
		char at[INSTANT_TEXT];
		const struct event_row *e = &w->events[i];
		sink_print(text, "  %s  %s  %s  %s\n", instant_print(at, (struct instant){ e->at }),
		    e->kind, e->actor, e->detail);
	}
}

bool
cmd_dossier_show(const struct cmd *cmd, struct fault *fault)
{
	const char *number = NULL;
	int64_t id;
	int n;
	OWN_SERVICE s = NULL;
	OWN_SHOW w = NULL;
	OWN_SINK text = SINK_GROW(1 << 20);
	if (!cmd_options(cmd, NULL, 0, &number, 1, &n, fault))
		return false;
	if (!cmd_dossier(number, "N", &id, fault) || !cmd_service(cmd, &s, fault) ||
	    !show_run(s, id, "dossier show", &w, fault))
		return false;
	head_text(w, &text);
	papers_text(&w->judged, &text);
	rest_text(w, &text);
	return cmd_print(cmd, show_json(w), sink_string(&text), fault);
}

struct listed {
	json_t *rows;
	struct sink text;
};

static bool
list_line(const struct dossier_row *d, void *context, struct fault *fault)
{
	struct listed *l = context;
	enum state state = dossier_state(d);
	enum payment payment = PAYMENT_UNPAID;
	(void)fault;
	cmd_row(l->rows, line_json(d));
	sink_print(&l->text, "%6lld  %s  %-6s  %-16s  %s  %s\n", (long long)d->id, d->reference,
	    d->product, d->kind,
	    payment_read(d->payment, &payment) ? payment_label(payment) : d->payment,
	    state == STATES ? d->state : state_label(state));
	return true;
}

/* As in JSON, or as people write it: of a revoked one also by the older word. */
static bool
state_of(const char *wanted, enum state *state)
{
	char text[256], label[256];
	struct sink w = SINK_INTO(text);
	fold_plain(wanted, &w);
	if (state_read(wanted, state))
		return true;
	for (int i = 0; sink_string(&w) != NULL && i < STATES; i++) {
		struct sink l = SINK_INTO(label);
		fold_plain(state_label((enum state)i), &l);
		*state = (enum state)i;
		if (sink_string(&l) != NULL && strcmp(text, label) == 0)
			return true;
	}
	return false;
}

bool
cmd_dossier_list(const struct cmd *cmd, struct fault *fault)
{
	const char *wanted = "";
	const struct option_row options[] = { { "--state", &wanted, NULL, false } };
	struct listed l = { .text = SINK_GROW(64 << 20) };
	OWN_SERVICE s = NULL;
	enum state state;
	int n;
	if (!cmd_options(cmd, options, COUNT(options), NULL, 0, &n, fault))
		return false;
	if (wanted[0] != '\0' && (!utf8_valid(wanted, strlen(wanted)) || !state_of(wanted, &state)))
		return fault_field(fault, FAULT_USAGE, "--state",
		    "「%.40s」という状態はありません。in_screening のように指定してください。",
		    wanted);
	if (!cmd_service(cmd, &s, fault))
		return false;
	l.rows = json_array();
	bool good = show_list(s, wanted[0] == '\0' ? "" : state_name(state), list_line, &l, fault);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", l.rows);
	return cmd_print_rows(cmd, good, doc, &l.text, "", fault);
}

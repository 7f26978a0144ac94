/* akashi demo: the table of what is played, and the playing. */
#include "cmd/demo.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "act/rulebook.h"
#include "cmd/init.h"

/* clang-format off */

/* Chosen for their names, kinds, products and routes; the others wait for a person to go on with them. */
static const struct demo_case PLAN[] = {
	{ "S1-002",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* 葛󠄀; letters to a delegate */
	{ "S1-005",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* of a company, three years */
	{ "S1-010",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* two colleagues, one deposit */
	{ "S1-010C", FATE_SCREEN | FATE_FETCH | FATE_LAPSE, 0 },
	{ "S1-011",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* a representative */
	{ "S1-017",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* of a trade */
	{ "S1-021",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* 行政書士 */
	{ "S1-033",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* 﨑; paid as one of a set */
	{ "S1-063",  FATE_SCREEN | FATE_LAPSE, 0 },			/* 﨑; never downloaded */
	{ "S1-076",  FATE_SCREEN | FATE_FETCH | FATE_RECEIPT, 0 },	/* with a mandate */
	{ "S1-047",  FATE_SCREEN | FATE_SPOIL | FATE_FETCH | FATE_RECEIPT, 0 },
	{ "S1-001",  FATE_SCREEN, 0 },					/* 髙, on CD-R: waits for its media */
	{ "S1-027",  FATE_SCREEN, 0 },					/* 𠮷, on CD-R */
	{ "S1-016",  FATE_LATER | FATE_FETCH | FATE_RECEIPT, 0 },	/* 𠮷; a paper comes again */
	{ "S1-028",  FATE_LATER | FATE_FETCH | FATE_RECEIPT, 0 },	/* 髙; its form comes corrected */
};

static demo_doing demo_begin;
#define DAY_1  "2026-11-20T"
#define DAY_2  "2026-11-24T" /* the next business day */
#define DAY_3  "2026-11-25T"
#define DAY_11 "2026-11-30T"
#define DAY_15 "2026-12-05T"
#define DAY_31 "2026-12-21T"

static const struct demo_step STEPS[] = {
	{ DAY_1 "09:00:00+09:00", "試験用のサービスを作り、役割ごとに二人分の鍵を用意します", demo_begin, NULL },
	{ DAY_1 "09:05:00+09:00", "規則を確かめ、憲章の案に載せます", demo_adopt, NULL },
	{ DAY_1 "09:10:00+09:00", "一人目の管理者が憲章に署名します", demo_charter, "custodian-1" },
	{ DAY_1 "09:15:00+09:00", "二人目の管理者が憲章に署名します", demo_charter, "custodian-2" },
	{ DAY_1 "09:20:00+09:00", "一人目の管理者が認証局の証明書に署名します", demo_certify, "custodian-1" },
	{ DAY_1 "09:25:00+09:00", "二人目の管理者が署名し、最初の失効リストを出します", demo_certify, "custodian-3" },
	{ DAY_1 "09:30:00+09:00", "届いた利用申込を登録します", demo_import, "" },
	{ DAY_1 "10:00:00+09:00", "届いた書類を登録し、判定します", demo_arrive, "" },
	{ DAY_1 "10:30:00+09:00", "審査担当が一件ずつ審査し、署名します", demo_screen, "" },
	{ DAY_1 "11:30:00+09:00", "承認者が自分の機械で内容を読み、署名します", demo_approve, "" },
	{ DAY_1 "13:00:00+09:00", "銀行の入金明細を取り込みます", demo_bank, "bank-zengin03.dat" },
	{ DAY_1 "13:30:00+09:00", "経理担当が、はっきりした提案だけを確認します", demo_confirm, NULL },
	{ DAY_1 "14:00:00+09:00", "印刷日を開きます", demo_day_open, NULL },
	{ DAY_1 "14:10:00+09:00", "承認と入金がそろった案件の電子証明書を発行します", demo_issue, NULL },
	{ DAY_1 "15:00:00+09:00", "PIN とパスワードの通知書を印刷します", demo_print, NULL },
	{ DAY_1 "15:30:00+09:00", "封をした封筒を読み取ります。一通は書損になりました", demo_seal, "spoil" },
	{ DAY_1 "16:00:00+09:00", "書損になった版の電子証明書を、失効担当の二人が失効させます", demo_spoiled, NULL },
	{ DAY_1 "16:30:00+09:00", "封筒を郵便局に出し、追跡番号を登録します", demo_send, NULL },
	{ DAY_1 "17:30:00+09:00", "印刷日を閉じます。印刷鍵が消え、ダウンロードが開きます", demo_day_close, NULL },
	{ DAY_2 "09:30:00+09:00", "直した申込書を登録します", demo_import, "later" },
	{ DAY_2 "09:40:00+09:00", "足りなかった書類を登録します", demo_arrive, "later" },
	{ DAY_2 "10:00:00+09:00", "直った案件と、書損の次の版を審査します", demo_screen, "later" },
	{ DAY_2 "11:00:00+09:00", "承認者が署名します", demo_approve, "later" },
	{ DAY_2 "11:30:00+09:00", "この日の入金明細を取り込みます", demo_bank, "later" },
	{ DAY_2 "11:40:00+09:00", "経理担当が確認します", demo_confirm, NULL },
	{ DAY_2 "13:00:00+09:00", "二回目の印刷日を開きます", demo_day_open, NULL },
	{ DAY_2 "13:10:00+09:00", "電子証明書を発行します", demo_issue, NULL },
	{ DAY_2 "14:00:00+09:00", "通知書を印刷します", demo_print, NULL },
	{ DAY_2 "14:30:00+09:00", "封をした封筒を読み取ります", demo_seal, NULL },
	{ DAY_2 "15:00:00+09:00", "封筒を発送します", demo_send, NULL },
	{ DAY_2 "17:30:00+09:00", "印刷日を閉じます", demo_day_close, NULL },
	{ DAY_3 "20:00:00+09:00", "加入者が電子証明書をダウンロードします", demo_fetch, NULL },
	{ DAY_11 "00:05:00+09:00", "期限が動きます（表Kの時計。ふだんは akashi-courier が動かします）", demo_clocks, NULL },
	{ DAY_11 "10:00:00+09:00", "返ってきた受領書を登録します", demo_receipt, NULL },
	{ DAY_11 "17:00:00+09:00", "失効リストを新しくします", demo_publish, NULL },
	{ DAY_15 "10:00:00+09:00", "15日目：期限が動きます。受領の連絡がまだない案件に電話をかけます", demo_chase, NULL },
	{ DAY_15 "17:00:00+09:00", "失効リストを新しくします", demo_publish, NULL },
	{ DAY_31 "08:30:00+09:00", "失効リストを新しくします", demo_publish, NULL },
	{ DAY_31 "09:00:00+09:00", "31日目：期限が動きます。受領のない電子証明書を、失効担当の二人が失効させます", demo_lapse, NULL },
	{ DAY_31 "10:00:00+09:00", "40日で終わる憲章を改めます（一人目の署名）", demo_charter, "custodian-1" },
	{ DAY_31 "10:05:00+09:00", "憲章を改めます（二人目の署名）", demo_charter, "custodian-2" },
	{ DAY_31 "11:00:00+09:00", "作ったものを demo.json に書きます", demo_book, NULL },
};
/* clang-format on */

void
demo_say(const struct demo *d, const char *form, ...)
{
	va_list args;
	(void)d;
	fputs("    ", stderr);
	va_start(args, form);
	vfprintf(stderr, form, args);
	va_end(args);
	fputc('\n', stderr);
}

bool
demo_person(struct service *s, const char *name, struct person **out, struct fault *fault)
{
	char file[64], path[SERVICE_PATH];
	snprintf(file, sizeof(file), "rehearsal/keys/%s", name);
	return person_open(s, service_path(s, file, path), "", 0, out, fault);
}

struct demo_case *
demo_case_of(struct demo *d, int64_t dossier)
{
	for (size_t i = 0; i < d->cases; i++)
		if (d->kase[i].dossier == dossier)
			return &d->kase[i];
	return NULL;
}

static bool
demo_begin(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	struct init_made made;
	(void)s;
	(void)arg;
	if (!init_run(&d->init, &made, fault))
		return false;
	demo_say(d, "%s（%s）", d->init.dir, made.engine);
	demo_say(d, "台帳の最初の行：%s", made.words);
	return true;
}

/* For whoever wants to look at what stands on disk between two steps. */
static void
wait_enter(void)
{
	char line[64];
	fputs("[Enter]\n", stderr);
	(void)!fgets(line, sizeof(line), stdin);
}

static bool
play_step(struct demo *d, const struct demo_step *step, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	d->init.told = step->at;
	return (step->run == demo_begin || service_open(d->init.dir, step->at, &s, fault)) &&
	       step->run(d, s, step->arg, fault);
}

static bool
play(struct demo *d, struct fault *fault)
{
	for (size_t i = 0; i < COUNT(STEPS); i++) {
		const struct demo_step *step = &STEPS[i];
		fprintf(stderr, "%.10s %.5s  %s\n", step->at, step->at + 11, step->say);
		if (!play_step(d, step, fault))
			return false;
		if (d->by_step)
			wait_enter();
	}
	return true;
}

bool
cmd_demo(const struct cmd *cmd, struct fault *fault)
{
	const char *file = NULL;
	struct demo d = { .init = { .rehearsal = true }, .cases = COUNT(PLAN) };
	const struct option_row rows[] = {
		{ "--store", &d.init.store, NULL, false },
		{ "--listen", &d.init.listen, NULL, false },
		{ "--step", NULL, &d.by_step, false },
		{ "--ca-key", &d.init.ca_key, NULL, false },
		{ "--ca-passphrase-file", &file, NULL, false },
	};
	char text[SERVICE_PATH + 128];
	struct sink say = SINK_INTO(text);
	int n;
	if (!vault_start(fault))
		return false;
	OWN_SECRET(locked) = secret_new(KEY_PASSPHRASE_MOST);
	if (!cmd_options(cmd, rows, COUNT(rows), &d.init.dir, 1, &n, fault))
		return false;
	if (n != 1 || cmd->now != NULL)
		return fault_field(fault, FAULT_USAGE, n != 1 ? "DIR" : "--now",
		    "demo needs a folder, and begins on its own day; see --help");
	memcpy(d.kase, PLAN, sizeof(PLAN));
	if (!cmd_init_ca(&d.init, file, locked, fault) ||
	    !shipped_find("samples", "tests/fixtures/samples", "applications.csv", d.samples,
		sizeof(d.samples), fault) ||
	    !shipped_find("demo", "tests/fixtures/demo", "applications.csv", d.later,
		sizeof(d.later), fault) ||
	    !play(&d, fault))
		return false;
	sink_print(&say, "電子証明書 %zu 枚を発行しました。「%s/demo.json」をご覧ください。",
	    d.certs, d.init.dir);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s,s:I}", "v", 1, "dir", d.init.dir, "now",
		STEPS[COUNT(STEPS) - 1].at, "certificates", (json_int_t)d.certs),
	    sink_string(&say), fault);
}

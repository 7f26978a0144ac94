/* A few applications and a few deposits in a service of their own, as tables. */
#ifndef AKASHI_TESTS_SCENE_H
#define AKASHI_TESTS_SCENE_H

#include "act/import.h"
#include "act/payment_import.h"
#include "made.h"
#include "typed.h"

enum { CASES = 4, DEPOSITS = 4 };
struct deposit {
	int64_t amount;
	const char *payer; /* "#2 " before it: the reference of case 2; "!2 ": one digit wrong */
};
struct scene {
	const char *name;
	struct {
		const char *product, *payer;
	} kase[CASES];
	struct deposit in[DEPOSITS];
	const char *outcome[CASES];
	/* "line>case difference reason", in order */
	const char *candidates[8];
};

struct taken {
	char reference[CASES][16];
	size_t count;
};

static inline void
take_reference(void *context, const struct import_row *row)
{
	struct taken *t = context;
	if (!row->accepted)
		print_message("%s: %s\n", row->ref, row->findings->at[0].say);
	assert_true(row->accepted && t->count < CASES);
	snprintf(t->reference[t->count++], 16, "%s", row->reference);
}

/* From trade_name to delegate_phone. */
static const char EMPLOYER[] =
    ",架空商事合同会社,沖縄県那覇市久茂地二丁目8番1号,小笠原　紗江,7874918861462,営業部第一課,"
    "沖縄県那覇市久茂地二丁目8番1号,営業部長,当社が行う入札及び契約に関する一切の権限,,,,,";

static inline void
scene_apply(struct service *s, const struct scene *scene, struct taken *t)
{
	char text[8192];
	struct sink csv = SINK_INTO(text);
	struct fault fault = { 0 };
	bool all;
	sink_text(&csv, TYPED_HEAD);
	for (int i = 0; i < CASES && scene->kase[i].product != NULL; i++) {
		bool mandate = strstr(scene->kase[i].product, "-I") != NULL;
		sink_print(&csv,
		    "P%d,2026-10-22,%s,%s,髙橋　亮,タカハシ　リョウ,TAKAHASHI RYO,,,"
		    "1973-08-24,M,,,9000015,沖縄県那覇市久茂地二丁目8番1号,\"2-8-1 KUMOJI, "
		    "NAHA-SHI, OKINAWA\",03-0000-0484,user@example.jp,ja,%s,post,,%s\n",
		    i + 1, scene->kase[i].product, mandate ? "employee" : "individual-basic",
		    mandate ? EMPLOYER : ",,,,,,,,,,,,,", scene->kase[i].payer);
	}
	assert_false(csv.full);
	made_or_die(import_run(s, text, csv.len, take_reference, t, &all, &fault), &fault);
}

static inline void
deposits_import(struct service *s, const struct deposit *in, size_t n, const struct taken *t)
{
	char text[4096], payer[200];
	struct sink csv = SINK_INTO(text);
	struct payment_imported im;
	struct fault fault = { 0 };
	int64_t balance = 1000;
	sink_text(&csv, "勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n");
	for (size_t i = 0; i < n && in[i].payer != NULL; i++) {
		const char *p = in[i].payer;
		snprintf(payer, sizeof(payer), "%s", p);
		if (*p == '#' || *p == '!') {
			snprintf(payer, sizeof(payer), "%s%s", t->reference[p[1] - '1'], p + 2);
			if (*p == '!')
				payer[5] = (char)('0' + (payer[5] - '0' + 1) % 10);
		}
		balance += in[i].amount;
		if (in[i].amount > 0)
			sink_print(&csv, "2026/11/19,,%lld,%lld,振込,%s\n", (long long)in[i].amount,
			    (long long)balance, payer);
		else /* a withdrawal */
			sink_print(&csv, "2026/11/19,%lld,,%lld,出金,%s\n",
			    -(long long)in[i].amount, (long long)balance, payer);
	}
	made_or_die(payment_import(s, text, csv.len, NULL, &im, &fault), &fault);
}

#endif

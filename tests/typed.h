/* One application as reception types it: who and where may be odd. For what a letter cannot show. */
#ifndef AKASHI_TESTS_TYPED_H
#define AKASHI_TESTS_TYPED_H

#include "base/sink.h"

#define TYPED_HEAD                                                                                 \
	"ref,form_date,product,kind,name,kana,roman,former_name,former_roman,birth,sex,"           \
	"nationality,stay_until,postcode,address,address_roman,phone,email,lang,trade_name,"       \
	"organisation,organisation_address,representative,corporate_number,department,"            \
	"department_address,title,authority,gyosei_number,delegate_name,delegate_postcode,"        \
	"delegate_address,delegate_phone,channel,photo_id,payer\n"
#define TYPED_PAPERS                                                                               \
	"ref,envelope,arrived,paper,issued,form,receipt_stamp,etax_notice,etax_form,shows_"        \
	"representative\n"

struct typed {
	const char *ref, *name, *address;
	const char *delegate, *delegate_address; /* NULL: none */
};

static inline void
typed_row(struct sink *csv, const struct typed *t)
{
	bool other = t->delegate != NULL;
	sink_print(csv,
	    "%s,2026-11-10,DL-B2,individual-basic,%s,ミホン　ハナコ,MIHON HANAKO,,,1980-03-31,F,,,"
	    "1000013,%s,KASUMIGASEKI,03-0000-0001,hanako@example.jp,ja,,,,,,,,,,,%s,%s,%s,%s,post,,"
	    "ﾐﾎﾝ ﾊﾅｺ\n",
	    t->ref, t->name, t->address, other ? t->delegate : "", other ? "1000013" : "",
	    other ? t->delegate_address : "", other ? "03-0000-0002" : "");
}

/* Its papers, good ones. */
static inline void
typed_papers(struct sink *csv, const char *ref)
{
	static const char *const PAPERS[] = { "D-02", "D-03", "D-06", "D-42" };
	for (size_t i = 0; i < COUNT(PAPERS); i++)
		sink_print(
		    csv, "%s,T-%s,2026-11-18,%s,2026-10-07,original,,,,\n", ref, ref, PAPERS[i]);
}

/* 20 characters a piece; a window has four lines of 17 for an address, three where it also says
 * that a proxy must not open the letter. */
#define TWENTY "東京都千代田区霞が関三丁目１番１号見本館"
#define FORTY TWENTY TWENTY
#define SIXTY FORTY TWENTY
#define HUNDRED SIXTY FORTY
#define NAME_64                                                                                               \
	"見本　花花花花花花花花花花花花花花花花花花花花花花花花花花花花花花" \
	"花花花花花花花花花花花花花花花花花花花花花花花花花花花花花花花"
#define NAME_NO_GLYPH "見本\U000E01EF　花子" /* a form of 本 that no face has */

#endif

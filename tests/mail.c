/*
 * mail: makes up a fortnight's mail whose answers it knows, reckoned apart from the project's code.
 *
 * mail SEED COUNT TODAY DIR   writes applications.csv, papers.csv and expected.csv in the columns
 *     of the samples, and policy.sed: the prices and the tax its fees are reckoned with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct date {
	int y, m, d;
};
struct maker {
	unsigned long state;
	struct date today;
	FILE *applications, *papers, *expected;
	int number, envelope;
};

static int
pick(struct maker *m, int n)
{
	m->state = m->state * 6364136223846793005ul + 1442695040888963407ul;
	return (int)((m->state >> 33) % (unsigned long)n);
}

static int
month_days(int y, int m)
{
	static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : DAYS[m - 1];
}

static struct date
next(struct date t)
{
	if (++t.d > month_days(t.y, t.m)) {
		t.d = 1;
		if (++t.m == 13)
			t = (struct date){ t.y + 1, 1, 1 };
	}
	return t;
}

static struct date
before(struct date t)
{
	if (--t.d == 0) {
		if (--t.m == 0)
			t = (struct date){ t.y - 1, 12, 0 };
		t.d = month_days(t.y, t.m);
	}
	return t;
}

static struct date
back(struct date t, int days)
{
	while (days-- > 0)
		t = before(t);
	return t;
}

static int
later(struct date a, struct date b) /* a after b */
{
	return a.y * 10000 + a.m * 100 + a.d > b.y * 10000 + b.m * 100 + b.d;
}

/* The eve of the matching day of `first`; where the month has none, its last day. */
static struct date
term(struct date first, int months)
{
	int m = first.m - 1 + months;
	struct date t = { first.y + m / 12, m % 12 + 1, first.d };
	if (t.d > month_days(t.y, t.m))
		return (struct date){ t.y, t.m, month_days(t.y, t.m) };
	return before(t);
}

static struct date
good_until(struct date issued, int months)
{
	return term(next(issued), months);
}

/* The first day a paper may bear to be good on `arrived`. */
static struct date
oldest(struct date arrived, int months)
{
	struct date t = arrived;
	while (!later(arrived, good_until(before(t), months)))
		t = before(t);
	return t;
}

static char *
text(char out[16], struct date t)
{
	snprintf(out, 16, "%04d-%02d-%02d", t.y, t.m, t.d);
	return out;
}

static const struct {
	const char *code;
	int years, price;
} PRODUCTS[] = { { "DL-B2", 2, 18100 }, { "DL-B3", 3, 26750 }, { "CD-B2", 2, 21350 },
	{ "CD-B3", 3, 29990 }, { "DL-I2", 2, 24410 }, { "CD-I3", 3, 30010 }, { "DL-G2", 2, 17770 },
	{ "DL-G3", 3, 27010 } };
enum { TAX = 12 };

static const struct {
	const char *kanji, *kana, *roman, *bank;
} FAMILY[] = { { "鷹取", "タカトリ", "TAKATORI", "ﾀｶﾄﾘ" },
	{ "勅使河原", "テシガワラ", "TESHIGAWARA", "ﾃｼｶﾞﾜﾗ" },
	{ "濵﨑", "ハマサキ", "HAMASAKI", "ﾊﾏｻｷ" }, { "𠮷村", "ヨシムラ", "YOSHIMURA", "ﾖｼﾑﾗ" },
	{ "小鳥遊", "タカナシ", "TAKANASHI", "ﾀｶﾅｼ" } },
  GIVEN[] = { { "美咲", "ミサキ", "MISAKI", "ﾐｻｷ" }, { "蓮", "レン", "REN", "ﾚﾝ" },
	  { "結衣", "ユイ", "YUI", "ﾕｲ" }, { "大翔", "ヒロト", "HIROTO", "ﾋﾛﾄ" },
	  { "奏", "カナデ", "KANADE", "ｶﾅﾃﾞ" } };
static const struct {
	const char *postcode, *address, *roman;
} ADDRESS[] = { { "6048571", "京都府京都市中京区寺町通御池上る上本能寺前町488番地",
		    "488 KAMIHONNOJIMAE-CHO, NAKAGYO-KU, KYOTO-SHI, KYOTO" },
	{ "7308586", "広島県広島市中区国泰寺町一丁目6番34号",
	    "1-6-34 KOKUTAIJIMACHI, NAKA-KU, HIROSHIMA-SHI, HIROSHIMA" },
	{ "8918501", "鹿児島県鹿児島市山下町11番1号",
	    "11-1 YAMASHITACHO, KAGOSHIMA-SHI, KAGOSHIMA" } };

enum kind { BASIC, INDIVIDUAL, SOLE, REPRESENTATIVE, EMPLOYEE, SCRIVENER, KINDS };
static const char *const KIND[] = { "individual-basic", "individual", "sole-proprietor",
	"representative", "employee", "gyoseishoshi" };
enum wrong { NOTHING, EMAIL, POSTCODE, FORM_DATE, KANA, CORPORATE, PRODUCT, WRONGS };
static const char *const FIELD[] = { "", "email", "postcode", "form_date", "kana",
	"corporate_number", "product" };

struct person {
	enum kind kind;
	enum wrong wrong;
	int product, family, given, address, envelope;
	int former, delegate, in_person,
	    foreign; /* foreign: 1 ends a day early, 2 on the day, 3 no end */
	int expired; /* the form */
	char corporate[16];
	struct date form, arrived;
	char verdict[256], last[512];
};

static void
corporate_number(struct maker *m, char out[16], int right)
{
	int sum = 0;
	char digits[13] = "";
	for (int i = 0; i < 12; i++)
		digits[i] = (char)('0' + pick(m, 10));
	for (int i = 0; i < 12; i++)
		sum += (digits[11 - i] - '0') * (i % 2 == 0 ? 1 : 2);
	int check = 9 - sum % 9;
	snprintf(out, 16, "%d%.12s", right ? check : check % 9 + 1, digits);
}

static int
product_of(struct maker *m, const struct person *p)
{
	if (p->kind == SCRIVENER)
		return 6 + pick(m, 2);
	if (p->kind == EMPLOYEE && pick(m, 2) == 0)
		return 4 + pick(m, 2);
	return pick(m, 4);
}

static void
person_make(struct maker *m, struct person *p)
{
	*p = (struct person){ .kind = (enum kind)pick(m, KINDS), .family = pick(m, 5) };
	p->given = pick(m, 5);
	p->address = pick(m, 3);
	p->product = product_of(m, p);
	p->envelope = ++m->envelope;
	p->wrong = pick(m, 6) == 0 ? (enum wrong)(1 + pick(m, WRONGS - 1)) : NOTHING;
	int organised = p->kind == REPRESENTATIVE || p->kind == EMPLOYEE;
	if (p->wrong == CORPORATE && !organised)
		p->wrong = EMAIL;
	p->foreign = pick(m, 5) == 0 && p->wrong == NOTHING ? 1 + pick(m, 3) : 0;
	p->former = p->foreign == 0 && pick(m, 5) == 0;
	p->delegate = pick(m, 5) == 0;
	p->in_person = pick(m, 6) == 0;
	p->expired = pick(m, 12) == 0;
	if (organised)
		corporate_number(m, p->corporate, p->wrong != CORPORATE);
	p->arrived = back(m->today, pick(m, 9));
	p->form = p->expired ? before(oldest(p->arrived, 12)) : back(p->arrived, 1 + pick(m, 40));
	if (!p->expired && pick(m, 12) == 0)
		p->form = oldest(p->arrived, 12);
	if (p->wrong == FORM_DATE)
		p->form = next(m->today);
}

static void
subject_print(const struct maker *m, const struct person *p)
{
	FILE *f = m->applications;
	char stay[16];
	struct date end = term(m->today, PRODUCTS[p->product].years * 12 + 1);
	text(stay, p->foreign == 1 ? before(end) : end);
	const char *product = p->wrong != PRODUCT    ? PRODUCTS[p->product].code
			      : p->kind == SCRIVENER ? "CD-B2"
						     : "DL-G2";
	char form[16];
	fprintf(f, "G-%03d,%s,%s,%s,", m->number, text(form, p->form), product, KIND[p->kind]);
	if (p->foreign != 0)
		fprintf(f, "SILVA MARIA,%s,SILVA MARIA,,,1990-02-28,F,BRA,%s,",
		    p->wrong == KANA ? "しるば" : "シルバ　マリア",
		    p->foreign == 3 ? "indefinite" : stay);
	else {
		const char *g = GIVEN[p->given].kanji, *r = GIVEN[p->given].roman;
		fprintf(f, "%s　%s,%s　%s,%s %s,", FAMILY[p->family].kanji, g,
		    p->wrong == KANA ? "かな" : FAMILY[p->family].kana, GIVEN[p->given].kana,
		    FAMILY[p->family].roman, r);
		if (p->former)
			fprintf(f, "旧井　%s,KYUI %s,", g, r);
		else
			fputs(",,", f);
		fputs("1971-12-31,M,,,", f);
	}
	fprintf(f, "%s,%s,\"%s\",075-000-%04d,g%d@example.%s,ja,",
	    p->wrong == POSTCODE ? "604857" : ADDRESS[p->address].postcode,
	    ADDRESS[p->address].address, ADDRESS[p->address].roman, m->number, m->number,
	    p->wrong == EMAIL ? "." : "org");
}

static void
office_print(const struct maker *m, const struct person *p)
{
	FILE *f = m->applications;
	const char *a = ADDRESS[(p->address + 1) % 3].address;
	int mandate = p->product == 4 || p->product == 5;
	switch (p->kind) {
	case SOLE:
		fprintf(f, "しらかば商店,,%s,,,,,,,,", a);
		break;
	case SCRIVENER:
		fprintf(f, "行政書士しらかば事務所,,%s,,,,,,,2600%04d,", a, m->number);
		break;
	case REPRESENTATIVE:
		fprintf(f, ",株式会社しらかば,%s,%s　%s,%s,,,代表取締役,,,", a,
		    p->foreign != 0 ? "SILVA" : FAMILY[p->family].kanji,
		    p->foreign != 0 ? "MARIA" : GIVEN[p->given].kanji, p->corporate);
		break;
	case EMPLOYEE:
		fprintf(f, ",株式会社しらかば,%s,白樺　一,%s,調達部,%s,課長,%s,,", a, p->corporate,
		    a, mandate ? "電子入札に関する一切の権限" : "");
		break;
	case BASIC:
	case INDIVIDUAL:
	case KINDS:
		fputs(",,,,,,,,,,", f);
		break;
	}
	fputs(p->delegate ? "受鳥　人子,7308586,広島県広島市中区国泰寺町一丁目6番34号,082-000-0000,"
			  : ",,,,",
	    f);
	fprintf(f, "%s,", p->in_person ? "in-person,my-number-card" : "post,");
	if (p->foreign != 0)
		fputs("ｼﾙﾊﾞ ﾏﾘｱ\n", f);
	else
		fprintf(f, "%s %s\n", FAMILY[p->family].bank, GIVEN[p->given].bank);
}

static void
verdict_add(struct person *p, const char *code, const char *fault)
{
	size_t n = strlen(p->verdict);
	snprintf(p->verdict + n, sizeof(p->verdict) - n, "%s%s%s", n == 0 ? "" : ";", code, fault);
}

/* One paper, well or with a fault of its own; marks: receipt stamp, e-Tax twice, representative. */
static void
paper_make(
    struct maker *m, struct person *p, const char *code, int months, int copies, const char *marks)
{
	char day[16], came[16], last[16];
	int chance = pick(m, 14);
	struct date issued = back(p->arrived, pick(m, 60));
	int copy = copies && pick(m, 2) == 0;
	if (chance == 0 && p->last[0] != '\0') { /* something always comes */
		verdict_add(p, copies ? "proof" : code, ":missing");
		return;
	}
	if (chance == 1 || chance == 2)
		issued = oldest(p->arrived, months);
	if (chance == 1) {
		issued = before(issued);
		verdict_add(p, code, ":too-old");
	}
	if (chance == 3 && !copies) {
		copy = 1;
		verdict_add(p, code, ":original-needed");
	}
	text(last, good_until(issued, months));
	size_t n = strlen(p->last);
	snprintf(p->last + n, sizeof(p->last) - n, "%s%s=%s", n == 0 ? "" : " ", code, last);
	fprintf(m->papers, "G-%03d,GE-%d,%s,%s,%s,%s,%s\n", m->number, p->envelope,
	    text(came, p->arrived), code, text(day, issued), copy ? "copy" : "original", marks);
}

/* By e-Tax: notice and print in one number, or not; its age counts from the notice. */
static void
etax_make(struct maker *m, struct person *p, const char *code)
{
	char notice[16], came[16], last[16];
	struct date sent = oldest(p->arrived, 12);
	int agrees = pick(m, 2);
	if (!agrees)
		verdict_add(p, code, ":etax-mismatch");
	text(last, good_until(sent, 12));
	size_t n = strlen(p->last);
	snprintf(p->last + n, sizeof(p->last) - n, "%s%s=%s", n == 0 ? "" : " ", code, last);
	text(notice, sent);
	fprintf(m->papers, "G-%03d,GE-%d,%s,%s,%s,copy,,%s 09:30 55%06d,%s 09:30 55%06d,\n",
	    m->number, p->envelope, text(came, p->arrived), code, notice, notice, m->number, notice,
	    m->number + !agrees);
}

static void
proof_make(struct maker *m, struct person *p)
{
	static const char *const STAMPED[] = { "D-10", "D-13", "D-17", "D-19", "D-27" },
				 *const PLAIN[] = { "D-20", "D-22", "D-28" },
				 *const LISTED[] = { "D-30", "D-31", "D-32" };
	size_t had = strlen(p->verdict);
	const char *code = STAMPED[pick(m, 5)];
	switch (pick(m, 7)) {
	case 0:
		paper_make(m, p, LISTED[pick(m, 3)], 3, 0, ",,,");
		if (strstr(p->verdict + had, "missing") != NULL) {
			p->verdict[had] = '\0';
			verdict_add(p, "proof", ":missing");
		}
		break;
	case 1:
		paper_make(m, p, "D-24", 60, 1, ",,,");
		break;
	case 2:
		paper_make(m, p, PLAIN[pick(m, 3)], 12, 1, ",,,");
		break;
	case 3:
		paper_make(m, p, code, 12, 1, "n,,,");
		if (strstr(p->verdict + had, "missing") == NULL)
			verdict_add(p, code, ":no-stamp");
		break;
	case 4:
		etax_make(m, p, code);
		break;
	default:
		paper_make(m, p, code, 12, 1, "y,,,");
		break;
	}
}

static void
company_make(struct maker *m, struct person *p)
{
	int silent = pick(m, 10) == 0;
	size_t had = strlen(p->verdict);
	paper_make(m, p, "D-40", 3, 0, silent ? ",,,n" : ",,,y");
	if (silent && strstr(p->verdict + had, "missing") == NULL)
		verdict_add(p, "D-40", ":no-representative");
	paper_make(m, p, "D-41", 3, 0, ",,,");
}

static void
papers_make(struct maker *m, struct person *p, int lent)
{
	int mandate = p->product == 4 || p->product == 5;
	if (p->expired)
		verdict_add(p, "form-expired", "");
	if (!p->in_person)
		paper_make(m, p, "D-02", 3, 0, ",,,");
	paper_make(m, p, "D-03", 3, 0, ",,,");
	if (p->former)
		paper_make(m, p, "D-04", 3, 0, ",,,");
	if (p->delegate)
		paper_make(m, p, "D-06", 3, 0, ",,,");
	if (p->kind == SOLE)
		proof_make(m, p);
	if ((p->kind == REPRESENTATIVE || p->kind == EMPLOYEE) && !lent)
		company_make(m, p);
	if (p->kind == EMPLOYEE)
		paper_make(m, p, mandate ? "D-43" : "D-42", 3, 0, ",,,");
}

static void
answer_print(const struct maker *m, const struct person *p)
{
	if (p->wrong != NOTHING) {
		fprintf(m->expected, "G-%03d,refused:%s,,-,,,-\n", m->number, FIELD[p->wrong]);
		return;
	}
	int price = PRODUCTS[p->product].price;
	fprintf(m->expected, "G-%03d,accepted,%s,%s,%d,%s,-\n", m->number,
	    p->foreign == 1 ? "M-106" : "", p->verdict[0] == '\0' ? "complete" : p->verdict,
	    price + price * TAX / 100, p->last);
}

static void
one(struct maker *m, struct person *p, int lent)
{
	m->number++;
	subject_print(m, p);
	office_print(m, p);
	if (p->wrong == NOTHING)
		papers_make(m, p, lent);
	answer_print(m, p);
}

/* Who works for the same company: in one envelope the company's papers serve both, in two not. */
static void
colleague(struct maker *m, const struct person *first)
{
	struct person p;
	int together = pick(m, 2);
	person_make(m, &p);
	p.kind = EMPLOYEE;
	p.product = pick(m, 4);
	p.wrong = NOTHING;
	p.expired = 0;
	p.arrived = first->arrived;
	p.form = back(p.arrived, 5);
	memcpy(p.corporate, first->corporate, sizeof(p.corporate));
	p.envelope = together ? first->envelope : p.envelope;
	const char *const codes[] = { "D-40", "D-41" };
	for (int i = 0; i < 2; i++) {
		const char *at = first->verdict;
		int told = 0;
		while (together && (at = strstr(at, codes[i])) != NULL) {
			char fault[64];
			snprintf(fault, sizeof(fault), "%.*s", (int)strcspn(at, ";"), at);
			verdict_add(&p, fault, "");
			at += 4;
			told = 1;
		}
		if (!together && !told)
			verdict_add(&p, codes[i], ":missing");
	}
	one(m, &p, 1);
}

static int
files_open(struct maker *m, const char *dir)
{
	FILE **const file[] = { &m->applications, &m->papers, &m->expected };
	static const char *const NAME[] = { "applications", "papers", "expected" };
	static const char *const HEAD[] = {
		"ref,form_date,product,kind,name,kana,roman,former_name,former_roman,birth,sex,"
		"nationality,stay_until,postcode,address,address_roman,phone,email,lang,trade_name,"
		"organisation,organisation_address,representative,corporate_number,department,"
		"department_address,title,authority,gyosei_number,delegate_name,delegate_postcode,"
		"delegate_address,delegate_phone,channel,photo_id,payer",
		"ref,envelope,arrived,paper,issued,form,receipt_stamp,etax_notice,etax_form,shows_"
		"representative",
		"ref,import_result,warnings,papers,fee_gross,last_good,payment"
	};
	for (int i = 0; i < 3; i++) {
		char path[512];
		snprintf(path, sizeof(path), "%s/%s.csv", dir, NAME[i]);
		*file[i] = fopen(path, "w");
		if (*file[i] == NULL)
			return 0;
		fprintf(*file[i], "%s\n", HEAD[i]);
	}
	return 1;
}

static int
policy_print(const char *dir)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/policy.sed", dir);
	FILE *f = fopen(path, "w");
	if (f == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(PRODUCTS) / sizeof(*PRODUCTS); i++)
		fprintf(f, "/code: %s,/s/price: [0-9]*/price: %d/\n", PRODUCTS[i].code,
		    PRODUCTS[i].price);
	fprintf(f, "s/percent: 10/percent: %d/\n", TAX);
	return fclose(f) == 0;
}

int
main(int argc, char **argv)
{
	struct maker m = { 0 };
	if (argc != 5 || sscanf(argv[3], "%d-%d-%d", &m.today.y, &m.today.m, &m.today.d) != 3 ||
	    !files_open(&m, argv[4]) || !policy_print(argv[4]))
		return 2;
	m.state = strtoul(argv[1], NULL, 10);
	long count = strtol(argv[2], NULL, 10);
	while (m.number < count) {
		struct person p;
		person_make(&m, &p);
		one(&m, &p, 0);
		if (p.kind == EMPLOYEE && p.wrong == NOTHING)
			colleague(&m, &p);
	}
	return fclose(m.applications) == 0 && fclose(m.papers) == 0 && fclose(m.expected) == 0 ? 0
											       : 2;
}

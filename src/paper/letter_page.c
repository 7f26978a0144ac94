#include "paper/letter_page.h"

#include <string.h>

#include "paper/barcode.h"
#include "paper/letter_text.h"

/*
 * The envelope: 235 x 120, its window 90 x 45 at (22, 13). The folded sheet is 210 x 110 and
 * slides by 25 and 10. WINDOW is seen wherever it slides; within SHOWN nothing else may stand.
 */
static const struct box WINDOW = { 22, 13, 65, 35 };
static const struct box SHOWN = { 0, 3, 112, 55 };

/*
 * The code, and the printed signs that lie on it when the sheet is folded: on the panel before it
 * (mirrored in fold 1) and behind it (mirrored in fold 2). It does not lie behind the window.
 */
static const struct box CODE = { 45, 147, 120, 13 };
static const struct box BEFORE = { 40, 2 * LETTER_FOLD_1 - 160.5, 130, 14 };
static const struct box BEHIND = { 40, 2 * LETTER_FOLD_2 - 160.5, 130, 12.5 };
static const double CODE_POINTS = 26, MODULE = 25.4 * 5 / 600; /* five dots of 600 an inch */
static const double LEFT = 20, WIDTH = 170;

/* clang-format off */
static const struct style
	PLAIN	= { 10.5, 4.6, 0, false },
	OTHER	= { 10.5, 4.6, 0.32, false },
	ADDRESS	= { 10.5, 4.3, 0, false },
	NAME	= { 12.5, 5.3, 0, false },
	CENTRED	= { 10.5, 4.6, 0, true },
	GREETING = { 14, 6.2, 0, false },
	TITLE	= { 17, 7.6, 0, false },
	TEST	= { 22, 10, 0, true };
/* clang-format on */

/* Paragraphs one below the other, down to `end`. */
struct flow {
	const struct sheet *sheet;
	const struct letter *letter;
	double x, y, w, end;
	struct fault *fault;
};

static const char *
whose(const struct letter *l)
{
	return l->subscriber != NULL ? l->subscriber : l->to_name;
}

static void
phrase_fill(struct prose *p, enum hand hand, const struct letter *l, enum letter_phrase phrase,
    enum letter_lang lang)
{
	const struct prose_value values[] = {
		{ "name", HAND_NAME, whose(l) },
		{ "phone", hand, l->support_phone },
		{ "reference", hand, l->reference },
	};
	prose_fill(p, hand, letter_phrase(l->kind, phrase, lang), values, COUNT(values));
}

static bool
flow_prose(struct flow *f, const struct prose *p, const struct style *style, const char *field)
{
	double used;
	if (!sheet_text(f->sheet, p, (struct box){ f->x, f->y, f->w, f->end - f->y }, style, field,
		&used, f->fault))
		return false;
	f->y += used;
	return true;
}

static bool
flow_text(
    struct flow *f, enum hand hand, const char *text, const struct style *style, const char *field)
{
	struct prose p = { 0 };
	prose_add(&p, hand, text);
	return flow_prose(f, &p, style, field);
}

/* The letter's language, then the other one. */
static bool
flow_say(struct flow *f, enum hand hand, enum letter_phrase phrase, double gap)
{
	struct prose first = { 0 }, second = { 0 };
	enum letter_lang lang = f->letter->lang;
	phrase_fill(&first, hand, f->letter, phrase, lang);
	phrase_fill(&second, HAND_TEXT, f->letter, phrase, !lang);
	if (!flow_prose(f, &first, &PLAIN, NULL) || !flow_prose(f, &second, &OTHER, NULL))
		return false;
	f->y += gap;
	return true;
}

/* What is said in both languages at once. */
static bool
flow_line(struct flow *f, enum letter_phrase phrase)
{
	struct prose p = { 0 };
	phrase_fill(&p, HAND_TEXT, f->letter, phrase, f->letter->lang);
	return flow_prose(f, &p, &PLAIN, NULL);
}

static bool
postcode_say(struct flow *f)
{
	static const char *const ROUTE[] = {
		[ROUTE_HONNIN] = "本人限定受取", [ROUTE_KANI] = "簡易書留"
	};
	const char *code = f->letter->to_postcode;
	char text[24];
	struct sink s = SINK_INTO(text);
	struct prose p = { 0 };
	sink_print(&s, "〒%.3s-%s", code, code + strlen(code) - 4);
	prose_add(&p, HAND_BOLD, ROUTE[f->letter->route]);
	struct box mark = { WINDOW.x + WINDOW.w - 29, f->y - 0.2, 28, 4.6 };
	sheet_frame(f->sheet, mark, 0.8);
	if (!sheet_text(f->sheet, &p, mark, &CENTRED, "route", NULL, f->fault) ||
	    !flow_text(f, HAND_TEXT, sink_string(&s), &ADDRESS, "to_postcode"))
		return false;
	f->y += 0.5;
	return true;
}

/* Number and bars of the envelope, at the foot of the window. */
static bool
envelope_say(struct flow *f)
{
	char widths[BARCODE_MODULES];
	struct sink s = SINK_INTO(widths);
	struct prose p = { 0 };
	if (!barcode_widths(f->letter->envelope, &s) || sink_string(&s) == NULL)
		return fault_refuse(f->fault, &LETTER_FIELD, "envelope",
		    "封筒の番号は英数字12字までです。番号を確かめてください。");
	double length = 0;
	for (const char *w = widths; *w != '\0'; w++)
		length += MODULE * (*w - '0');
	struct box bars = { f->x + 10 * MODULE, WINDOW.y + WINDOW.h - 5.6, length, 5 };
	sheet_bars(f->sheet, widths, bars, MODULE);
	double right = bars.x + length + 10 * MODULE;
	prose_add(&p, HAND_CODE, f->letter->envelope);
	return sheet_text(f->sheet, &p,
	    (struct box){ right, bars.y, WINDOW.x + WINDOW.w - right, bars.h }, &PLAIN, "envelope",
	    NULL, f->fault);
}

/* Everything a postman, and a proxy, must see; nothing more. */
static bool
window_say(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	struct flow f = { sheet, l, WINDOW.x + 1, WINDOW.y + 0.7, WINDOW.w - 2,
		WINDOW.y + WINDOW.h - 6, fault };
	struct prose name = { 0 }, note = { 0 };
	double below = NAME.step + 0.2 + (l->subscriber != NULL ? ADDRESS.step : 0);
	prose_add(&name, HAND_NAME, l->to_name);
	prose_add(&name, HAND_NAME, "　様");
	phrase_fill(&note, HAND_BOLD, l, SAY_PROXY_WINDOW, LETTER_JA);
	f.end -= below; /* the name's and the note's: a long address is refused as such */
	if (!postcode_say(&f) || !flow_text(&f, HAND_TEXT, l->to_address, &ADDRESS, "to_address"))
		return false;
	f.y += 0.2;
	f.end += below;
	if (!flow_prose(&f, &name, &NAME, "to_name"))
		return false;
	if (l->subscriber != NULL && !flow_prose(&f, &note, &ADDRESS, "subscriber"))
		return false;
	return envelope_say(&f);
}

static bool
sender_say(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	struct flow f = { sheet, l, SHOWN.x + SHOWN.w + 6, 14, 76, 42, fault };
	if (!flow_text(&f, HAND_BOLD, l->operator_name, &PLAIN, "operator") ||
	    !flow_text(&f, HAND_TEXT, l->service, &PLAIN, "service") || !flow_line(&f, SAY_PHONE) ||
	    !flow_line(&f, SAY_REFERENCE))
		return false;
	if (!l->rehearsal)
		return true;
	struct box mark = { f.x, 44, 62, 11 };
	struct prose test = { 0 };
	prose_add(&test, HAND_BOLD, "試験用 TEST");
	sheet_frame(sheet, mark, 1.5);
	return sheet_text(sheet, &test, mark, &TEST, "rehearsal", NULL, fault);
}

/* Read when the sheet leaves the envelope, still folded. */
static bool
notice_say(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	struct flow f = { sheet, l, LEFT + 4, 79, WIDTH - 8, LETTER_FOLD_1 - 3, fault };
	double top = f.y - 2;
	if (!flow_say(&f, HAND_BOLD, l->subscriber != NULL ? SAY_PROXY : SAY_DIRECT, 0))
		return false;
	sheet_frame(sheet, (struct box){ LEFT, top, WIDTH, f.y - top + 2 }, 0.8);
	return true;
}

static bool
head_say(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	struct flow f = { sheet, l, LEFT, LETTER_FOLD_1 + 5, WIDTH, CODE.y, fault };
	struct prose title = { 0 }, other = { 0 }, name = { 0 };
	phrase_fill(&title, HAND_BOLD, l, SAY_TITLE, l->lang);
	phrase_fill(&other, HAND_TEXT, l, SAY_TITLE, !l->lang);
	prose_add(&name, HAND_NAME, whose(l));
	prose_add(&name, HAND_NAME, "　様");
	if (!flow_prose(&f, &title, &TITLE, NULL) || !flow_prose(&f, &other, &OTHER, NULL))
		return false;
	f.y += 1;
	if (!flow_prose(&f, &name, &GREETING, "subscriber"))
		return false;
	f.y += 1;
	return flow_say(&f, HAND_TEXT, SAY_INTRO, 0);
}

static bool
inner_say(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	struct flow f = { sheet, l, LEFT, CODE.y + CODE.h + 2, WIDTH, LETTER_FOLD_2 - 1, fault };
	if (!head_say(sheet, l, fault))
		return false;
	sheet_frame(sheet, CODE, 1);
	sheet_code(sheet, l->code, CODE, CODE_POINTS);
	return flow_say(&f, HAND_TEXT, SAY_TYPE, 1) && flow_say(&f, HAND_BOLD, SAY_KEEP, 1.5) &&
	       flow_say(&f, HAND_TEXT, SAY_STEP_1, 0.4) &&
	       flow_say(&f, HAND_TEXT, SAY_STEP_2, 0.4) && flow_say(&f, HAND_TEXT, SAY_STEP_3, 0);
}

/* Eight groups of four digits a line. */
static bool
fingerprint_say(struct flow *f)
{
	const char *hex = f->letter->ca_fingerprint;
	for (int line = 0; line < 2; line++) {
		char text[64];
		struct sink s = SINK_INTO(text);
		for (int i = 0; i < 8; i++, hex += 4)
			sink_print(&s, "%s%.4s", i > 0 ? " " : "", hex);
		if (!flow_text(f, HAND_CODE, sink_string(&s), &PLAIN, "ca_fingerprint"))
			return false;
	}
	f->y += 1.2;
	return true;
}

static bool
outer_say(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	struct flow f = { sheet, l, LEFT, LETTER_FOLD_2 + 3, WIDTH, BEHIND.y - 0.5, fault };
	const char *limit[] = { l->limit[l->lang], l->limit[!l->lang] };
	for (size_t i = 0; i < COUNT(limit); i++)
		if (limit[i] != NULL &&
		    !flow_text(&f, HAND_TEXT, limit[i], i == 0 ? &PLAIN : &OTHER, "limit"))
			return false;
	f.y += 1;
	return flow_say(&f, HAND_BOLD, SAY_URGENT, 1) && flow_line(&f, SAY_FINGERPRINT) &&
	       fingerprint_say(&f);
}

static void
folds_draw(const struct sheet *sheet)
{
	static const double AT[] = { LETTER_FOLD_1, LETTER_FOLD_2 };
	for (size_t i = 0; i < COUNT(AT); i++) {
		sheet_line(sheet, 4, AT[i], 9, AT[i], 0.4);
		sheet_line(sheet, SHEET_WIDTH - 9, AT[i], SHEET_WIDTH - 4, AT[i], 0.4);
	}
	sheet_tint(sheet, BEFORE, CODE_POINTS);
	sheet_tint(sheet, BEHIND, CODE_POINTS);
}

bool
letter_page(const struct sheet *sheet, const struct letter *l, struct fault *fault)
{
	if (l->rehearsal) {
		sheet_watermark(sheet, "試験用 TEST", 25, 175, 72);
		sheet_watermark(sheet, "試験用 TEST", 25, 262, 72);
	}
	folds_draw(sheet);
	return window_say(sheet, l, fault) && sender_say(sheet, l, fault) &&
	       notice_say(sheet, l, fault) && inner_say(sheet, l, fault) &&
	       outer_say(sheet, l, fault);
}

/*
 * paper/sheet.h - one A4 page: texts in boxes, rules, codes. Millimetres from the upper left.
 *
 * A sheet without a cairo_t only measures and checks: drawing code is run twice, first so, and
 * nothing is drawn unless every glyph is exact and every text has room.
 */
#ifndef AKASHI_PAPER_SHEET_H
#define AKASHI_PAPER_SHEET_H

#include "paper/prose.h"

#include <cairo.h>

enum { SHEET_WIDTH = 210, SHEET_HEIGHT = 297 };
#define SHEET_POINTS(mm) ((mm)*72 / 25.4)

extern const struct refusal SHEET_ROOM; /* a text does not fit into its box */

struct sheet {
	const struct faces *faces;
	cairo_t *cr; /* NULL: measuring */
};
struct box {
	double x, y, w, h;
};
struct style {
	double points; /* never under 10.5 */
	double step; /* from line to line, mm */
	double grey; /* 0: black */
	bool centred;
};

/* *used: its height in mm. Refused with the glyph's row or SHEET_ROOM. */
bool sheet_text(const struct sheet *, const struct prose *, struct box, const struct style *,
    const char *field, double *used, struct fault *) MUST_USE;
/*
 * Signs of a PIN or password, centred: drawn one by one from where they lie, so that no buffer of
 * ours ever holds them.
 */
void sheet_code(const struct sheet *, const char *code, struct box, double points);
/* Signs over signs: what lies behind or before them cannot be read against the light. */
void sheet_tint(const struct sheet *, struct box, double points);
void sheet_bars(const struct sheet *, const char *widths, struct box, double module);
void sheet_line(const struct sheet *, double x1, double y1, double x2, double y2, double points);
void sheet_frame(const struct sheet *, struct box, double points);
/* Large, pale, slanting, behind everything. */
void sheet_watermark(const struct sheet *, const char *text, double x, double y, double points);

#endif

#include "paper/sheet.h"

#include <string.h>

#include "base/text.h"
#include "paper/face_pango.h"
#include "paper/glyphs.h"

const struct refusal SHEET_ROOM = { "sheet-room", FAULT_INPUT, "R-4.94" };

/* Each cluster is given the face that draws it; Pango may not choose another. */
static bool
attributes_set(const struct faces *faces, const struct prose *p, double points, PangoAttrList *list,
    const char *field, struct fault *fault)
{
	const char *at = p->text;
	for (size_t i = 0; i < p->runs; i++)
		while (at < p->text + p->run[i].end) {
			struct cluster c;
			if (!cluster_next(faces, p->run[i].hand, &at, &c, field, fault))
				return false;
			PangoFontDescription *d = face_describe(c.face, points);
			PangoAttribute *a = pango_attr_font_desc_new(d);
			pango_font_description_free(d);
			a->start_index = (guint)(c.at - p->text);
			a->end_index = (guint)(at - p->text);
			pango_attr_list_change(list, a);
		}
	pango_attr_list_change(list, pango_attr_fallback_new(FALSE));
	return true;
}

static bool
layout_new(const struct sheet *sheet, const struct prose *p, double width,
    const struct style *style, PangoLayout **out, const char *field, struct fault *fault)
{
	if (p->full || !utf8_valid(p->text, p->len))
		return fault_refuse(fault, &SHEET_ROOM, field,
		    "文が長すぎるか、文字コードが UTF-8 ではありません。直してください。");
	PangoAttrList *list = pango_attr_list_new();
	bool good = attributes_set(sheet->faces, p, style->points, list, field, fault);
	if (good) {
		PangoLayout *layout = pango_layout_new(faces_context(sheet->faces));
		pango_layout_set_text(layout, p->text, (int)p->len);
		pango_layout_set_attributes(layout, list);
		pango_layout_set_width(layout, (int)(SHEET_POINTS(width) * PANGO_SCALE));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
		if (style->centred)
			pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
		*out = layout;
	}
	pango_attr_list_unref(list);
	return good;
}

static void
layout_draw(
    const struct sheet *sheet, PangoLayout *layout, struct box box, const struct style *style)
{
	cairo_set_source_rgb(sheet->cr, style->grey, style->grey, style->grey);
	for (int i = 0; i < pango_layout_get_line_count(layout); i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
		PangoRectangle all;
		int left = 0;
		pango_layout_line_get_extents(line, NULL, &all);
		if (style->centred)
			left = (pango_layout_get_width(layout) - all.width) / 2;
		cairo_move_to(sheet->cr, SHEET_POINTS(box.x) + (double)left / PANGO_SCALE,
		    SHEET_POINTS(box.y + style->step * (i + 0.5)) + 0.36 * style->points);
		pango_cairo_show_layout_line(sheet->cr, line);
	}
}

/* So many whole characters, at most `most` bytes. */
static int
beginning(const char *text, size_t most)
{
	const char *at = text, *end = text;
	while (*at != '\0') {
		(void)utf8_next(&at);
		if ((size_t)(at - text) > most)
			break;
		end = at;
	}
	return (int)(end - text);
}

bool
sheet_text(const struct sheet *sheet, const struct prose *p, struct box box,
    const struct style *style, const char *field, double *used, struct fault *fault)
{
	OWN(PangoLayout) layout = NULL;
	if (!layout_new(sheet, p, box.w, style, &layout, field, fault))
		return false;
	double height = style->step * pango_layout_get_line_count(layout);
	if (pango_layout_get_unknown_glyphs_count(layout) != 0)
		return fault_refuse(fault, &GLYPH_MISSING, field,
		    "正しい字形で印刷できない文字があります。字形を確かめてください。");
	if (height > box.h + 0.01)
		return fault_refuse(fault, &SHEET_ROOM, field,
		    "「%.*s…」は決められた場所に収まりません。短くするか、係員にご相談ください。",
		    beginning(p->text, 60), p->text);
	if (sheet->cr != NULL)
		layout_draw(sheet, layout, box, style);
	if (used != NULL)
		*used = height;
	return true;
}

/* The scaled font belongs to the PangoFont. */
static cairo_scaled_font_t *
code_font(const struct sheet *sheet, double points, PangoFont **font)
{
	*font = face_load(sheet->faces, FACE_CODE, points);
	return pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(*font));
}

static void
sign_show(const struct sheet *sheet, const char *sign, double x, double y)
{
	uint32_t index;
	if (!face_glyph(sheet->faces, FACE_CODE, (uint32_t)*sign, 0, &index))
		return; /* letter_check has seen that each is there */
	cairo_glyph_t glyph = { index, x, y };
	cairo_text_cluster_t cluster = { 1, 1 };
	cairo_show_text_glyphs(sheet->cr, sign, 1, &glyph, 1, &cluster, 1, 0);
	explicit_bzero(&glyph, sizeof(glyph));
	explicit_bzero(&index, sizeof(index));
}

void
sheet_code(const struct sheet *sheet, const char *code, struct box box, double points)
{
	if (sheet->cr == NULL)
		return;
	OWN(PangoFont) font = NULL;
	cairo_set_scaled_font(sheet->cr, code_font(sheet, points, &font));
	cairo_set_source_rgb(sheet->cr, 0, 0, 0);
	double advance = points * 0.5 * 1.12; /* half-width signs, a little apart */
	double x = SHEET_POINTS(box.x + box.w / 2) - advance * (double)strlen(code) / 2;
	double y = SHEET_POINTS(box.y + box.h / 2) + 0.36 * points;
	for (const char *sign = code; *sign != '\0'; sign++, x += advance)
		sign_show(sheet, sign, x + points * 0.03, y);
}

/* The seven strokes of a sign in a cell of 1 x 2: from x, y to x, y. */
static const double STROKE[7][4] = { { 0, 0, 1, 0 }, { 0, 1, 1, 1 }, { 0, 2, 1, 2 }, { 0, 0, 0, 1 },
	{ 1, 0, 1, 1 }, { 0, 1, 0, 2 }, { 1, 1, 1, 2 } };

/* Signs of strokes as large as those of the code, one over the other, each row shifted. */
void
sheet_tint(const struct sheet *sheet, struct box box, double points)
{
	if (sheet->cr == NULL)
		return;
	double x0 = SHEET_POINTS(box.x), y0 = SHEET_POINTS(box.y), w = points * 0.36;
	uint32_t chance = 20261120; /* the same signs on every sheet: they tell nothing */
	cairo_save(sheet->cr);
	cairo_rectangle(sheet->cr, x0, y0, SHEET_POINTS(box.w), SHEET_POINTS(box.h));
	cairo_clip(sheet->cr);
	int row = 0;
	for (double y = -w; y < SHEET_POINTS(box.h); y += w * 0.7, row++)
		for (double x = -w * 0.37 * (row % 3); x < SHEET_POINTS(box.w); x += w * 1.3) {
			chance = chance * 1664525u + 1013904223u;
			for (int i = 0; i < 7; i++)
				if (chance >> (20 + i) & 1) {
					const double *k = STROKE[i];
					cairo_move_to(
					    sheet->cr, x0 + x + w * k[0], y0 + y + w * k[1]);
					cairo_line_to(
					    sheet->cr, x0 + x + w * k[2], y0 + y + w * k[3]);
				}
		}
	cairo_set_source_rgb(sheet->cr, 0.2, 0.2, 0.2);
	cairo_set_line_width(sheet->cr, points * 0.07);
	cairo_stroke(sheet->cr);
	cairo_restore(sheet->cr);
}

void
sheet_bars(const struct sheet *sheet, const char *widths, struct box box, double module)
{
	if (sheet->cr == NULL)
		return;
	double x = box.x;
	cairo_set_source_rgb(sheet->cr, 0, 0, 0);
	for (size_t i = 0; widths[i] != '\0'; i++) {
		double w = module * (widths[i] - '0');
		if (i % 2 == 0)
			cairo_rectangle(sheet->cr, SHEET_POINTS(x), SHEET_POINTS(box.y),
			    SHEET_POINTS(w), SHEET_POINTS(box.h));
		x += w;
	}
	cairo_fill(sheet->cr);
}

void
sheet_line(const struct sheet *sheet, double x1, double y1, double x2, double y2, double points)
{
	if (sheet->cr == NULL)
		return;
	cairo_set_source_rgb(sheet->cr, 0, 0, 0);
	cairo_set_line_width(sheet->cr, points);
	cairo_move_to(sheet->cr, SHEET_POINTS(x1), SHEET_POINTS(y1));
	cairo_line_to(sheet->cr, SHEET_POINTS(x2), SHEET_POINTS(y2));
	cairo_stroke(sheet->cr);
}

void
sheet_frame(const struct sheet *sheet, struct box box, double points)
{
	if (sheet->cr == NULL)
		return;
	cairo_set_source_rgb(sheet->cr, 0, 0, 0);
	cairo_set_line_width(sheet->cr, points);
	cairo_rectangle(sheet->cr, SHEET_POINTS(box.x), SHEET_POINTS(box.y), SHEET_POINTS(box.w),
	    SHEET_POINTS(box.h));
	cairo_stroke(sheet->cr);
}

void
sheet_watermark(const struct sheet *sheet, const char *text, double x, double y, double points)
{
	if (sheet->cr == NULL)
		return;
	OWN(PangoLayout) layout = pango_layout_new(faces_context(sheet->faces));
	PangoFontDescription *d = face_describe(FACE_BOLD, points);
	pango_layout_set_font_description(layout, d);
	pango_font_description_free(d);
	pango_layout_set_text(layout, text, -1);
	cairo_save(sheet->cr);
	cairo_translate(sheet->cr, SHEET_POINTS(x), SHEET_POINTS(y));
	cairo_rotate(sheet->cr, -0.30);
	cairo_set_source_rgb(sheet->cr, 0.90, 0.90, 0.90);
	cairo_move_to(sheet->cr, 0, 0);
	pango_cairo_layout_path(sheet->cr, layout);
	cairo_fill(sheet->cr);
	cairo_restore(sheet->cr);
}

/*
 * paper/face_pango.h - the faces as Pango and Cairo know them; for paper/ only.
 */
#ifndef AKASHI_PAPER_FACE_PANGO_H
#define AKASHI_PAPER_FACE_PANGO_H

#include "paper/face.h"

#include <pango/pangocairo.h>

/* Borrowed until faces_free. */
PangoContext *faces_context(const struct faces *);
/* The caller frees it. */
PangoFontDescription *face_describe(enum face, double points);
/* Borrowed; a face at a size, ready for cairo_set_scaled_font. The caller unrefs the font. */
PangoFont *face_load(const struct faces *, enum face, double points);

static inline void
PangoFont_drop(PangoFont **p)
{
	g_clear_object(p);
}
static inline void
PangoLayout_drop(PangoLayout **p)
{
	g_clear_object(p);
}

#endif

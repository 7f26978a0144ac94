#include "paper/face.h"

#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <pango/pangofc-fontmap.h>
#include <stdlib.h>
#include <unistd.h>

#include "paper/face_pango.h"

const struct refusal FACE_FILE = { "face-file", FAULT_OUTSIDE, "R-4.94" };

/* clang-format off */
static const struct {
	const char *file, *family;
	bool bold;
	const char *package;
} FACE[] = {
	[FACE_NAME] = { "/usr/share/fonts/truetype/ipamj/ipamjm.ttf", "IPAmjMincho", false, "fonts-ipamj-mincho" },
	[FACE_TEXT] = { "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf", "BIZ UDPGothic", false, "fonts-morisawa-bizud-gothic" },
	[FACE_BOLD] = { "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Bold.ttf", "BIZ UDPGothic", true, "fonts-morisawa-bizud-gothic" },
	[FACE_CODE] = { "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Bold.ttf", "BIZ UDGothic", true, "fonts-morisawa-bizud-gothic" },
	[FACE_LAST] = { "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", "Noto Serif CJK JP", false, "fonts-noto-cjk" },
};
_Static_assert(COUNT(FACE) == FACES, "every face needs its file");

/* A name stays in one kind of letter as long as it can: Mincho, then the other serif face. */
static const enum face HAND[HANDS][3] = {
	[HAND_NAME] = { FACE_NAME, FACE_LAST, FACE_TEXT },
	[HAND_TEXT] = { FACE_TEXT, FACE_NAME, FACE_LAST },
	[HAND_BOLD] = { FACE_BOLD, FACE_NAME, FACE_LAST },
	[HAND_CODE] = { FACE_CODE, FACE_CODE, FACE_CODE },
};
/* clang-format on */

struct faces {
	FcConfig *config;
	PangoFontMap *map;
	PangoContext *context;
	PangoFont *font[FACES];
	hb_font_t *look[FACES]; /* borrowed from font[] */
};

PangoFontDescription *
face_describe(enum face f, double points)
{
	PangoFontDescription *d = pango_font_description_new();
	pango_font_description_set_family_static(d, FACE[f].family);
	pango_font_description_set_weight(
	    d, FACE[f].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(d, points * PANGO_SCALE);
	return d;
}

PangoFont *
face_load(const struct faces *faces, enum face f, double points)
{
	PangoFontDescription *d = face_describe(f, points);
	PangoFont *font = pango_font_map_load_font(faces->map, faces->context, d);
	pango_font_description_free(d);
	return font;
}

PangoContext *
faces_context(const struct faces *faces)
{
	return faces->context;
}

static bool
files_add(FcConfig *config, struct fault *fault)
{
	for (size_t i = 0; i < FACES; i++) {
		if (access(FACE[i].file, R_OK) == 0 &&
		    FcConfigAppFontAddFile(config, (const FcChar8 *)FACE[i].file))
			continue;
		fault_detail(fault, "%s", FACE[i].file);
		return fault_refuse(fault, &FACE_FILE, NULL,
		    "印刷用の書体 %s を読めません。パッケージ %s を入れてください。",
		    FACE[i].family, FACE[i].package);
	}
	return true;
}

/* Points of the sheet are points of the text; nothing is moved to fit a screen's pixels. */
static void
context_ready(struct faces *faces)
{
	cairo_font_options_t *plain = cairo_font_options_create();
	cairo_font_options_set_hint_style(plain, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(plain, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(faces->context, plain);
	cairo_font_options_destroy(plain);
	pango_cairo_context_set_resolution(faces->context, 72);
	pango_context_set_round_glyph_positions(faces->context, FALSE);
	pango_context_set_language(faces->context, pango_language_from_string("ja"));
	pango_context_set_base_dir(faces->context, PANGO_DIRECTION_LTR);
}

/* Fontconfig hands out what is nearest; only the very face will do. */
static bool
font_ready(struct faces *faces, enum face f, struct fault *fault)
{
	faces->font[f] = face_load(faces, f, 10);
	if (faces->font[f] == NULL)
		return fault_refuse(fault, &FACE_FILE, NULL,
		    "印刷用の書体 %s を使えません。パッケージ %s を入れ直してください。",
		    FACE[f].family, FACE[f].package);
	PangoFontDescription *got = pango_font_describe(faces->font[f]);
	bool same = g_strcmp0(pango_font_description_get_family(got), FACE[f].family) == 0;
	pango_font_description_free(got);
	if (!same)
		return fault_refuse(fault, &FACE_FILE, NULL,
		    "書体ファイルの中身が %s ではありません。パッケージ %s を入れ直してください。",
		    FACE[f].family, FACE[f].package);
	faces->look[f] = pango_font_get_hb_font(faces->font[f]);
	return true;
}

bool
faces_open(struct faces **out, struct fault *fault)
{
	OWN_FACES faces = calloc(1, sizeof(*faces));
	if (faces == NULL || (faces->config = FcConfigCreate()) == NULL)
		return fault_set(fault, FAULT_BUG, "メモリが足りません。");
	if (!files_add(faces->config, fault))
		return false;
	/* Pango asks for the current configuration too: without this it would read the system's. */
	FcConfigSetCurrent(faces->config);
	faces->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (faces->map == NULL)
		return fault_set(fault, FAULT_BUG, "書体を準備できません。");
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(faces->map), faces->config);
	faces->context = pango_font_map_create_context(faces->map);
	context_ready(faces);
	for (int f = 0; f < FACES; f++)
		if (!font_ready(faces, (enum face)f, fault))
			return false;
	*out = TAKE(faces);
	return true;
}

void
faces_free(struct faces *faces)
{
	if (faces == NULL)
		return;
	for (int f = 0; f < FACES; f++)
		g_clear_object(&faces->font[f]);
	g_clear_object(&faces->context);
	/* before there was a map, asking what is current would read the system's */
	if (faces->map != NULL && FcConfigGetCurrent() == faces->config)
		FcConfigSetCurrent(NULL);
	g_clear_object(&faces->map);
	if (faces->config != NULL)
		FcConfigDestroy(faces->config);
	free(faces);
}

bool
face_glyph(
    const struct faces *faces, enum face f, uint32_t character, uint32_t selector, uint32_t *glyph)
{
	hb_codepoint_t g = 0;
	bool has = selector == 0
		       ? hb_font_get_nominal_glyph(faces->look[f], character, &g)
		       : hb_font_get_variation_glyph(faces->look[f], character, selector, &g);
	if (!has || g == 0)
		return false;
	*glyph = g;
	return true;
}

bool
face_choose(const struct faces *faces, enum hand hand, uint32_t character, uint32_t selector,
    enum face *face)
{
	uint32_t glyph;
	for (size_t i = 0; i < COUNT(HAND[hand]); i++)
		if (face_glyph(faces, HAND[hand][i], character, selector, &glyph)) {
			*face = HAND[hand][i];
			return true;
		}
	return false;
}

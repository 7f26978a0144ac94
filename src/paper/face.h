/*
 * paper/face.h - the typefaces akashi prints with: exactly the files named here, no others.
 *
 * A private fontconfig that knows these files and nothing else; the system's is never read.
 * One struct faces per process; libraries below keep state, so it serves one thread.
 */
#ifndef AKASHI_PAPER_FACE_H
#define AKASHI_PAPER_FACE_H

#include "base/fault.h"

enum face {
	FACE_NAME, /* IPAmj Mincho: names of people and places as registers write them */
	FACE_TEXT, /* BIZ UDPGothic */
	FACE_BOLD,
	FACE_CODE, /* BIZ UDGothic bold: signs of one width, none like another */
	FACE_LAST, /* Noto Serif CJK JP: what the others lack */
	FACES
};

/* What a text is decides which faces may draw it, and in which order they are asked. */
enum hand { HAND_NAME, HAND_TEXT, HAND_BOLD, HAND_CODE, HANDS };

struct faces;
extern const struct refusal FACE_FILE; /* a font file is not there */

bool faces_open(struct faces **, struct fault *) MUST_USE;
void faces_free(struct faces *);
static inline void
faces_drop(struct faces **f)
{
	faces_free(*f);
}
#define OWN_FACES __attribute__((cleanup(faces_drop))) struct faces *

/* The glyph of exactly this character, or of this variation of it (selector 0: none). */
bool face_glyph(const struct faces *, enum face, uint32_t character, uint32_t selector,
    uint32_t *glyph) MUST_USE;
/* The first face of the hand that draws it exactly. */
bool face_choose(
    const struct faces *, enum hand, uint32_t character, uint32_t selector, enum face *) MUST_USE;

#endif

#include "book/words.h"

#include <string.h>

static const char SYLLABLE[32][3] = { "ka", "ki", "ku", "ke", "ko", "sa", "su", "se", "so", "ta",
	"te", "to", "na", "ni", "nu", "ne", "no", "ha", "he", "ho", "ma", "mi", "mu", "me", "mo",
	"ya", "yu", "yo", "ra", "ri", "ru", "ro" };

char *
words_print(char out[WORDS_TEXT], const uint8_t digest[32])
{
	char *at = out;
	for (int i = 0; i < 16; i++) { /* sixteen times five bits */
		int bit = i * 5;
		unsigned two = (unsigned)(digest[bit / 8] << 8 | digest[bit / 8 + 1]);
		memcpy(at, SYLLABLE[two >> (11 - bit % 8) & 31], 2);
		at += 2;
		if (i % 2 == 1 && i < 15)
			*at++ = '-';
	}
	*at = '\0';
	return out;
}

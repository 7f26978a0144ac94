#include "exchange/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

/* The wider set where mailers use the narrower one's name. */
static const struct charset {
	const char *name, *opened;
} SETS[] = {
	{ "utf-8", "UTF-8" },
	{ "us-ascii", "UTF-8" },
	{ "iso-2022-jp", "ISO-2022-JP" },
	{ "iso-2022-jp-2", "ISO-2022-JP-2" },
	{ "iso-2022-jp-3", "ISO-2022-JP-3" },
	{ "shift_jis", "CP932" },
	{ "shift-jis", "CP932" },
	{ "sjis", "SHIFT_JIS" },
	{ "x-sjis", "CP932" },
	{ "cp932", "CP932" },
	{ "windows-31j", "CP932" },
	{ "euc-jp", "EUC-JP" },
	{ "eucjp-ms", "EUC-JP-MS" },
	{ "iso-8859-1", "ISO-8859-1" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "windows-1252", "WINDOWS-1252" },
	{ "windows-1251", "WINDOWS-1251" },
	{ "koi8-r", "KOI8-R" },
	{ "gb2312", "GB18030" },
	{ "gbk", "GBK" },
	{ "euc-cn", "EUC-CN" },
	{ "gb18030", "GB18030" },
	{ "big5", "BIG5" },
	{ "euc-kr", "EUC-KR" },
	{ "ks_c_5601-1987", "UHC" },
	{ "iso-2022-kr", "ISO-2022-KR" },
	{ "utf-7", "UTF-7" },
	{ "utf-16", "UTF-16" },
};

struct charsets {
	iconv_t at[COUNT(SETS)];
};

bool
charsets_open(struct charsets **out, struct fault *fault)
{
	struct charsets *c = calloc(1, sizeof(*c));
	for (size_t i = 0; c != NULL && i < COUNT(SETS); i++) {
		c->at[i] = iconv_open("UTF-8", SETS[i].opened);
		if (c->at[i] == (iconv_t)-1)
			return fault_set(fault, FAULT_BUG,
			    "文字コード %s を開けません。libc の変換表を確かめてください。",
			    SETS[i].opened);
	}
	*out = c;
	return c != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

static iconv_t
find(const struct charsets *c, const char *name)
{
	for (size_t i = 0; name != NULL && i < COUNT(SETS); i++)
		if (strcasecmp(name, SETS[i].name) == 0)
			return c->at[i];
	return c->at[0];
}

void
charset_read(struct charsets *c, const char *name, const void *bytes, size_t n, struct sink *out)
{
	iconv_t cd = find(c, name);
	char *in = (char *)(uintptr_t)bytes, piece[512];
	(void)iconv(cd, NULL, NULL, NULL, NULL);
	while (n > 0 && !out->full) {
		char *to = piece;
		size_t left = sizeof(piece);
		size_t r = iconv(cd, &in, &n, &to, &left);
		sink_bytes(out, piece, (size_t)(to - piece));
		if (r == (size_t)-1 && errno != E2BIG) {
			sink_byte(out, '?');
			in += n > 0;
			n -= n > 0;
		}
	}
}

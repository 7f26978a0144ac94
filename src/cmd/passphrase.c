#include "cmd/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "vault/secret.h"

enum { PASSPHRASE_MOST = 1024, CTRL_C = 3 };

/* One octet: 1; 0 at the end, -1 where it cannot be read. */
static ssize_t
octet_read(int fd, uint8_t *c)
{
	ssize_t n;
	while ((n = read(fd, c, 1)) == -1 && errno == EINTR)
		;
	return n;
}

/* What could be read of it in part is no passphrase: a key would be made under half of one. */
static bool
file_take(const char *path, struct sink *out, struct fault *fault)
{
	uint8_t c;
	ssize_t got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return fault_field(fault, FAULT_MISSING, "--passphrase-file",
		    "合言葉のファイル「%s」を開けません（%s）。", path, strerror(errno));
	while (!out->full && (got = octet_read(fd, &c)) == 1)
		sink_byte(out, c);
	int why = errno;
	(void)close(fd);
	secret_wipe(&c, 1);
	if (got == -1)
		return fault_field(fault, FAULT_INPUT, "--passphrase-file",
		    "合言葉のファイル「%s」を読めません（%s）。", path, strerror(why));
	if (out->full)
		return fault_field(fault, FAULT_INPUT, "--passphrase-file",
		    "合言葉のファイル「%s」が長すぎます。", path);
	if (out->len > 0 && out->at[out->len - 1] == '\n')
		out->len--;
	return true;
}

/* A line typed without echo. Ctrl-C must not leave the terminal mute, so it is read as a sign. */
static bool
line_take(int tty, const char *ask, struct sink *out)
{
	struct termios before, mute;
	uint8_t c = 0;
	if (tcgetattr(tty, &before) != 0)
		return false;
	mute = before;
	mute.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	bool good = write(tty, ask, strlen(ask)) == (ssize_t)strlen(ask) &&
		    tcsetattr(tty, TCSAFLUSH, &mute) == 0;
	while (good && (good = octet_read(tty, &c) == 1 && c != CTRL_C) && c != '\n')
		sink_byte(out, c);
	secret_wipe(&c, 1);
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	(void)!write(tty, "\n", 1);
	return good && !out->full;
}

static bool
again(int tty, const struct sink *first, struct fault *fault)
{
	OWN_SECRET(locked) = secret_new(PASSPHRASE_MOST);
	struct sink second = { .at = locked, .cap = PASSPHRASE_MOST };
	if (locked != NULL && line_take(tty, "合言葉をもう一度: ", &second) &&
	    second.len == first->len && secret_same(second.at, first->at, first->len))
		return true;
	return fault_field(fault, FAULT_INPUT, "passphrase",
	    "二度の合言葉が同じではありません。もう一度実行してください。");
}

bool
passphrase_take(const char *file, enum passphrase_way way, struct sink *out, struct fault *fault)
{
	if (file != NULL)
		return file_take(file, out, fault);
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty == -1)
		return fault_field(fault, FAULT_USAGE, "--passphrase-file",
		    "合言葉を尋ねる端末がありません。--passphrase-file で渡してください。");
	bool good = line_take(tty, "合言葉: ", out) ||
		    fault_field(fault, FAULT_INPUT, "passphrase", "合言葉を読めませんでした。");
	good = good && (way == PASSPHRASE_OPEN || again(tty, out, fault));
	(void)close(tty);
	return good;
}

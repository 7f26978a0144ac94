#include "proc/print_sheet.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "wire/child.h"

enum { DRAW_MS = 30000 };

struct print_sheet *
print_sheet_new(void)
{
	struct print_sheet *sheet =
	    mmap(NULL, sizeof(*sheet), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sheet == MAP_FAILED)
		return NULL;
	(void)mlock(sheet, sizeof(*sheet));
	(void)madvise(sheet, sizeof(*sheet), MADV_DONTDUMP);
	return sheet;
}

void
print_sheet_wipe(struct print_sheet *sheet)
{
	explicit_bzero(sheet, sizeof(*sheet));
}

/*
 * In the child. The libraries' heap holds the page for a moment: it is locked where the limit of
 * locked memory can be lifted, and gone when the child ends. The fault's rows are where ours are.
 */
static void
draw(struct print_sheet *sheet, const struct letter *letter)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setrlimit(RLIMIT_MEMLOCK, &all) == 0)
		(void)mlockall(MCL_CURRENT | MCL_FUTURE);
	OWN_FACES faces = NULL;
	struct sink pdf = SINK_INTO(sheet->pdf);
	sheet->drawn =
	    faces_open(&faces, &sheet->fault) && letter_draw(faces, letter, &pdf, &sheet->fault);
	sheet->len = pdf.len;
}

bool
print_sheet_draw(struct print_sheet *sheet, const struct letter *letter, struct fault *fault)
{
	print_sheet_wipe(sheet);
	pid_t child = fork();
	if (child == -1)
		return fault_set(fault, FAULT_LATER, "用紙を描くプログラムを始められません。");
	if (child == 0) {
		draw(sheet, letter);
		_exit(0);
	}
	int status = child_end(child, DRAW_MS);
	if (status != 0)
		return fault_set(fault, FAULT_BUG,
		    "用紙を描くプログラムが途中で終わりました（%d）。印刷していません。", status);
	if (!sheet->drawn)
		*fault = sheet->fault;
	return sheet->drawn;
}

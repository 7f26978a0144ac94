#include "proc/folder.h"

#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

bool
folder_only(int folder, struct fault *fault)
{
	const struct landlock_ruleset_attr all = { .handled_access_fs =
						       (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
	const struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
		.parent_fd = folder,
	};
	int set = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (set == -1)
		return true;
	bool good =
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, set, 0) == 0;
	(void)close(set);
	return good ||
	       fault_set(fault, FAULT_BUG, "読めるファイルを公開フォルダだけに限れません。");
}

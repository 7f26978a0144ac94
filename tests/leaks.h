/* What third-party libraries keep until the process ends is no leak of ours. */
#ifndef AKASHI_TESTS_LEAKS_H
#define AKASHI_TESTS_LEAKS_H

const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\nleak:libcairo.so\nleak:libpango-1.0.so\nleak:libglib-2.0."
	       "so\n";
}

const char *__lsan_default_options(void);
const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

#endif

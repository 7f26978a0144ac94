/*
 * base/poison.h - included by meson for every file of src/ after the system headers it names
 * below, so that the calls that overflow, lose errors or keep hidden state do not compile.
 */
#ifndef AKASHI_BASE_POISON_H
#define AKASHI_BASE_POISON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat atoi atol localtime mktime gets
#pragma GCC poison system popen alloca

#endif

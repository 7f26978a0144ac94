/* Scaffolding shared by the unit tests. */
#ifndef AKASHI_TEST_H
#define AKASHI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#endif

/*
 * rules/era.h - days as people in Japan write them.
 *
 * 1980-03-31, 1980/3/31, 1980年3月31日, 昭和55年3月31日, S55.3.31; digits of either width; 元年.
 * A year beyond an era's end is read as the day it means (昭和64年1月8日 is 1989-01-08).
 */
#ifndef AKASHI_RULES_ERA_H
#define AKASHI_RULES_ERA_H

#include "base/day.h"

/* UTF-8. False: no such text, or a day that does not exist. */
bool era_day_read(const char *, struct day *) MUST_USE;

#endif

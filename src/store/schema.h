/*
 * store/schema.h - whether the tables stand as this software makes them.
 *
 * Every column, condition, index and trigger of our tables is held against those of an empty store
 * made for it, which nobody else sees and which is gone when this returns: a condition that was
 * dropped, or a trigger that was added, is no row, and no log of rows tells of it. Tables beside
 * ours are not looked at. Changes nothing.
 */
#ifndef AKASHI_STORE_SCHEMA_H
#define AKASHI_STORE_SCHEMA_H

#include "store/store.h"

enum { SCHEMA_WHERE = 120 };

/* where: "TABLE" or "TABLE KIND NAME" of the first that is missing, added or not the same; "": none. */
bool schema_check(struct store *, char where[SCHEMA_WHERE], struct fault *) MUST_USE;

/* For the engines: what their sentence tells of one part of a table, in order. */
extern const struct column SCHEMA_COLUMNS[];
enum { SCHEMA_COLUMN_COUNT = 3, SCHEMA_NAME = 64 };
struct schema_row {
	char of[SCHEMA_NAME], name[SCHEMA_NAME + 16];
	struct blob text;
};

#endif

/*
 * proc/folder.h - of all files only one folder's, and those only to read (Landlock).
 *
 * For a program that must go on opening files by name behind its cage. Never undone.
 */
#ifndef AKASHI_PROC_FOLDER_H
#define AKASHI_PROC_FOLDER_H

#include "base/fault.h"

/* folder: a descriptor. A kernel without Landlock is no fault: the cage's rows are what is left. */
bool folder_only(int folder, struct fault *) MUST_USE;

#endif

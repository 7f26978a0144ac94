/*
 * proc/reader_cage.h - what the reader may still ask of the kernel: its socket, and no more.
 */
#ifndef AKASHI_PROC_READER_CAGE_H
#define AKASHI_PROC_READER_CAGE_H

#include "proc/cage.h"

extern const struct cage_rule READER_CAGE[];
extern const size_t READER_CAGE_COUNT;

#endif

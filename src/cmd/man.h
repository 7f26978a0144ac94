/*
 * cmd/man.h - the manual page of akashi, made of the table of its commands.
 */
#ifndef AKASHI_CMD_MAN_H
#define AKASHI_CMD_MAN_H

#include "cmd/commands.h"

/* On standard output, for man(1). */
void man_page(void);

#endif

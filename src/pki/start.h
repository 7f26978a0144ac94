/*
 * pki/start.h - what a program that holds keys does once, before it locks itself in.
 *
 * No configuration file is ever read; private numbers live in locked memory of OpenSSL's own
 * (where the limit of the machine lets it lock); one signature is made and checked, so that a
 * broken library is met before the first person's key is.
 */
#ifndef AKASHI_PKI_START_H
#define AKASHI_PKI_START_H

#include "base/fault.h"

extern const struct refusal PKI_SELF_TEST;

/* Once, from main. */
bool pki_start(struct fault *) MUST_USE;

#endif

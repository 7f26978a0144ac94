/*
 * exchange/web.h - one file from a web address, by libcurl: http and https alone, no redirect, no
 * proxy, no more than `most` octets, done within a minute. What it is, the caller checks.
 */
#ifndef AKASHI_EXCHANGE_WEB_H
#define AKASHI_EXCHANGE_WEB_H

#include "base/fault.h"
#include "base/sink.h"

/* FAULT_OUTSIDE, with what libcurl says, where it did not come. status: of HTTP; 0: no answer. */
bool web_get(const char *url, struct sink *, long *status, struct fault *) MUST_USE;

#endif

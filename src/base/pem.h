/*
 * base/pem.h - bytes between two lines of text that say what they are [RFC7468].
 */
#ifndef AKASHI_BASE_PEM_H
#define AKASHI_BASE_PEM_H

#include "base/der.h"

/* label: "CERTIFICATE", "PUBLIC KEY". */
void pem_print(const char *label, struct der, struct sink *);

#endif

/*
 * web/asset.h - the files in assets/ that pages need, compiled into the program.
 */
#ifndef AKASHI_WEB_ASSET_H
#define AKASHI_WEB_ASSET_H

#include "base/base.h"

struct asset {
	const char *name;
	size_t size;
	const char *bytes;
};
extern const struct asset ASSETS[]; /* made by the build */
extern const size_t ASSET_COUNT;

#endif

/*
 * web/public/page.h - what the templates of the public site are given. Texts are ready to show.
 */
#ifndef AKASHI_WEB_PUBLIC_PAGE_H
#define AKASHI_WEB_PUBLIC_PAGE_H

#include "base/base.h"

enum { PAGE_TIME = 96 };

/* Every page: its frame. */
struct page {
	const char *title; /* in the reader's language; NULL: the service's name alone */
	const char *lang; /* ja, en */
	const char *service, *operator, * phone;
	const char *keep; /* "?lang=en" where the reader chose; else "" */
	bool rehearsal, english;
	bool at_home, at_ca, at_crl, at_documents; /* where in the navigation */
};

struct page_time {
	char iso[48], words[PAGE_TIME];
};
struct page_list {
	bool there, stale, early; /* no list yet; past its end; its time has not come */
	char number[24], entries[24], bytes[24];
	struct page_time made, until;
};
struct page_ca {
	bool there;
	const char *subject, *serial;
	const char *group[16]; /* of the fingerprint */
	char group_count[8];
	size_t groups;
	struct page_time from, until;
};
struct page_event {
	struct page_time at;
	const char *words;
};
struct page_news {
	const struct page_event *event; /* newest first */
	size_t count;
	bool more, none;
};
struct page_document {
	const char *file, *link, *title, *lead; /* link: the last part of its page's path */
	const char *lang; /* of the text */
	const char *text;
	bool there, only_japanese;
};
struct page_documents {
	const struct page_document *document;
	size_t count;
};

#endif

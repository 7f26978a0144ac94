#include "exchange/web.h"

#include <curl/curl.h>

enum { CONNECT_SECONDS = 10, ALL_SECONDS = 60 };

static size_t
keep(char *data, size_t size, size_t n, void *context)
{
	struct sink *out = context;
	sink_bytes(out, data, size * n);
	return out->full ? 0 : size * n;
}

static bool
options_set(CURL *c, const char *url, struct sink *out, char *why)
{
	return curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEDATA, out) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ALL_SECONDS) == CURLE_OK;
}

bool
web_get(const char *url, struct sink *out, long *status, struct fault *fault)
{
	char why[CURL_ERROR_SIZE] = "";
	CURL *c = curl_easy_init();
	*status = 0;
	if (c == NULL || !options_set(c, url, out, why)) {
		curl_easy_cleanup(c);
		return fault_set(fault, FAULT_BUG, "取得を準備できません。");
	}
	CURLcode code = curl_easy_perform(c);
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(c);
	return code == CURLE_OK ||
	       fault_set(fault, FAULT_OUTSIDE, "「%.100s」を取得できません（%.60s）。", url,
		   why[0] != '\0' ? why : curl_easy_strerror(code));
}

#include "act/rulebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "vault/digest.h"

bool
rulebook_pack(const char *folder, struct sink *out, struct fault *fault)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++) {
		char path[1024];
		uint8_t *bytes;
		size_t n;
		snprintf(path, sizeof(path), "%s/%s", folder, POLICY_FILES[i]);
		if (!file_read(path, POLICY_FILE_MOST, &bytes, &n, fault))
			return false;
		der_put_octets(out, bytes, n);
		free(bytes);
	}
	der_end(out, all);
	return !out->full || fault_set(fault, FAULT_INPUT, "規則のファイルが大きすぎます。");
}

static bool
read_all(struct der d, struct policy *out, struct policy_errors *errors, struct fault *fault)
{
	struct policy_source source[32];
	char *text[32] = { 0 };
	struct der all, one;
	struct policy p;
	bool good =
	    der_take(&d, DER_SEQUENCE, &all) && der_done(&d) && POLICY_FILE_COUNT <= COUNT(source);
	for (size_t i = 0; good && i < POLICY_FILE_COUNT; i++) {
		good = der_take_octets(&all, &one);
		text[i] = good ? strndup((const char *)one.p, one.n) : NULL;
		source[i] = (struct policy_source){ (const uint8_t *)text[i], good ? one.n : 0 };
		if (good && text[i] == NULL)
			good = fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	}
	good = good || fault_set(fault, FAULT_BROKEN, "規則の記録が壊れています。");
	good = good && policy_read(source, &p, errors, fault);
	for (size_t i = 0; i < COUNT(text); i++)
		free(text[i]);
	if (good)
		*out = p;
	return good;
}

bool
rulebook_read(struct der d, struct policy *out, struct fault *fault)
{
	struct policy_errors errors;
	if (!read_all(d, out, &errors, fault))
		return false;
	digest_of(d.p, d.n, out->digest);
	return true;
}

bool
rulebook_check(
    const char *folder, struct policy *out, struct policy_errors *errors, struct fault *fault)
{
	OWN_SINK packed = SINK_GROW(RULEBOOK_MOST);
	errors->count = 0;
	if (!rulebook_pack(folder, &packed, fault) ||
	    !read_all(der_of(packed.at, packed.len), out, errors, fault))
		return false;
	digest_of(packed.at, packed.len, out->digest);
	return true;
}

bool
shipped_find(const char *installed, const char *built, const char *probe, char *out, size_t size,
    struct fault *fault)
{
	const struct {
		const char *above, *name;
	} places[] = { { "../share/akashi", installed }, { "..", built } };
	char self[512], path[1024];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(self, '/');
	for (size_t i = 0; slash != NULL && i < COUNT(places); i++) {
		int len = (int)(slash - self);
		snprintf(path, sizeof(path), "%.*s/%s/%s/%s", len, self, places[i].above,
		    places[i].name, probe);
		if (file_exists(path) && (size_t)snprintf(out, size, "%.*s/%s/%s", len, self,
					     places[i].above, places[i].name) < size)
			return true;
	}
	return fault_set(fault, FAULT_MISSING,
	    "付属の「%s」が見つかりません。インストールし直してください。", installed);
}

bool
rulebook_shipped(char *out, size_t size, struct fault *fault)
{
	struct fault none = { 0 };
	return shipped_find("policy", "policy", POLICY_FILES[0], out, size, &none) ||
	       fault_set(fault, FAULT_MISSING,
		   "付属の規則（policy）が見つかりません。--policy DIR で指定してください。");
}

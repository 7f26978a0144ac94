/* Makes the pool of RSA keys that tests/world.c opens: at build time, into the build folder, never
 * into the repository. PKCS#8 each, one OCTET STRING after the other, in the order of world.h. */
#include <stdio.h>

#include "base/file.h"
#include "pki/rsa.h"
#include "world.h"

static bool
key_put(int bits, struct sink *out, struct fault *fault)
{
	struct rsa *key;
	uint8_t bytes[RSA_PKCS8_MOST];
	struct sink one = SINK_INTO(bytes);
	bool good = rsa_new(bits, &key, fault) && rsa_pkcs8(key, &one);
	if (good)
		der_put_octets(out, one.at, one.len);
	rsa_free(key);
	return good;
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SINK all = SINK_GROW(1 << 20);
	for (int i = 0; i < WORLD_KEYS; i++)
		if (!key_put(i <= WORLD_KEY_CA_OTHER ? 4096
			     : i == WORLD_KEY_SHORT  ? 2048
						     : 3072,
			&all, &fault))
			return 1;
	return argc == 2 && file_write(argv[1], 0600, all.at, all.len, &fault) ? 0 : 1;
}

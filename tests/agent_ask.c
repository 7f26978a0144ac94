/* agent_ask SOCKET HEX [REASON]: asks an open CA key's agent to sign that digest, as its signer would. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wire/agent.h"
#include "wire/serve.h"

int
main(int argc, char **argv)
{
	uint8_t bytes[256], out[1024], digest[32];
	struct sink body = SINK_INTO(bytes), signature = SINK_INTO(out);
	struct agent_sign ask = { 0 };
	struct fault f = { 0 };
	int fd;
	if ((argc != 3 && argc != 4) || strlen(argv[2]) != 64 || !hex_read(argv[2], digest, 32))
		return 2;
	(void)snprintf(ask.reason, sizeof(ask.reason), "%s", argc == 4 ? argv[3] : "INTENT");
	ask.digests = der_of(digest, sizeof(digest));
	agent_sign_pack(&ask, &body);
	if (!socket_connect(argv[1], &fd, &f) ||
	    !frame_call(fd, AGENT_SIGN, der_of(body.at, body.len), AGENT_MS, &signature, &f)) {
		fprintf(stderr, "%s\n", f.say);
		return 1;
	}
	printf("%zu\n", signature.len);
	return 0;
}

# crl_entries.py FILE: each entry of a revocation list (PEM or DER), its bytes in hex, a line each.
import base64, re, sys

def take(b, at):
    n, head = b[at + 1], 2
    if n & 0x80:
        head += n & 0x7F
        n = int.from_bytes(b[at + 2:at + head], "big")
    return b[at], at + head, at + head + n

b = open(sys.argv[1], "rb").read()
if b[:1] != b"\x30":
    b = base64.b64decode(re.search(rb"CRL-----(.*?)-----END", b, re.S).group(1))
_, at, _ = take(b, 0)
_, at, end = take(b, at)
seen = 0
while at < end:  # version, algorithm, issuer, two times, then the entries
    tag, inner, at = take(b, at)
    seen += tag in (0x17, 0x18)
    if tag == 0x30 and seen == 2:
        while inner < at:
            _, _, next_at = take(b, inner)
            print(b[inner:next_at].hex())
            inner = next_at

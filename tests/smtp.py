#!/usr/bin/python3
"""A real SMTP server (aiosmtpd) on a loopback port of its own, for the flow tests.

smtp.py FOLDER [CERTIFICATE KEY USER PASSWORD]  prints its port, then serves until it is ended. What it
answers is the newest word in FOLDER/say: accept; rcpt ANSWER; mail ANSWER; data ANSWER; hang (keeps the
message, never answers). Each message it was given is FOLDER/N.eml beside N.from and N.to; with a
certificate it wants STARTTLS and the user first.
"""
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER = sys.argv[1]


def say():
    with open(os.path.join(FOLDER, 'say'), encoding='ascii') as f:
        return f.read().strip()


class Handler:
    def __init__(self):
        self.count = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if say().startswith('mail '):
            return say()[5:]
        envelope.mail_from = address
        return '250 OK'

    async def handle_RCPT(self, server, session, envelope, address, options):
        if say().startswith('rcpt '):
            return say()[5:]
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        if say().startswith('data '):
            return say()[5:]
        self.count += 1
        for end, content in (('from', envelope.mail_from.encode()), ('to', ' '.join(envelope.rcpt_tos).encode()),
                             ('eml', envelope.original_content)):
            with open(os.path.join(FOLDER, f'{self.count}.{end}'), 'wb') as f:
                f.write(content)
        if say() == 'hang':
            await asyncio.sleep(600)
        return '250 2.0.0 taken'


def server(handler):
    if len(sys.argv) == 2:
        return lambda: SMTP(handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[2], sys.argv[3])
    user = tuple(a.encode() for a in sys.argv[4:6])

    def login(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == user)

    return lambda: SMTP(handler, tls_context=tls, require_starttls=True, authenticator=login, auth_required=True)


async def main():
    at = await asyncio.get_running_loop().create_server(server(Handler()), '127.0.0.1', 0)
    print(at.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(3600)


asyncio.run(main())

"""A real mail server (aiosmtpd) on loopback for the tests: prints its port, then each message it took, a JSON line each.

Usage: mail_server.py tls|starttls CERTIFICATE KEY
"""

import asyncio
import base64
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import AuthResult, SMTP

# It says at each start that signing in without STARTTLS is unwise; the encryption that began before it is not its own.
warnings.simplefilter("ignore")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

USER = b"ana@example.com"
PASSWORD = b"correct horse"
TOKENS = {b"good-token"}


def told(**fields):
    print(json.dumps(fields), flush=True)


def parsed(raw):
    """The message as Python's own parser reads it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    forms = [message.get_body((form,)) for form in ("plain", "html")]
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "plain": forms[0].get_content(),
        "html": forms[1].get_content(),
        "kinds": [part.get_content_type() for part in message.walk()],
        "encodings": [str(form["Content-Transfer-Encoding"]) for form in forms],
        "defects": [type(defect).__name__ for part in message.walk() for defect in part.defects],
    }


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        told(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            hello=session.host_name,
            encrypted=server.transport.get_extra_info("cipher") is not None,
            way=getattr(session, "way", None),
            raw=envelope.content.decode("ascii"),
            **parsed(envelope.content),
        )
        return "250 2.0.0 OK"

    async def auth_XOAUTH2(self, server, args):
        words = base64.b64decode(args[1], validate=True)
        user, token = words.split(b"\x01")[:2]
        server.session.way = "XOAUTH2"
        if user == b"user=" + USER and token.removeprefix(b"auth=Bearer ") in TOKENS and words.endswith(b"\x01\x01"):
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False)


def authenticate(server, session, envelope, mechanism, credentials):
    session.way = mechanism
    good = (credentials.login, credentials.password) == (USER, PASSWORD)
    return AuthResult(success=good, handled=False)


async def main(security, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    early = security == "tls"

    def connection():
        return SMTP(
            Mailbox(),
            hostname="mail.test",
            tls_context=None if early else context,
            require_starttls=not early,
            auth_required=True,
            auth_require_tls=not early,  # aiosmtpd knows nothing of encryption that began before it
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if early else None)
    told(port=listener.sockets[0].getsockname()[1])
    await listener.serve_forever()


asyncio.run(main(*sys.argv[1:]))

"""What a floor has in common with Paydesk: who is let in, and how a process is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from web.access_tokens import AccessTokens
from web.authentication import authentication
from web.bearer import BearerTokens
from web.oauth.keyring import KeyRing
from web.sessions import Sessions

if TYPE_CHECKING:
    from app.assembly import Assembly
    from web.authentication import Authenticate


def authentication_of(assembly: Assembly) -> Authenticate:
    """Bearer tokens and cookies, as Paydesk reads them."""
    url, clock = assembly.settings.public_url, assembly.clock
    keyring = KeyRing(assembly.authentication, assembly.identity.key_maker, assembly.identity)
    tokens = AccessTokens(issuer=url, audience=f"{url}/graphql", keyring=keyring, clock=clock)
    return authentication(
        BearerTokens(tokens, assembly.authentication, clock), Sessions(assembly.authentication, clock)
    )


def serve(factory: str, port: int) -> None:
    """Serve a factory's application in one process until SIGTERM, as `paydesk serve` does."""
    Server(
        factory,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=1,
        log_level=LogLevels.warning,
    ).serve()

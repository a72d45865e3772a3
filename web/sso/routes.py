"""The addresses of single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route

from domain.identity.actor import Realm
from web.sso.session_document import SessionDocument
from web.sso.sign_in import SignIn
from web.sso.sign_out import SignOut

if TYPE_CHECKING:
    from web.sso.ports import SsoPorts


class _RealmConvertor(Convertor[str]):
    """A realm in lower case; every other word is not found."""

    regex = "|".join(realm.value.lower() for realm in Realm)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def sso_routes(ports: SsoPorts) -> list[Route]:
    """Sign in, come back, sign out, be signed out, and who is signed in."""
    register_url_convertor("realm", _RealmConvertor())
    sign_in, sign_out = SignIn(ports), SignOut(ports)
    return [
        Route("/sign-in/{realm:realm}", sign_in.begin, methods=["GET"]),
        Route("/sign-in/{realm:realm}/callback", sign_in.callback, methods=["GET"]),
        Route("/sign-out", sign_out.sign_out, methods=["POST"]),
        Route("/backchannel-logout/{realm:realm}", sign_out.back_channel, methods=["POST"]),
        Route("/session", SessionDocument(ports).read, methods=["GET"]),
    ]

"""Links to statements: which one, as what, and until when, under a signature, and nothing else."""

from __future__ import annotations

import base64
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from domain.settlements.statement import StatementFormat

if TYPE_CHECKING:
    from domain.kernel.clock import Clock

PATH = "/statements"
_LABEL = b"paydesk links to statements 1"
# The merchant, the settlement, the format, and seconds since 1970; then an HMAC-SHA256.
_CONTENT = struct.Struct(">16s16sBQ")
_SIGNATURE_BYTES = 32
_TOKEN_LENGTH = 98
_FORMATS = tuple(StatementFormat)


class StatementLinkForged(Exception):
    """Nobody here has given out such a link."""


class StatementLinkExpired(Exception):
    """It was a link once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLink:
    """What whoever has it may download."""

    merchant_id: UUID
    settlement_id: UUID
    kind: StatementFormat


class StatementLinkTokens:
    """Satisfies `domain.settlements.statement_ports.StatementLinks`, and reads what it has given out.

    The key is derived, so that no other use of the secret can stand in.
    """

    def __init__(self, secret: str, clock: Clock, public_url: str) -> None:
        self._key = hmac.digest(secret.encode(), _LABEL, "sha256")
        self._clock = clock
        self._public_url = public_url

    def link(self, merchant_id: UUID, settlement_id: UUID, kind: StatementFormat, expires_at: datetime) -> str:
        """The address of one statement until then."""
        expires = int(expires_at.timestamp())
        content = _CONTENT.pack(merchant_id.bytes, settlement_id.bytes, _FORMATS.index(kind), expires)
        token = base64.urlsafe_b64encode(content + self._sign(content)).rstrip(b"=").decode()
        return f"{self._public_url}{PATH}/{token}"

    def read(self, token: str) -> StatementLink:
        """The link of a token; raise `StatementLinkForged`, or `StatementLinkExpired` from the end of its time on."""
        content, signature = _parts(token)
        if not hmac.compare_digest(signature, self._sign(content)):
            raise StatementLinkForged
        merchant, settlement, kind, expires = _CONTENT.unpack(content)
        if self._clock.now() >= datetime.fromtimestamp(expires, UTC):
            raise StatementLinkExpired
        return StatementLink(
            merchant_id=UUID(bytes=merchant), settlement_id=UUID(bytes=settlement), kind=_FORMATS[kind]
        )

    def _sign(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")


def _parts(token: str) -> tuple[bytes, bytes]:
    """Content and signature; strictly, since a token has one spelling."""
    if len(token) != _TOKEN_LENGTH or not token.isascii():
        raise StatementLinkForged
    padded = token.encode() + b"=" * (-len(token) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError as error:
        raise StatementLinkForged from error
    if len(raw) != _CONTENT.size + _SIGNATURE_BYTES or base64.urlsafe_b64encode(raw) != padded:
        raise StatementLinkForged
    return raw[: _CONTENT.size], raw[_CONTENT.size :]

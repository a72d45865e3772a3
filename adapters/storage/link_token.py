"""Links to our own routes, for storages that cannot sign any: what a link allows stands in it, under a signature."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from domain.disputes.evidence_file import EvidenceFile
    from domain.kernel.clock import Clock

_LABEL = b"paydesk links to files 1"
_LONGEST_TOKEN = 4096


class LinkForged(Exception):
    """Nobody here has given out such a link."""


class LinkExpired(Exception):
    """It was a link once."""


class Purpose(StrEnum):
    """What a link is for; one of the other kind opens nothing."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    STATEMENT_UPLOAD = "statement upload"
    STATEMENT_DOWNLOAD = "statement download"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """`key` is the object, `name` the name to save it under, `expires_at` in seconds since 1970."""

    purpose: Purpose
    file_id: str
    merchant_id: str
    key: str
    name: str
    content_type: str
    size_bytes: int
    expires_at: int

    @property
    def file(self) -> UUID:
        """The file's id."""
        return UUID(self.file_id)


class LinkTokens:
    """Makes and reads the tokens of links. The key is derived, so that no other use of the secret can stand in."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = hmac.digest(secret.encode(), _LABEL, "sha256")
        self._clock = clock

    def upload(self, file: EvidenceFile) -> str:
        """The token of a file's upload link."""
        return self._token(file, Purpose.UPLOAD, file.upload_key, file.expires_at)

    def download(self, file: EvidenceFile, expires_at: datetime) -> str:
        """The token of a link to a file's content."""
        return self._token(file, Purpose.DOWNLOAD, file.stored_key, expires_at)

    def read(self, token: str, purpose: Purpose) -> FileLink:
        """The link of a token; raise `LinkForged` for one that is none of this kind, `LinkExpired` after its time."""
        content, _, signature = token.partition(".")
        try:
            if len(token) > _LONGEST_TOKEN or not hmac.compare_digest(_decoded(signature), self._sign(content)):
                raise LinkForged
            link = FileLink(**json.loads(_decoded(content)))
        except (ValueError, binascii.Error) as error:
            raise LinkForged from error
        if link.purpose != purpose:
            raise LinkForged
        if self._clock.now() >= datetime.fromtimestamp(link.expires_at, UTC):
            raise LinkExpired
        return link

    def _token(self, file: EvidenceFile, purpose: Purpose, key: str, expires_at: datetime) -> str:
        link = FileLink(
            purpose=purpose,
            file_id=str(file.id),
            merchant_id=str(file.merchant_id),
            key=key,
            name=file.name,
            content_type=file.content_type.value,
            size_bytes=file.size_bytes,
            expires_at=int(expires_at.timestamp()),
        )
        return self.token(link)

    def token(self, link: FileLink) -> str:
        """The token of any link."""
        content = _encoded(json.dumps(asdict(link), separators=(",", ":")).encode())
        return f"{content}.{_encoded(self._sign(content))}"

    def _sign(self, content: str) -> bytes:
        return hmac.digest(self._key, content.encode(), "sha256")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    # Strictly: a signature has one spelling.
    content = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(content) != text:
        raise ValueError(text)
    return content

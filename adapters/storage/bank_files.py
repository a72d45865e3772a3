"""Files of bank statements in the same storage as all others: links to bring and to fetch them, and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.storage.link_token import FileLink, Purpose
from adapters.storage.signed_links import SignedLinks
from domain.disputes.storage import UploadLink
from domain.reconciliation.statement_import import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from adapters.storage.link_token import LinkTokens
    from adapters.storage.own_links import OwnLinks
    from domain.reconciliation.statement_import import StatementImport

PATH = "/files/statements"


class BankFiles:
    """Satisfies `domain.reconciliation.ports.StatementFiles` on any storage; ours, where it cannot sign links."""

    def __init__(self, storage: OwnLinks | SignedLinks, tokens: LinkTokens, public_url: str) -> None:
        self._storage = storage
        self._tokens = tokens
        self._public_url = public_url

    async def upload_link(self, file: StatementImport) -> UploadLink:
        """A link that writes the import's `upload_key` until its `expires_at`, and nothing else."""
        assert file.expires_at is not None
        if isinstance(self._storage, SignedLinks):
            return UploadLink(
                url=await self._storage.signed("PUT", file.upload_key, file.expires_at),
                headers=self._storage.upload_headers(MEDIA_TYPE),
                expires_at=file.expires_at,
            )
        token = self._token(file, Purpose.STATEMENT_UPLOAD, file.upload_key, file.expires_at)
        return UploadLink(
            url=f"{self._public_url}{PATH}/uploads/{token}",
            headers={"content-type": MEDIA_TYPE},
            expires_at=file.expires_at,
        )

    async def download_link(self, file: StatementImport, expires_at: datetime) -> str:
        """An address that gives the import's `stored_key` as an attachment under its name."""
        if isinstance(self._storage, SignedLinks):
            return await self._storage.signed("GET", file.stored_key, expires_at)
        token = self._token(file, Purpose.STATEMENT_DOWNLOAD, file.stored_key, expires_at)
        return f"{self._public_url}{PATH}/{token}"

    async def size(self, key: str) -> int | None:
        """How many bytes lie there; None when nothing does."""
        return await self._storage.size(key)

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """What lies there, piece by piece; nothing when nothing does."""
        return self._storage.stream(key)

    async def keep(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write what comes, all of it or nothing, also over what lies there."""
        await self._storage.write(key, chunks)

    async def delete(self, key: str) -> None:
        """Nothing lies there any more; nor did it have to before."""
        await self._storage.delete(key)

    def _token(self, file: StatementImport, purpose: Purpose, key: str, expires_at: datetime) -> str:
        return self._tokens.token(
            FileLink(
                purpose=purpose,
                file_id=str(file.id),
                merchant_id=str(file.merchant_id),
                key=key,
                name=file.name,
                content_type=MEDIA_TYPE,
                size_bytes=file.size_bytes or 0,
                expires_at=int(expires_at.timestamp()),
            )
        )

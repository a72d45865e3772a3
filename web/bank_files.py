"""Files of bank statements over our own links, where the storage has none: brought as streams, and fetched as such.

The links are all that it takes, so nobody has to be signed in; whoever gives one out has asked for the permission.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from adapters.storage.bank_files import PATH
from adapters.storage.disposition import attachment
from adapters.storage.link_token import Purpose
from domain.kernel.ids import Prefix, format_id
from web.files import (
    HANDED_OUT,
    TransferRefused,
    answered,
    ensure_as_declared,
    link_of,
    received_chunks,
)

if TYPE_CHECKING:
    from starlette.requests import Request

    from adapters.storage.link_token import LinkTokens
    from adapters.storage.own_links import OwnLinks

LONGEST_UPLOAD_SECONDS = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFileView:
    """Both directions."""

    storage: OwnLinks
    tokens: LinkTokens

    async def upload(self, request: Request) -> Response:
        """Take a file that was declared; `importStatement` has it read."""
        return await answered(self._upload(request))

    async def download(self, request: Request) -> Response:
        """Hand a file out, to be saved."""
        return await answered(self._download(request))

    async def _upload(self, request: Request) -> Response:
        link = link_of(self.tokens, request, Purpose.STATEMENT_UPLOAD, Prefix.STATEMENT_IMPORT)
        ensure_as_declared(request, link)
        async with asyncio.timeout(LONGEST_UPLOAD_SECONDS):
            await self.storage.receive(link.key, received_chunks(request, link))
        document = {"uploadId": format_id(Prefix.STATEMENT_IMPORT, link.file), "sizeBytes": link.size_bytes}
        return JSONResponse(document, status_code=HTTPStatus.CREATED, headers={"cache-control": "no-store"})

    async def _download(self, request: Request) -> Response:
        link = link_of(self.tokens, request, Purpose.STATEMENT_DOWNLOAD, Prefix.STATEMENT_IMPORT)
        if not await self.storage.size(link.key):
            raise TransferRefused(HTTPStatus.NOT_FOUND, "The file was removed.")
        headers = {**HANDED_OUT, "content-disposition": attachment(link.name), "content-type": link.content_type}
        return StreamingResponse(self.storage.stream(link.key), headers=headers)


def bank_file_routes(view: BankFileView) -> list[Route]:
    """PUT /files/statements/uploads/... and GET /files/statements/..."""
    return [
        Route(f"{PATH}/uploads/{{token}}", view.upload, methods=["PUT"]),
        Route(f"{PATH}/{{token}}", view.download, methods=["GET"]),
    ]

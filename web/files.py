"""Files of evidence over our own links, where the storage has none: sent to us, and handed out as attachments.

The links are all that it takes, so nobody has to be signed in; whoever gives one out has asked for the permission.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.storage.disposition import attachment
from adapters.storage.link_token import LinkExpired, LinkForged, Purpose
from domain.disputes.verify_upload import VerifyUpload, verify_upload
from domain.identity.actor import system_actor
from domain.kernel.errors import NotFound, Unavailable
from domain.kernel.ids import Prefix, format_id
from web.authentication import address_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

    from starlette.requests import Request

    from adapters.storage.link_token import FileLink, LinkTokens
    from adapters.storage.own_links import OwnLinks
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.ports import DisputePorts

PATH = "/files"
LONGEST_UPLOAD_SECONDS = 300
RETRY_SECONDS = 5
_CLIENT_CLOSED_REQUEST = 499
_MOST_DIGITS = 15
_ACTOR = system_actor("files.upload")
# Whatever a browser makes of it, it may load nothing, run nothing and be framed by nobody.
HANDED_OUT = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cache-control": "private, no-store",
}
_log = structlog.get_logger("paydesk.web")


class TransferRefused(Exception):
    """An upload that is not even received."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """Both directions."""

    storage: OwnLinks
    tokens: LinkTokens
    ports: DisputePorts

    async def upload(self, request: Request) -> Response:
        """Take a file that was declared, once, and answer with what became of it."""
        return await answered(self._upload(request))

    async def download(self, request: Request) -> Response:
        """Hand a file out, to be saved."""
        return await answered(self._download(request))

    async def _upload(self, request: Request) -> Response:
        link = self._link(request, Purpose.UPLOAD)
        ensure_as_declared(request, link)
        actor = replace(_ACTOR, address=address_of(request))
        # Also when a process was killed after an upload and before its verification: that one counts.
        file = await verify_upload(self.ports, actor, VerifyUpload(file_id=link.file))
        if not file.awaits_upload:
            return _outcome(file, HTTPStatus.CONFLICT)
        async with asyncio.timeout(LONGEST_UPLOAD_SECONDS):
            await self.storage.receive(link.key, received_chunks(request, link))
        file = await verify_upload(self.ports, actor, VerifyUpload(file_id=link.file))
        if file.stored:
            return _outcome(file, HTTPStatus.CREATED)
        return _outcome(file, HTTPStatus.UNPROCESSABLE_ENTITY if file.refusal else HTTPStatus.CONFLICT)

    async def _download(self, request: Request) -> Response:
        link = self._link(request, Purpose.DOWNLOAD)
        content = await self.storage.read(link.key, link.size_bytes)
        if not content:
            raise TransferRefused(HTTPStatus.NOT_FOUND, "The file was removed.")
        headers = {**HANDED_OUT, "content-disposition": attachment(link.name), "content-type": link.content_type}
        return Response(content, headers=headers)

    def _link(self, request: Request, purpose: Purpose) -> FileLink:
        return link_of(self.tokens, request, purpose, Prefix.EVIDENCE)


def file_routes(view: FileView) -> list[Route]:
    """PUT /files/uploads/... and GET /files/..."""
    return [
        Route(f"{PATH}/uploads/{{token}}", view.upload, methods=["PUT"]),
        Route(f"{PATH}/{{token}}", view.download, methods=["GET"]),
    ]


def link_of(tokens: LinkTokens, request: Request, purpose: Purpose, prefix: Prefix) -> FileLink:
    """The link of a request's token; raise `TransferRefused` for none and for an old one."""
    # The link is a key to the file, and logs are read by others.
    request.state.shown_path = f"{PATH}/..."
    try:
        link = tokens.read(request.path_params["token"], purpose)
    except LinkForged:
        raise TransferRefused(HTTPStatus.NOT_FOUND, "There is no such link.") from None
    except LinkExpired:
        raise TransferRefused(HTTPStatus.GONE, "The link has expired; ask for a new one.") from None
    request.state.shown_path = f"{PATH}/{purpose}/{format_id(prefix, link.file)}"
    return link


async def answered(answer: Awaitable[Response]) -> Response:
    """The answer, or why there is none; a mistake of the sender's is never a 500."""
    try:
        return await answer
    except TransferRefused as refused:
        return _error(refused.status, refused.message)
    except TimeoutError:
        return _error(HTTPStatus.REQUEST_TIMEOUT, "The upload took too long; send it again.")
    except ClientDisconnect:
        return Response(status_code=_CLIENT_CLOSED_REQUEST)
    except NotFound as error:
        return _error(HTTPStatus.NOT_FOUND, error.message)
    except Unavailable as error:
        _log.warning("files.unavailable", reason=error.message, cause=repr(error.__cause__))
        response = _error(HTTPStatus.SERVICE_UNAVAILABLE, error.message)
        response.headers["retry-after"] = str(RETRY_SECONDS)
        return response


def ensure_as_declared(request: Request, link: FileLink) -> None:
    """Refuse by the headers what could only be refused after all of it has come."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise TransferRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the file as it is, without a Content-Encoding.")
    if request.headers.get("content-type") != link.content_type:
        raise TransferRefused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the file as {link.content_type}, as it was declared."
        )
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and len(length) <= _MOST_DIGITS):
        raise TransferRefused(HTTPStatus.LENGTH_REQUIRED, "Say the file's size in Content-Length.")
    if int(length) != link.size_bytes:
        larger = int(length) > link.size_bytes
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if larger else HTTPStatus.BAD_REQUEST
        raise TransferRefused(status, f"The file was declared with {link.size_bytes} bytes, not {int(length)}.")


async def received_chunks(request: Request, link: FileLink) -> AsyncGenerator[bytes]:
    """What comes, never more than was declared and never less: whoever stores it stores nothing when this raises."""
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > link.size_bytes:
            raise TransferRefused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The file has more than {link.size_bytes} bytes."
            )
        if chunk:
            yield chunk
    if received < link.size_bytes:
        raise TransferRefused(HTTPStatus.BAD_REQUEST, f"The file broke off after {received} bytes; send it again.")


def _outcome(file: EvidenceFile, status: HTTPStatus) -> Response:
    refusal = file.refusal and {"reason": file.refusal.value, "message": file.refusal_message}
    document = {"id": format_id(Prefix.EVIDENCE, file.id), "status": file.status.value, "refusal": refusal}
    return JSONResponse(document, status_code=status, headers={"cache-control": "no-store"})


def _error(status: HTTPStatus, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status, headers={"cache-control": "no-store"})

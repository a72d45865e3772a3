"""Request bodies, read only as far as they may be long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.requests import Request

LARGEST_BODY_BYTES = 64 * 1024


async def read_body(request: Request, largest: int = LARGEST_BODY_BYTES) -> bytes:
    """The body; raise `HTTPException` 413 as soon as it is too long."""
    # Starlette's own limit answers in plain text; clients of this interface read JSON.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(413, f"The body is larger than {largest} bytes.")
    return bytes(body)

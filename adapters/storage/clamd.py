"""ClamAV's daemon over TCP (clamd(8), INSTREAM). What it does not answer is not taken for clean."""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from domain.disputes.storage import Verdict, VerdictKind
from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from domain.disputes.file_content import FileType

_CHUNK_BYTES = 64 * 1024
_LONGEST_ANSWER = 4096


class Clamd:
    """Satisfies `VirusScanner`. A connection a file: clamd gives each one a thread anyway."""

    def __init__(self, host: str, port: int, *, timeout_seconds: int = 30) -> None:
        self._address = host, port
        self._timeout_seconds = timeout_seconds

    async def scan(self, content: bytes, content_type: FileType) -> Verdict:
        """What clamd finds; raise `Unavailable` when it does not say."""
        del content_type
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise _no_answer() from error
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return Verdict(kind=VerdictKind.CLEAN)
        if said.endswith(" FOUND"):
            return Verdict(kind=VerdictKind.INFECTED, found=said.removesuffix(" FOUND"))
        raise _no_answer()

    async def _ask(self, content: bytes) -> str:
        reader, writer = await asyncio.open_connection(*self._address, limit=_LONGEST_ANSWER)
        try:
            writer.write(b"zINSTREAM\0")
            # It may answer early, that the file is too large for it, and cut the connection: the answer still counts.
            with suppress(ConnectionError):
                for at in range(0, len(content), _CHUNK_BYTES):
                    chunk = content[at : at + _CHUNK_BYTES]
                    writer.write(struct.pack(">I", len(chunk)) + chunk)
                    await writer.drain()
                writer.write(struct.pack(">I", 0))
                await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _no_answer() -> Unavailable:
    return Unavailable("The virus scanner does not answer now; try the same request again in a moment.")

"""ClamAV's protocol on a real socket, and all the ways not to answer."""

from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from adapters.storage.clamd import Clamd
from domain.disputes.file_content import FileType
from domain.disputes.storage import Verdict, VerdictKind
from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CONTENT = bytes(range(256)) * 1000


class StandInClamd:
    """Says what the test says; `received` is what it was sent. Without an answer it stays silent."""

    def __init__(self, answer: bytes | None, *, reads_at_most: int = 10**9) -> None:
        self.answer = answer
        self.reads_at_most = reads_at_most
        self.received = b""
        self.ended = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        while len(self.received) < self.reads_at_most:
            (length,) = struct.unpack(">I", await reader.readexactly(4))
            if length == 0:
                break
            self.received += await reader.readexactly(length)
        if self.answer is None:
            await self.ended.wait()
        else:
            writer.write(self.answer)
        writer.close()


@asynccontextmanager
async def answering(clamd: StandInClamd, *, timeout_seconds: int = 10) -> AsyncGenerator[Clamd]:
    server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Clamd("127.0.0.1", port, timeout_seconds=timeout_seconds)
    finally:
        clamd.ended.set()
        server.close()


async def test_a_clean_file() -> None:
    clamd = StandInClamd(b"stream: OK\0")
    async with answering(clamd) as scanner:
        assert await scanner.scan(CONTENT, FileType.PDF) == Verdict(kind=VerdictKind.CLEAN)
    assert clamd.received == CONTENT


async def test_an_infected_file() -> None:
    async with answering(StandInClamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")) as scanner:
        found = Verdict(kind=VerdictKind.INFECTED, found="Win.Test.EICAR_HDB-1")
        assert await scanner.scan(CONTENT, FileType.PDF) == found


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"stream: OK",
        b"",
        b"\0",
        b"\xff\xfe\0",
        b"x" * 10_000 + b"\0",
    ],
)
async def test_what_is_no_verdict(answer: bytes) -> None:
    async with answering(StandInClamd(answer)) as scanner:
        with pytest.raises(Unavailable, match="virus scanner does not answer"):
            await scanner.scan(CONTENT, FileType.PDF)


async def test_a_connection_that_is_cut_early() -> None:
    async with answering(StandInClamd(b"INSTREAM size limit exceeded. ERROR\0", reads_at_most=1000)) as scanner:
        with pytest.raises(Unavailable):
            await scanner.scan(CONTENT * 40, FileType.PDF)


async def test_silence() -> None:
    async with answering(StandInClamd(None), timeout_seconds=1) as scanner:
        with pytest.raises(Unavailable):
            await scanner.scan(CONTENT, FileType.PDF)


async def test_nobody_there() -> None:
    async with answering(StandInClamd(b"")) as scanner:
        pass
    with pytest.raises(Unavailable):
        await scanner.scan(CONTENT, FileType.PDF)

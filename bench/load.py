"""The HTTP load: a closed loop over keep-alive connections, in a process of its own.

Raw sockets and prebuilt requests, so that the client costs a small part of what the server does. As a program
(`python -m bench.load`) it reads a `Load` as JSON and writes its `Figures`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from array import array
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import orjson
import uvloop

from bench.rounds import percentile

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
# Longer than any answer should take: a server that hangs fails the benchmark instead of hanging it.
_PATIENCE_SECONDS = 60
# Where a request has this, each one sent gets 32 new hexadecimal digits: idempotency keys, references.
UNIQUE = "@unique-unique-unique-unique-uni"


class LoadFailed(RuntimeError):
    """A server answered with something else than a result; the text is what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send: `requests` in turn over so many connections, for some time after a warm-up.

    `count`, when given, ends it after so many answers instead, warm-up not counted. Each connection is answered once
    at least, however long that takes.
    """

    port: int
    requests: list[str]
    connections: int
    seconds: float
    warm_up_seconds: float = 0.5
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of it; `client_cpu_seconds` and the answers' mean size tell whether the client was in the way.

    `all_answers` counts those of the warm-up, too.
    """

    answers: int
    all_answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    client_cpu_seconds: float
    mean_bytes: float

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def post_json(port: int, path: str, document: object, headers: Mapping[str, str] | None = None) -> str:
    """A whole HTTP request with a JSON body."""
    body = orjson.dumps(document).decode()
    given = {
        "host": f"localhost:{port}",
        "content-type": "application/json",
        "accept": "application/json",
        "content-length": str(len(body.encode())),
        **(headers or {}),
    }
    return f"POST {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in given.items()) + "\r\n" + body


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> str:
    """A whole HTTP request without a body."""
    given = {"host": f"localhost:{port}", "accept": "application/json", **(headers or {})}
    return f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in given.items()) + "\r\n"


async def drive(load: Load) -> Figures:
    """Put the load on from another process; raise `LoadFailed` at the first answer that is no result."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        said, _ = await process.communicate(orjson.dumps(asdict(load)))
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise LoadFailed(said.decode(errors="replace") or "the client ended without a word")
    return Figures(**orjson.loads(said))


class AnswerReader:
    """Finds where an HTTP/1.1 response ends; bodies come by length or in chunks, and one at a time."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._received = bytearray()
        self._body_at = 0
        self._end: int | None = None

    def feed(self, data: bytes) -> bytes | None:
        """Take in what arrived; the whole response once it is there, and then the next may begin."""
        self._received += data
        if not self._body_at and not self._read_head():
            return None
        if self._end is None:
            self._end = self._end_of_chunks()
        if self._end is None or len(self._received) < self._end:
            return None
        whole = bytes(self._received)
        self._begin()
        return whole

    def _read_head(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        self._body_at = end + 4
        head = bytes(self._received[:end]).lower()
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            self._end = self._body_at + int(head[at + 17 :].split(b"\r\n", 1)[0])
        return True

    def _end_of_chunks(self) -> int | None:
        at = self._body_at
        while (line := self._received.find(b"\r\n", at)) >= 0:
            size = int(bytes(self._received[at:line]).split(b";", 1)[0], 16)
            at = line + 2 + size + 2
            if size == 0:
                return at
        return None


class _Run:
    """One load, while it lasts."""

    def __init__(self, load: Load) -> None:
        self._requests = [request.encode() for request in load.requests]
        self._unique = [UNIQUE.encode() in request for request in self._requests]
        self._turn = 0
        # In a short time a slow server may answer nothing at all: then it takes as long as one answer for each.
        self._fewest = load.connections
        self._count = load.count
        self.latencies = array("d")
        self.received = 0
        self.all_answers = 0
        self.begins_at = time.perf_counter() + load.warm_up_seconds
        self.ends_at = float("inf") if load.count is not None else self.begins_at + load.seconds
        self.last_at = self.begins_at
        self.cpu_at_begin: float | None = None
        self.cpu_at_end = 0.0

    def next_request(self, now: float) -> bytes | None:
        """What to send now; None when it is over."""
        noted = len(self.latencies)
        if (now >= self.ends_at and noted >= self._fewest) or (self._count is not None and noted >= self._count):
            return None
        index = self._turn = (self._turn + 1) % len(self._requests)
        request = self._requests[index]
        return request.replace(UNIQUE.encode(), uuid4().hex.encode()) if self._unique[index] else request

    def note(self, sent_at: float, now: float, size: int) -> None:
        """An answer arrived: it counts when it does so within the time."""
        self.all_answers += 1
        if now < self.begins_at or (now > self.ends_at and len(self.latencies) >= self._fewest):
            return
        if self.cpu_at_begin is None:
            self.cpu_at_begin = time.process_time()
        self.latencies.append((now - sent_at) * 1000)
        self.received += size
        self.last_at = now
        self.cpu_at_end = time.process_time()

    def figures(self) -> Figures:
        """All that was noted."""
        values = list(self.latencies)
        until = self.last_at if self._count is not None else max(self.ends_at, self.last_at)
        return Figures(
            answers=len(values),
            all_answers=self.all_answers,
            seconds=until - self.begins_at,
            p50_ms=percentile(values, 0.5),
            p99_ms=percentile(values, 0.99),
            client_cpu_seconds=self.cpu_at_end - (self.cpu_at_begin or 0.0),
            mean_bytes=self.received / len(values),
        )


class _Connection(asyncio.Protocol):
    """One connection: the next request goes out when the last one is answered."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._reader = AnswerReader()
        self._transport: asyncio.Transport | None = None
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._send(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        """Go on when an answer is complete."""
        answer = self._reader.feed(data)
        if answer is None:
            return
        now = time.perf_counter()
        if not answer.startswith(b"HTTP/1.1 200") or b'"errors"' in answer:
            self._end(LoadFailed(answer[:2000].decode(errors="replace")))
            return
        self._run.note(self._sent_at, now, len(answer))
        self._send(now)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail, unless it was over."""
        self._end(LoadFailed(f"the server closed a connection: {exc}"))

    def _send(self, now: float) -> None:
        request = self._run.next_request(now)
        if request is None or self._transport is None:
            self._end(None)
            return
        self._sent_at = now
        self._transport.write(request)

    def _end(self, failure: LoadFailed | None) -> None:
        if not self.done.done():
            if failure is None:
                self.done.set_result(None)
            else:
                self.done.set_exception(failure)
        if self._transport is not None:
            self._transport.close()


async def _work(load: Load) -> Figures:
    loop = asyncio.get_running_loop()
    run = _Run(load)
    opened = [await loop.create_connection(lambda: _Connection(run), HOST, load.port) for _ in range(load.connections)]
    patience = load.warm_up_seconds + load.seconds + _PATIENCE_SECONDS
    async with asyncio.timeout(None if load.count is not None else patience):
        await asyncio.gather(*(connection.done for _, connection in opened))
    return run.figures()


def main() -> int:
    """Read a load, put it on, write what came of it."""
    load = Load(**orjson.loads(sys.stdin.buffer.read()))
    try:
        figures = uvloop.run(_work(load))
    except (LoadFailed, OSError, TimeoutError, ValueError) as error:
        sys.stdout.write(f"{type(error).__name__}: {error}")
        return 1
    sys.stdout.buffer.write(orjson.dumps(asdict(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

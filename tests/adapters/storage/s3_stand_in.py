"""As much of S3 as we use, over real HTTP: objects, and links that are checked as Amazon does (Signature Version 4)."""

from __future__ import annotations

import hashlib
import hmac
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Generator

SECRET = "the-secret-of-the-stand-in"
REGION = "eu-central-1"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKSTANDIN", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION}


class StandInS3(ThreadingHTTPServer):
    """`objects` by path, with the headers that they are given out with; `broken` answers 500 to all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.requests: list[str] = []
        self.broken = False
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def s3_stand_in() -> Generator[StandInS3]:
    """A running one."""
    with StandInS3() as s3:
        thread = threading.Thread(target=s3.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield s3
        finally:
            s3.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandInS3  # pyright: ignore[reportIncompatibleVariableOverride] - the only one that uses it

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = urlsplit(self.path).path
        self.server.requests.append(f"{self.command} {path}")
        if self.server.broken:
            self._say(500)
        elif "authorization" not in self.headers and not _signed(self.command, self.path, self.headers["host"]):
            self._say(403)
        elif self.command == "PUT" and self.headers["if-none-match"] == "*" and path in self.server.objects:
            self._say(412)
        elif self.command == "PUT":
            names = ("content-type", "content-disposition")
            self.server.objects[path] = content, {n: self.headers[n] for n in names if n in self.headers}
            self._say(200)
        elif self.command == "DELETE":
            self.server.objects.pop(path, None)
            self._say(204)
        elif path in self.server.objects:
            self._say(200, *self.server.objects[path])
        else:
            self._say(404)

    def _say(self, status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        told = {"content-length": str(len(content)), "last-modified": formatdate(usegmt=True), "etag": '"1"'}
        for name, value in {**told, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its base says so
        """Quiet."""

    do_GET = do_HEAD = do_PUT = do_DELETE = answer  # noqa: N815 - as http.server calls them


def _signed(method: str, target: str, host: str) -> bool:
    """Whether the query holds a signature of just this request that has not expired."""
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    signature = query.pop("X-Amz-Signature", "")
    if query.get("X-Amz-SignedHeaders") != "host":
        return False
    began = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if datetime.now(UTC) >= began + timedelta(seconds=int(query["X-Amz-Expires"])):
        return False
    canonical_query = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(query.items()))
    canonical = "\n".join([method, parts.path, canonical_query, f"host:{host}\n", "host", "UNSIGNED-PAYLOAD"])
    scope = query["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), signature)

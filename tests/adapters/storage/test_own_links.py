"""Files on this machine: links to our own routes, and uploads that leave nothing behind when they break off."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.storage.link_token import LinkTokens, Purpose
from adapters.storage.own_links import LocalFiles
from tests.builders.files import an_evidence_file
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

CLOCK = SettableClock()
TOKENS = LinkTokens("secret", CLOCK)
PIECE = b"x" * 700_000


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files", TOKENS, "https://pay.example.com")


def on_disk(tmp_path: Path) -> list[str]:
    """Every file, also those that no storage lists."""
    root = tmp_path / "files"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what other threads do."""
    while not holds():  # noqa: ASYNC110 - they know no events of ours
        await asyncio.sleep(0.01)


async def test_links(files: LocalFiles) -> None:
    file = an_evidence_file()
    upload = await files.upload_link(file)
    assert (upload.method, upload.headers, upload.expires_at) == (
        "PUT",
        {"content-type": "application/pdf"},
        file.expires_at,
    )
    prefix, _, token = upload.url.rpartition("/")
    assert prefix == "https://pay.example.com/files/uploads"
    assert TOKENS.read(token, Purpose.UPLOAD).key == file.upload_key
    prefix, _, token = (await files.download_link(file, CLOCK.now() + timedelta(minutes=5))).rpartition("/")
    assert prefix == "https://pay.example.com/files"
    link = TOKENS.read(token, Purpose.DOWNLOAD)
    assert (link.key, link.name, link.size_bytes) == (file.stored_key, file.name, file.size_bytes)
    assert (link.file, link.merchant_id) == (file.id, str(file.merchant_id))


async def test_the_directory_is_made_when_something_comes(files: LocalFiles, tmp_path: Path) -> None:
    assert not (tmp_path / "files").exists()
    await files.keep(an_evidence_file(), b"x")
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


async def test_what_comes_in_pieces(files: LocalFiles, tmp_path: Path) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(5):
            yield PIECE

    await files.receive("incoming/a", pieces())
    assert await files.read("incoming/a", 10**7) == PIECE * 5
    assert on_disk(tmp_path) == ["incoming/a"]


async def test_an_upload_that_breaks_off_leaves_nothing(files: LocalFiles, tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(5):
            yield PIECE
        raise Broken

    with pytest.raises(Broken):
        await files.receive("incoming/a", pieces())
    assert on_disk(tmp_path) == []


async def test_an_upload_that_is_given_up_leaves_nothing(files: LocalFiles, tmp_path: Path) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(5):
            yield PIECE
        await asyncio.Event().wait()

    receiving = asyncio.create_task(files.receive("incoming/a", pieces()))
    await eventually(lambda: on_disk(tmp_path) != [])
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    await eventually(lambda: on_disk(tmp_path) == [])
    assert await files.size("incoming/a") is None


async def test_what_a_killed_process_was_writing_goes_with_the_file(files: LocalFiles, tmp_path: Path) -> None:
    await files.keep(an_evidence_file(key="k" * 40), b"x")
    incoming = tmp_path / "files" / "incoming"
    incoming.mkdir()
    for name in ("a#1", "a#2", "ab#1"):
        (incoming / name).write_bytes(PIECE)
    assert await files.keys() == [f"evidence/{'k' * 40}"]
    await files.delete("incoming/a")
    assert on_disk(tmp_path) == [f"evidence/{'k' * 40}", "incoming/ab#1"]

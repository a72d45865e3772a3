"""The same of every storage: on disk, in memory, and on S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from obstore.store import MemoryStore

from adapters.storage.link_token import LinkTokens
from adapters.storage.opening import open_storage
from adapters.storage.own_links import OwnLinks
from domain.kernel.clock import SystemClock
from domain.kernel.errors import Unavailable
from tests.adapters.storage.s3_stand_in import ENVIRONMENT, s3_stand_in
from tests.builders.files import an_evidence_file

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from adapters.storage.objects import StoredObjects

CLOCK = SystemClock()
TOKENS = LinkTokens("secret", CLOCK)


@pytest.fixture(params=["disk", "memory", "s3"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[StoredObjects]:
    if request.param == "memory":
        yield OwnLinks(MemoryStore, TOKENS, "http://paydesk.test")
    elif request.param == "disk":
        yield open_storage(
            None, None, directory=tmp_path / "files", tokens=TOKENS, public_url="http://paydesk.test", clock=CLOCK
        )
    else:
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        with s3_stand_in() as s3:
            yield open_storage(
                "s3://bucket/some/prefix", s3.url, directory=tmp_path, tokens=TOKENS, public_url="", clock=CLOCK
            )


async def test_nothing_lies_there(storage: StoredObjects) -> None:
    assert await storage.size("incoming/nothing") is None
    assert await storage.read("incoming/nothing", 100) == b""
    await storage.delete("incoming/nothing")


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", bytes(range(256)) * 4000])
async def test_what_is_kept(storage: StoredObjects, content: bytes) -> None:
    file = an_evidence_file()
    await storage.keep(file, content)
    # Killed in between, it is kept once more.
    await storage.keep(file, content)
    assert await storage.size(file.stored_key) == len(content)
    assert await storage.read(file.stored_key, len(content) + 10) == content
    assert await storage.size(file.upload_key) is None
    await storage.delete(file.stored_key)
    await storage.delete(file.stored_key)
    assert await storage.size(file.stored_key) is None


async def test_no_more_is_read_than_was_asked_for(storage: StoredObjects) -> None:
    file = an_evidence_file()
    await storage.keep(file, b"x" * 3_000_000)
    assert await storage.read(file.stored_key, 100) == b"x" * 100


@pytest.mark.parametrize("key", ["../outside", "incoming/../../outside", "incoming//x"])
async def test_no_key_leaves_the_storage(storage: StoredObjects, key: str) -> None:
    with pytest.raises(ValueError, match="path"):
        await storage.read(key, 10)


async def test_a_storage_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with s3_stand_in() as s3:
        away = open_storage("s3://bucket", s3.url, directory=tmp_path, tokens=TOKENS, public_url="", clock=CLOCK)
    file = an_evidence_file()
    for asked in (away.size("k"), away.read("k", 1), away.keep(file, b"x"), away.delete("k")):
        with pytest.raises(Unavailable, match="file storage does not answer"):
            await asked


async def test_a_storage_that_only_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with s3_stand_in() as s3:
        s3.broken = True
        failing = open_storage("s3://bucket", s3.url, directory=tmp_path, tokens=TOKENS, public_url="", clock=CLOCK)
        with pytest.raises(Unavailable):
            await failing.size("k")
        assert len(s3.requests) == 3


async def test_a_disk_that_is_full_or_read_only(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file in the way")
    broken = open_storage(
        None, None, directory=tmp_path / "files", tokens=TOKENS, public_url="http://paydesk.test", clock=CLOCK
    )
    with pytest.raises(Unavailable):
        await broken.keep(an_evidence_file(), b"x")

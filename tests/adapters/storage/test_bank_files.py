"""Statements lie in the same storage as all files; one that signs links gives its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from obstore.store import S3Store

from adapters.storage.bank_files import BankFiles
from adapters.storage.link_token import LinkTokens, Purpose
from adapters.storage.own_links import LocalFiles
from adapters.storage.signed_links import SignedLinks
from domain.reconciliation.receiving import new_import
from domain.reconciliation.statement_import import UPLOAD_LASTS, ImportSource, ImportStatus
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

CLOCK = SettableClock()
TOKENS = LinkTokens("secret", CLOCK)
URL = "http://paydesk.test"
AWAITED = new_import(
    ImportSource.UPLOAD,
    "january.xml",
    JOBS,
    CLOCK.now(),
    status=ImportStatus.AWAITING_UPLOAD,
    size_bytes=9,
    expires_at=CLOCK.now() + UPLOAD_LASTS,
)


async def pieces(*given: bytes | Exception) -> AsyncGenerator[bytes]:
    for piece in given:
        if isinstance(piece, Exception):
            raise piece
        yield piece


async def test_what_is_kept_is_streamed_and_deleted(tmp_path: Path) -> None:
    files = BankFiles(LocalFiles(tmp_path, TOKENS, URL), TOKENS, URL)
    await files.keep("bank/one", pieces(b"a" * 300_000, b"b"))
    assert await files.size("bank/one") == 300_001
    assert b"".join([chunk async for chunk in files.stream("bank/one")]) == b"a" * 300_000 + b"b"
    await files.delete("bank/one")
    assert [chunk async for chunk in files.stream("bank/one")] == []
    assert await files.size("bank/one") is None


async def test_what_breaks_off_is_not_there(tmp_path: Path) -> None:
    files = BankFiles(LocalFiles(tmp_path, TOKENS, URL), TOKENS, URL)
    with pytest.raises(Exception, match="broke off"):
        await files.keep("bank/one", pieces(b"a" * 300_000, RuntimeError("it broke off")))
    assert await files.size("bank/one") is None


async def test_our_own_links_say_what_they_are_for(tmp_path: Path) -> None:
    files = BankFiles(LocalFiles(tmp_path, TOKENS, URL), TOKENS, URL)
    upload = await files.upload_link(AWAITED)
    token = upload.url.rpartition("/")[2]
    link = TOKENS.read(token, Purpose.STATEMENT_UPLOAD)
    assert (link.key, link.size_bytes, link.file) == (AWAITED.upload_key, 9, AWAITED.id)
    assert upload.headers == {"content-type": "application/xml"}
    download = await files.download_link(AWAITED, CLOCK.now() + UPLOAD_LASTS)
    assert TOKENS.read(download.rpartition("/")[2], Purpose.STATEMENT_DOWNLOAD).key == AWAITED.stored_key


async def test_a_storage_that_signs_links_gives_its_own(tmp_path: Path) -> None:
    del tmp_path
    store = S3Store("bucket", region="eu-central-1", access_key_id="id", secret_access_key="key")
    files = BankFiles(SignedLinks(store, CLOCK), TOKENS, URL)
    upload = await files.upload_link(AWAITED)
    assert AWAITED.upload_key in upload.url
    assert "X-Amz-Signature" in upload.url
    assert AWAITED.stored_key in await files.download_link(AWAITED, CLOCK.now() + UPLOAD_LASTS)

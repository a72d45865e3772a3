"""Delivery to a folder, to memory, and to S3."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import obstore
import pytest
from obstore.store import LocalStore, MemoryStore

from adapters.banks.object_delivery import ObjectDelivery, open_delivery
from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered
from tests.adapters.storage.s3_stand_in import ENVIRONMENT, s3_stand_in

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"<Document/>"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> LocalStore | MemoryStore:
    return MemoryStore() if request.param == "memory" else LocalStore(tmp_path)


def _read(store: LocalStore | MemoryStore, name: str) -> bytes:
    return bytes(obstore.get(store, name).bytes())


async def test_a_file_arrives_once_however_often_it_is_delivered(store: LocalStore | MemoryStore) -> None:
    delivery = ObjectDelivery(lambda: store)
    await asyncio.gather(*(delivery.deliver("a.xml", CONTENT) for _ in range(5)))
    assert _read(store, "a.xml") == CONTENT
    assert [entry["path"] for batch in obstore.list(store) for entry in batch] == ["a.xml"]


async def test_what_lies_there_is_never_replaced(store: LocalStore | MemoryStore) -> None:
    delivery = ObjectDelivery(lambda: store)
    await delivery.deliver("a.xml", CONTENT)
    with pytest.raises(NotDelivered, match="Something else"):
        await delivery.deliver("a.xml", CONTENT + b"\n")
    assert _read(store, "a.xml") == CONTENT


async def test_a_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "bank" / "out going"
    await open_delivery(f"file://{str(folder).replace(' ', '%20')}").deliver("a.xml", CONTENT)
    assert (folder / "a.xml").read_bytes() == CONTENT


async def test_a_folder_that_cannot_be_is_surely_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotDelivered):
        await open_delivery(f"file://{tmp_path}/file/below").deliver("a.xml", CONTENT)


async def test_the_same_of_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_stand_in() as s3:
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        delivery = open_delivery("s3://bank/out", s3.url)
        for _ in range(2):
            await delivery.deliver("a.xml", CONTENT)
        with pytest.raises(NotDelivered, match="Something else"):
            await delivery.deliver("a.xml", b"other")
        assert {path: content for path, (content, _) in s3.objects.items()} == {"/bank/out/a.xml": CONTENT}
        s3.broken = True
        with pytest.raises(DeliveryInDoubt):
            await delivery.deliver("b.xml", CONTENT)


async def test_a_storage_that_does_not_answer_leaves_a_doubt(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DeliveryInDoubt):
        await open_delivery("s3://bank/out", f"http://127.0.0.1:{unused_tcp_port}").deliver("a.xml", CONTENT)


def test_other_addresses_are_refused() -> None:
    with pytest.raises(ValueError, match="none of"):
        open_delivery("ftp://bank.example/")

"""A folder is looked into, and only that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.banks.statement_inbox import open_inbox

if TYPE_CHECKING:
    from pathlib import Path


async def test_files_of_statements_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    inbox = open_inbox(f"file://{folder}")
    assert [one async for some in inbox.objects() for one in some] == []
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "january.XML").write_bytes(b"<one/>")
    (folder / "notes.txt").write_bytes(b"no")
    (folder / "empty.xml").write_bytes(b"")
    (found,) = [one async for some in inbox.objects() for one in some]
    assert (found.path, found.size_bytes) == ("2026/january.XML", 6)
    assert b"".join([chunk async for chunk in inbox.stream(found.path)]) == b"<one/>"
    assert [chunk async for chunk in inbox.stream("gone.xml")] == []
    (folder / "2026" / "january.XML").write_bytes(b"<other/>")
    (again,) = [one async for some in inbox.objects() for one in some]
    assert again.tag != found.tag


@pytest.mark.parametrize("url", ["ftp://bank/incoming", "incoming"])
def test_what_is_no_inbox(url: str) -> None:
    with pytest.raises(ValueError, match="none of file"):
        open_inbox(url)


def test_storages_elsewhere_are_opened_when_something_is_asked() -> None:
    for url in ("s3://bank/incoming", "gs://bank/incoming", "az://bank/incoming"):
        assert open_inbox(url, "http://localhost:1") is not None

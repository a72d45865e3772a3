"""Which storage, scanners and routes follow from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.storage.own_links import LocalFiles
from adapters.storage.signed_links import SignedLinks
from app.files import file_routes_of, scanner_of, storage_of
from app.refusal import Refused
from app.settings import SettingsRefused, load_settings
from domain.disputes.file_content import FileType
from domain.disputes.ports import DisputePorts
from domain.disputes.storage import VerdictKind
from domain.kernel.clock import SystemClock
from domain.kernel.errors import Unavailable
from tests.builders.files import a_document, a_scripted_document, an_evidence_file

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = SystemClock()
TEST = {"PAYDESK_ENVIRONMENT": "test"}
PRODUCTION = {"PAYDESK_SECRET_KEY": "k" * 32, "PAYDESK_PUBLIC_URL": "https://pay.example.com"}


def ports_on(storage: LocalFiles | SignedLinks) -> DisputePorts:
    nothing: Any = None
    return DisputePorts(
        clock=CLOCK, units=nothing, gateways=nothing, storage=storage, scanner=nothing, payments=nothing
    )


async def test_files_lie_below_the_data_directory(tmp_path: Path) -> None:
    settings = load_settings({**TEST, "PAYDESK_DATA_DIR": str(tmp_path), "PAYDESK_PUBLIC_URL": "http://localhost:8000"})
    storage = storage_of(settings, CLOCK)
    assert isinstance(storage, LocalFiles)
    assert list(tmp_path.iterdir()) == []
    file = an_evidence_file()
    await storage.keep(file, b"content")
    assert (tmp_path / "files" / file.stored_key).read_bytes() == b"content"
    link = await storage.upload_link(file)
    assert link.url.startswith("http://localhost:8000/files/uploads/")
    paths = [route.path for route in file_routes_of(settings, ports_on(storage))]
    assert paths == ["/files/uploads/{token}", "/files/{token}"]


def test_a_storage_that_signs_needs_no_routes_of_ours() -> None:
    settings = load_settings({**TEST, "PAYDESK_STORAGE_URL": "s3://bucket/prefix"})
    storage = storage_of(settings, CLOCK)
    assert isinstance(storage, SignedLinks)
    assert file_routes_of(settings, ports_on(storage)) == []


def test_a_storage_that_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)
    settings = load_settings({**TEST, "PAYDESK_STORAGE_URL": "az://container"})
    with pytest.raises(Refused, match="PAYDESK_STORAGE_URL"):
        storage_of(settings, CLOCK)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PAYDESK_STORAGE_URL", "/var/files", "s3://bucket/prefix"),
        ("PAYDESK_STORAGE_URL", "s3://key:secret@bucket", "no query, fragment or user name"),
        ("PAYDESK_STORAGE_ENDPOINT", "minio:9000", "http or https address"),
        ("PAYDESK_STORAGE_ENDPOINT", "http://minio.example.com", "production needs https"),
        ("PAYDESK_CLAMD_ADDRESS", "clamd", "a host and a port"),
    ],
)
def test_settings_that_are_refused(name: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings({**PRODUCTION, name: value})
    assert f"{name}: " in str(refused.value)
    assert problem in str(refused.value)
    assert "secret@" not in str(refused.value)


async def test_scanners() -> None:
    built_in = scanner_of(load_settings(TEST))
    assert (await built_in.scan(a_document(), FileType.PDF)).kind is VerdictKind.CLEAN
    # Nobody is there: what the built-in checks find is refused, and nothing else is taken.
    both = scanner_of(load_settings({**TEST, "PAYDESK_CLAMD_ADDRESS": "127.0.0.1:1"}))
    assert (await both.scan(a_scripted_document(), FileType.PDF)).kind is VerdictKind.INFECTED
    with pytest.raises(Unavailable):
        await both.scan(a_document(), FileType.PDF)

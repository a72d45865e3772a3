"""Which storage a URL names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.storage.link_token import LinkTokens
from adapters.storage.opening import open_storage
from adapters.storage.own_links import LocalFiles
from adapters.storage.signed_links import SignedLinks
from domain.kernel.clock import SystemClock

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = SystemClock()


def opened(url: str | None, directory: Path) -> LocalFiles | SignedLinks:
    tokens = LinkTokens("secret", CLOCK)
    return open_storage(url, None, directory=directory, tokens=tokens, public_url="http://p.test", clock=CLOCK)


def test_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    assert isinstance(opened(None, tmp_path), LocalFiles)
    for url in ("s3://bucket", "s3://bucket/some/prefix", "gs://bucket/prefix", "az://container/prefix"):
        assert isinstance(opened(url, tmp_path), SignedLinks)


@pytest.mark.parametrize(
    "url", ["ftp://host/path", "file:///etc", "memory:///", "s3://", "https://example.com", "bucket"]
)
def test_what_names_no_storage(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="this"):
        opened(url, tmp_path)

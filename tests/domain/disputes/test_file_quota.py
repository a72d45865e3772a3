"""What is too much for a network's answer, and for a merchant."""

from __future__ import annotations

import pytest

from domain.disputes.file_content import FileType
from domain.disputes.file_errors import FileRefusal, FileRefused, QuotaExceeded
from domain.disputes.file_quota import QUOTA, ensure_pages, ensure_room, ensure_size
from domain.disputes.network import LIMITS, Network
from domain.disputes.storage import FileUsage


def usage(files: int = 0, size_bytes: int = 0, merchant_bytes: int = 0) -> FileUsage:
    return FileUsage(stage_files=files, stage_bytes=size_bytes, merchant_bytes=merchant_bytes)


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("kind", FileType)
def test_the_largest_file_of_each_network(network: Network, kind: FileType) -> None:
    largest = LIMITS[network].largest_bytes(kind)
    ensure_size(network, kind, largest)
    ensure_size(network, kind, 1)
    with pytest.raises(FileRefused, match="at most") as refused:
        ensure_size(network, kind, largest + 1)
    assert refused.value.reason is FileRefusal.TOO_LARGE


def test_the_words_name_the_limit() -> None:
    with pytest.raises(FileRefused, match=r"Mastercard takes PDF files of at most 14\.5 MB"):
        ensure_size(Network.MASTERCARD, FileType.PDF, 15_000_000)
    with pytest.raises(FileRefused, match="Visa takes JPEG files of at most 10 MB"):
        ensure_size(Network.VISA, FileType.JPEG, 15_000_000)


@pytest.mark.parametrize("size_bytes", [0, -1])
def test_nothing_is_no_file(size_bytes: int) -> None:
    with pytest.raises(FileRefused) as refused:
        ensure_size(Network.VISA, FileType.PDF, size_bytes)
    assert refused.value.reason is FileRefusal.EMPTY


@pytest.mark.parametrize("network", Network)
def test_pages(network: Network) -> None:
    ensure_pages(network, None)
    most = LIMITS[network].most_pages
    if most is None:
        ensure_pages(network, 10_000)
        return
    ensure_pages(network, most)
    with pytest.raises(FileRefused, match=f"at most {most} pages; this file has {most + 1}") as refused:
        ensure_pages(network, most + 1)
    assert refused.value.reason is FileRefusal.TOO_MANY_PAGES


@pytest.mark.parametrize("network", Network)
def test_files_of_an_answer(network: Network) -> None:
    most = LIMITS[network].most_files or QUOTA.stage_files
    ensure_room(network, usage(files=most - 1), 1)
    with pytest.raises(QuotaExceeded, match=f"at most {most} files"):
        ensure_room(network, usage(files=most), 1)


@pytest.mark.parametrize("network", Network)
def test_bytes_of_an_answer(network: Network) -> None:
    most = LIMITS[network].most_total_bytes
    ensure_room(network, usage(size_bytes=most - 10), 10)
    with pytest.raises(QuotaExceeded, match=f"{network.label} takes"):
        ensure_room(network, usage(size_bytes=most - 10), 11)


def test_bytes_of_a_merchant() -> None:
    most = QUOTA.merchant_bytes
    ensure_room(Network.VISA, usage(merchant_bytes=most - 10), 10)
    with pytest.raises(QuotaExceeded, match="500 MB within 30 days"):
        ensure_room(Network.VISA, usage(merchant_bytes=most - 10), 11)

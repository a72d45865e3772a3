"""How much evidence there may be: what the network takes with one answer, and what one merchant may upload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.disputes.file_errors import FileRefusal, FileRefused, QuotaExceeded
from domain.disputes.network import LIMITS

if TYPE_CHECKING:
    from domain.disputes.file_content import FileType
    from domain.disputes.network import Network
    from domain.disputes.storage import FileUsage

_MEGABYTE = 1_000_000
_SIZE = ("sizeBytes",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileQuota:
    """Of what is awaited or stored. What a merchant uploaded longer ago than `window` does not count any more.

    So a merchant that answers many disputes never comes to an end, and none fills the storage within days.
    """

    stage_files: int = 50
    merchant_bytes: int = 500 * _MEGABYTE
    window: timedelta = timedelta(days=30)


QUOTA = FileQuota()


def ensure_size(network: Network, kind: FileType, size_bytes: int) -> None:
    """Raise `FileRefused` for a file that is declared empty, or larger than the network takes."""
    if size_bytes <= 0:
        raise FileRefused(FileRefusal.EMPTY, path=_SIZE)
    largest = LIMITS[network].largest_bytes(kind)
    if size_bytes > largest:
        said = (
            f"{network.label} takes {kind.name} files of at most {_megabytes(largest)} MB; make it smaller or split it."
        )
        raise FileRefused(FileRefusal.TOO_LARGE, said, path=_SIZE)


def ensure_pages(network: Network, pages: int | None) -> None:
    """Raise `FileRefused` for a document of more pages than the network takes."""
    most = LIMITS[network].most_pages
    if most is not None and pages is not None and pages > most:
        said = f"{network.label} takes at most {most} pages; this file has {pages}. Leave out what proves nothing."
        raise FileRefused(FileRefusal.TOO_MANY_PAGES, said)


def ensure_room(network: Network, usage: FileUsage, size_bytes: int) -> None:
    """Raise `QuotaExceeded` when one more file of that size is too much for the answer or for the merchant."""
    limits = LIMITS[network]
    most_files = min(QUOTA.stage_files, limits.most_files or QUOTA.stage_files)
    if usage.stage_files >= most_files:
        raise QuotaExceeded(f"One answer holds at most {most_files} files; remove one that proves less.")
    if usage.stage_bytes + size_bytes > limits.most_total_bytes:
        most = _megabytes(limits.most_total_bytes)
        raise QuotaExceeded(f"{network.label} takes {most} MB with one answer; remove or shrink a file.")
    if usage.merchant_bytes + size_bytes > QUOTA.merchant_bytes:
        most = _megabytes(QUOTA.merchant_bytes)
        days = QUOTA.window.days
        raise QuotaExceeded(f"You may upload {most} MB within {days} days; remove files that you do not need.")


def _megabytes(size_bytes: int) -> str:
    return f"{(Decimal(size_bytes) / _MEGABYTE).normalize():f}"

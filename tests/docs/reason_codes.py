"""docs/reason-codes.md: what the catalogues hold, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.category import DisputeCategory
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.network import LIMITS, EvidenceLimits
from domain.disputes.reason_codes.catalogue import rulebooks
from domain.disputes.stage import DisputeStage
from tests.docs.markdown import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.disputes.reason_codes.reason_code import ReasonCode
    from domain.disputes.reason_codes.rulebook import Rulebook

PAGE = ROOT / "docs" / "reason-codes.md"
_MB = 1_000_000


def reason_code_tables() -> str:
    """A chapter for each network, and one for each vocabulary that the codes are told in."""
    chapters = [*(_of_network(book) for book in rulebooks().values()), _categories(), _evidence()]
    return "\n".join(chapters)


def _of_network(book: Rulebook) -> str:
    stages = ", ".join(f"{stage} {days}" for stage, days in book.response_days.items())
    rows = [
        (
            f"`{code.code}`",
            _name(code),
            code.category,
            _wanted(code),
            _days(code),
            code.source.removeprefix(f"{book.document}, "),
        )
        for code in book.codes.values()
    ]
    head = ("Code", "Name", "Category", "Evidence", "Days", "Source")
    return (
        f"## {book.network.label}\n\n{book.about} Days by stage: {stages}. Sources are parts of the {book.document}.\n\n"
        f"{_limits(LIMITS[book.network])}\n\n{_table(head, rows)}\n"
    )


def _name(code: ReasonCode) -> str:
    if code.in_force:
        return code.name
    return f"{code.name} (retired{f', now `{code.replaced_by}`' if code.replaced_by else ''})"


def _wanted(code: ReasonCode) -> str:
    needs = {"required": code.required, "one of": code.any_of, "helpful": code.helpful}
    return "; ".join(f"{need}: {', '.join(kinds)}" for need, kinds in needs.items() if kinds)


def _days(code: ReasonCode) -> str:
    """For a chargeback; those of the other stages stand above the table."""
    return str(code.days(DisputeStage.CHARGEBACK))


def _limits(limits: EvidenceLimits) -> str:
    def parts() -> Iterator[str]:
        yield f"a PDF of {_size(limits.largest_pdf_bytes)}"
        yield f"an image of {_size(limits.largest_image_bytes)}"
        yield f"{_size(limits.most_total_bytes)} in all"
        if limits.most_files is not None:
            yield f"{limits.most_files} files"
        if limits.most_pages is not None:
            yield f"{limits.most_pages} pages in a file"

    return f"Evidence may have at most {', '.join(parts())} ({limits.source})."


def _size(size: int) -> str:
    whole, rest = divmod(size, _MB)
    return f"{whole}.{rest * 10 // _MB} MB" if rest else f"{whole} MB"


def _categories() -> str:
    rows = [(f"`{category}`", category.meaning) for category in DisputeCategory]
    return f"## Categories\n\n{_table(('Category', 'Claim'), rows)}\n"


def _evidence() -> str:
    rows = [(f"`{kind}`", kind.label, kind.shows) for kind in EvidenceKind]
    return f"## Evidence\n\n{_table(('Kind', 'Name', 'What a good one shows'), rows)}\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))

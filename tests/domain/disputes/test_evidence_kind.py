"""Every field of evidence is explained."""

from __future__ import annotations

from domain.disputes.evidence_kind import EvidenceKind


def test_every_kind_has_a_label_and_says_what_a_good_one_shows() -> None:
    assert len({kind.label for kind in EvidenceKind}) == len(EvidenceKind)
    assert len({kind.shows for kind in EvidenceKind}) == len(EvidenceKind)
    assert all(kind.label and not kind.label.endswith(".") for kind in EvidenceKind)
    assert all(kind.shows.endswith(".") for kind in EvidenceKind)

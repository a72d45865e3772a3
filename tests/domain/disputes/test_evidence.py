"""Staged as often as wanted, submitted once, and the same hash whatever order it stands in."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.errors import DisputeStateForbids, EvidenceEmpty
from domain.disputes.evidence import LONGEST_TEXT, TRANSITIONS, EvidenceStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.kernel.errors import Invalid
from domain.kernel.machine import finals
from tests.builders.disputes import a_listed_file, some_evidence
from tests.builders.files import a_dispute
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from collections.abc import Mapping

K = EvidenceKind
DISPUTE = a_dispute()


def test_texts_are_set_and_taken_away_and_the_others_stay() -> None:
    staged = some_evidence(DISPUTE).stage_texts({K.SHIPPING_PROOF: "Delivered on Friday.", K.RECEIPT: None}, after(1))
    assert (staged.texts, staged.updated_at) == ({K.SHIPPING_PROOF: "Delivered on Friday."}, after(1))
    # What is not there can be taken away all the same.
    assert staged.stage_texts({K.RECEIPT: None}, after(2)).texts == staged.texts
    assert staged.stage_texts({K.SHIPPING_PROOF: "On\nSaturday."}, after(2)).texts == {
        K.SHIPPING_PROOF: "On\nSaturday."
    }
    assert some_evidence(DISPUTE).texts == {K.RECEIPT: "Order 1, one bicycle."}


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_TEXT + 1), "a\x00b", "Card 4242 4242 4242 4242"])
def test_a_text_that_breaks_a_rule_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        some_evidence(DISPUTE).stage_texts({K.RECEIPT: text}, after(1))
    assert refusal.value.path == ("texts", "RECEIPT")
    assert len(some_evidence(DISPUTE).stage_texts({K.OTHER: "x" * LONGEST_TEXT}, after(1)).texts) == 2


def test_there_has_to_be_something() -> None:
    empty = some_evidence(DISPUTE, texts={})
    with pytest.raises(EvidenceEmpty, match="stage a text or upload a file"):
        empty.list_files((), after(1))
    assert some_evidence(DISPUTE).list_files((), after(1)).files == ()
    assert empty.list_files((a_listed_file(),), after(1)).files == (a_listed_file(),)


def test_files_are_listed_anew_each_time() -> None:
    files = tuple(a_listed_file(number) for number in (3, 1, 2))
    listed = some_evidence(DISPUTE).list_files(files, after(1))
    assert [file.name for file in listed.files] == ["delivery-1.png", "delivery-2.png", "delivery-3.png"]
    assert listed.list_files(files[:1], after(2)).files == files[:1]


def test_what_is_submitted_never_changes() -> None:
    listed = some_evidence(DISPUTE).list_files((a_listed_file(),), after(1))
    submitted = listed.submit("Ada Lovelace", after(2))
    assert (submitted.status, submitted.sha256) == (EvidenceStatus.SUBMITTED, listed.content_sha256)
    assert (submitted.submitted_at, submitted.submitted_by) == (after(2), "Ada Lovelace")
    assert submitted.content_sha256 == submitted.sha256
    for change in (
        lambda: submitted.stage_texts({K.OTHER: "More."}, after(3)),
        lambda: submitted.stage_texts({}, after(3)),
        lambda: submitted.list_files((), after(3)),
        lambda: submitted.submit("Ada Lovelace", after(3)),
    ):
        with pytest.raises(DisputeStateForbids, match="it never changes"):
            change()
    assert finals(TRANSITIONS) == {EvidenceStatus.SUBMITTED}


@given(st.dictionaries(st.sampled_from(K), st.text("ab é\n", min_size=1)), st.randoms(use_true_random=False))
def test_the_hash_is_that_of_the_content_whatever_its_order(texts: Mapping[EvidenceKind, str], chance: Any) -> None:
    evidence = some_evidence(DISPUTE, texts=texts, files=tuple(a_listed_file(number) for number in range(4)))
    pairs, files = [*texts.items()], [*evidence.files]
    chance.shuffle(pairs)
    chance.shuffle(files)
    again = replace(evidence, texts=dict(pairs), files=tuple(files), updated_at=after(99))
    assert again.content_sha256 == evidence.content_sha256


def test_the_hash_tells_everything_apart() -> None:
    file = a_listed_file()
    variants = [
        some_evidence(DISPUTE),
        some_evidence(DISPUTE, texts={K.OTHER: "Order 1, one bicycle."}),
        some_evidence(DISPUTE, texts={K.RECEIPT: "Order 1, two bicycles."}),
        some_evidence(DISPUTE, texts={}),
        *(
            some_evidence(DISPUTE, files=(changed,))
            for changed in (
                file,
                replace(file, id=a_listed_file(2).id),
                replace(file, kind=K.OTHER),
                replace(file, name="other.png"),
                replace(file, content_type="application/pdf"),
                replace(file, size_bytes=1),
                replace(file, sha256="0" * 64),
            )
        ),
        some_evidence(DISPUTE, files=(file, a_listed_file(2))),
    ]
    assert len({variant.content_sha256 for variant in variants}) == len(variants)
    for order in permutations(variants[-1].files):
        assert replace(variants[-1], files=order).content_sha256 == variants[-1].content_sha256


def test_the_hash_is_what_it_was() -> None:
    """Evidence that was submitted years ago has to keep its hash: the form of what is hashed is fixed."""
    evidence = some_evidence(DISPUTE, texts={K.RECEIPT: "Straße 1", K.OTHER: 'a "b"'}, files=(a_listed_file(),))
    assert evidence.content_sha256 == "fb297a72d807e8b2931c4b5fec622a553b7f4eed84968d101ddde51dcde48eba"
    assert evidence.updated_at == MORNING

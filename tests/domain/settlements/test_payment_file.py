"""A payment file by itself: its attempts, its doubts, and when it is given up."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.ids import PLATFORM
from domain.kernel.machine import TransitionNotAllowed
from domain.settlements.file_errors import PaymentFileStateForbids
from domain.settlements.payment_file import (
    LEASE,
    LONGEST_ERROR,
    LONGEST_MESSAGE_ID,
    MOST_ATTEMPTS,
    PaymentFile,
    PaymentFileStatus,
    new_file_id,
    pause_after,
)
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payment_files import a_payment_file

_S = PaymentFileStatus


def _missed(file: PaymentFile, times: int) -> PaymentFile:
    for _ in range(times):
        file = file.begin(MORNING).miss("refused", MORNING)
    return file


def test_a_new_file_is_due_at_once_and_sums_up() -> None:
    file = a_payment_file(content=b"<x/>", amounts_minor=[40_00, 2_50])
    assert (file.status, file.next_try_at, file.attempts, file.doubts) == (_S.PREPARED, MORNING, 0, 0)
    assert (file.control_sum, file.payout_count) == (eur("42.50"), 2)
    assert file.sha256 == hashlib.sha256(b"<x/>").hexdigest()
    assert file.merchant_id == PLATFORM


def test_the_message_id_is_what_banks_take_and_names_the_object() -> None:
    _, message_id = new_file_id(MORNING)
    assert message_id.isalnum()
    assert message_id.isupper()
    assert len(message_id) <= LONGEST_MESSAGE_ID
    assert a_payment_file(message_id=message_id).object_name == f"{message_id}.xml"
    assert new_file_id(MORNING) != new_file_id(MORNING)


def test_an_attempt_is_in_doubt_until_it_says_otherwise() -> None:
    taken = a_payment_file().begin(after(1))
    assert (taken.attempts, taken.doubts, taken.next_try_at) == (1, 1, after(1) + LEASE)
    missed = taken.miss("refused", after(2))
    assert (missed.doubts, missed.last_error, missed.next_try_at) == (0, "refused", after(62))
    lost = taken.lose("x" * 1000, after(2))
    assert (lost.doubts, lost.next_try_at) == (1, after(62))
    assert lost.last_error == "x" * LONGEST_ERROR
    there = lost.begin(after(70)).deliver(after(71))
    assert (there.status, there.delivered_at, there.next_try_at, there.last_error) == (
        _S.DELIVERED,
        after(71),
        None,
        None,
    )


def test_it_is_given_up_after_so_many_attempts_that_surely_failed() -> None:
    waiting = _missed(a_payment_file(), MOST_ATTEMPTS - 1)
    assert waiting.status is _S.PREPARED
    failed = _missed(waiting, 1)
    assert (failed.status, failed.failed_at, failed.next_try_at) == (_S.FAILED, MORNING, None)
    assert failed.last_error == "refused"


def test_while_it_may_have_arrived_it_is_never_given_up() -> None:
    file = _missed(a_payment_file().begin(MORNING).lose("cut", MORNING), 3 * MOST_ATTEMPTS)
    assert (file.status, file.doubts) == (_S.PREPARED, 1)


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 6, 7, 8, 10_000)] == [1, 2, 4, 32, 60, 60, 60]


def test_somebody_may_have_it_tried_at_once_while_it_waits() -> None:
    waiting = _missed(a_payment_file(), 9)
    assert waiting.retry(after(5)).next_try_at == after(5)
    for done in (_missed(waiting, MOST_ATTEMPTS - 9), waiting.begin(MORNING).deliver(MORNING)):
        with pytest.raises(PaymentFileStateForbids):
            done.retry(MORNING)
        with pytest.raises(PaymentFileStateForbids):
            done.begin(MORNING)
        with pytest.raises(TransitionNotAllowed):
            done.deliver(MORNING)


def test_what_cannot_be_is_no_file() -> None:
    file = a_payment_file()
    for broken in (
        {"message_id": "x" * 36},
        {"payout_count": 0},
        {"control_sum_minor": 0},
        {"doubts": 1},
        {"next_try_at": None},
        {"delivered_at": MORNING},
        {"status": _S.FAILED, "failed_at": MORNING, "next_try_at": None, "attempts": 1, "doubts": 1},
    ):
        with pytest.raises(AssertionError, match="invariant"):
            replace(file, **broken)


@given(st.lists(st.sampled_from(["miss", "lose"]), max_size=60))
def test_a_failed_file_never_had_an_attempt_in_doubt(outcomes: list[str]) -> None:
    file = a_payment_file()
    for outcome in outcomes:
        if file.status is not _S.PREPARED:
            break
        file = getattr(file.begin(MORNING), outcome)("why", MORNING)
    if file.status is _S.FAILED:
        assert "lose" not in outcomes[: file.attempts]
        assert file.attempts == MOST_ATTEMPTS
    else:
        assert file.doubts == outcomes[: file.attempts].count("lose")

"""What is counted of a payment tells nobody who it was."""

from __future__ import annotations

from domain.fraud.trace import hash_of
from domain.fraud.velocity import Dimension
from tests.builders.fraud import a_trace


def test_hashes_fit_64_signed_bits_and_differ_by_dimension() -> None:
    hashes = {hash_of(dimension, "the same") for dimension in Dimension}
    assert len(hashes) == len(Dimension)
    assert all(-(2**63) <= one < 2**63 for one in hashes)
    assert hash_of(Dimension.CARD, "fp_1") == hash_of(Dimension.CARD, "fp_1") != hash_of(Dimension.CARD, "fp_2")


def test_they_stay_what_they_are() -> None:
    """Counts of months hang on them: another hash would forget all."""
    assert hash_of(Dimension.CARD, "fp_1") == 770104458542453510


def test_what_few_share_in_one_order() -> None:
    trace = a_trace(customer="cus_1", device="d1", ip="192.0.2.7")
    assert len(trace.rare) == 3
    assert list(trace.rare) == sorted(trace.rare)
    assert trace.hashes[Dimension.CARD] in trace.rare
    # A device and an address may be a whole shop's.
    assert a_trace(card=None, email=None, device="d1", ip="192.0.2.7").rare == ()


def test_what_one_merchant_sends_holds_up_no_other() -> None:
    mine, yours = a_trace(customer="cus_1"), a_trace(customer="cus_1")
    assert set(mine.rare) & set(yours.rare) == {mine.hashes[Dimension.CARD]}
    again = a_trace(customer="cus_1", merchant_id=mine.merchant_id)
    assert again.rare == mine.rare

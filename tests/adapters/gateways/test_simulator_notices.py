"""Notices are read whatever comes: what is one becomes one, and all else one clear refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateways.notice_unreadable import NoticeUnreadable
from adapters.gateways.simulator_notices import Reception, read_delivery, read_notice, webhook_reader
from domain.disputes.early_fraud_warning import FraudType, WarningNotice
from domain.disputes.network import Network
from domain.disputes.notice import DisputeNotice, NoticeSource, NoticeType
from domain.disputes.stage import DisputeStage
from domain.kernel.ids import moment_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECEPTION = Reception(gateway="simulator", source=NoticeSource.WEBHOOK, received_at=NOW)
DISPUTE: dict[str, Any] = {
    "notice_id": "ntc_1",
    "kind": "dispute",
    "type": "opened",
    "stage": "inquiry",
    "case_reference": "simd_1",
    "gateway_reference": "sim_1",
    "network": "discover",
    "network_case_id": "4711",
    "arn": "74537604221222132710572",
    "reason_code": "UA02",
    "amount_minor": 1990,
    "currency": "EUR",
    "dispute_amount_minor": 2150,
    "dispute_currency": "USD",
    "respond_by": "2026-03-20T23:59:59-05:00",
    "occurred_at": "2026-03-01T11:59:00Z",
}
WARNING: dict[str, Any] = {
    "notice_id": "ntc_2",
    "kind": "early_fraud_warning",
    "gateway_reference": "sim_1",
    "network": "mastercard",
    "fraud_type": "counterfeit",
    "amount_minor": 1990,
    "currency": "JPY",
    "reported_at": "2026-03-01T11:59:00Z",
}
_LACKING = object()


def _dispute(**changes: object) -> DisputeNotice:
    notice = read_notice(_changed(DISPUTE, changes), RECEPTION)
    assert isinstance(notice, DisputeNotice)
    return notice


def _warning(**changes: object) -> WarningNotice:
    notice = read_notice(_changed(WARNING, changes), RECEPTION)
    assert isinstance(notice, WarningNotice)
    return notice


def _changed(document: dict[str, Any], changes: dict[str, object]) -> dict[str, Any]:
    return {name: value for name, value in {**document, **changes}.items() if value is not _LACKING}


def test_a_dispute_is_read_whole() -> None:
    notice = _dispute(number=7, surprise={"deep": [1]})
    assert moment_of(notice.id) == NOW
    assert (notice.gateway, notice.source, notice.received_at) == ("simulator", NoticeSource.WEBHOOK, NOW)
    assert (notice.notice_id, notice.case_reference, notice.payment_reference) == ("ntc_1", "simd_1", "sim_1")
    assert (notice.type, notice.stage, notice.network) == (NoticeType.OPENED, DisputeStage.INQUIRY, Network.DISCOVER)
    assert (notice.network_case_id, notice.arn, notice.reason_code) == ("4711", "74537604221222132710572", "UA02")
    assert (notice.amount.plain, notice.amount.currency.code) == ("19.90", "EUR")
    assert notice.dispute_amount is not None
    assert (notice.dispute_amount.plain, notice.dispute_amount.currency.code) == ("21.50", "USD")
    assert notice.respond_by == datetime(2026, 3, 21, 4, 59, 59, tzinfo=UTC)
    assert notice.occurred_at == datetime(2026, 3, 1, 11, 59, tzinfo=UTC)


def test_a_warning_is_read_whole() -> None:
    notice = _warning(surprise=1)
    assert (notice.gateway, notice.notice_id, notice.payment_reference) == ("simulator", "ntc_2", "sim_1")
    assert (notice.network, notice.fraud_type) == (Network.MASTERCARD, FraudType.COUNTERFEIT)
    assert (notice.amount.plain, notice.amount.currency.code) == ("1990", "JPY")


def test_a_fraud_type_that_nobody_knows_is_another() -> None:
    assert _warning(fraud_type="bust_out").fraud_type is FraudType.OTHER


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network_case_id", _LACKING),
        ("network_case_id", 4711),
        ("network_case_id", "a\nb"),
        ("network_case_id", "x" * 129),
        # By chance it could be a card's, and those are never kept.
        ("network_case_id", "4242424242424242"),
        ("arn", None),
        ("arn", ""),
        ("arn", "7" * 25),
        ("arn", "74 53"),
        ("respond_by", None),
    ],
)
def test_descriptions_that_the_books_could_not_hold_are_left_out(name: str, value: object) -> None:
    assert getattr(_dispute(**{name: value}), name) is None


def test_a_dispute_amount_may_be_left_out() -> None:
    assert _dispute(dispute_amount_minor=None, dispute_currency=_LACKING).dispute_amount is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notice_id", _LACKING),
        ("notice_id", ""),
        ("notice_id", 7),
        ("notice_id", "x" * 129),
        ("type", "lodged"),
        ("type", ["opened"]),
        ("stage", "appeal"),
        ("case_reference", None),
        ("case_reference", "a\x00b"),
        ("gateway_reference", _LACKING),
        ("network", "diners"),
        ("reason_code", "   "),
        ("reason_code", {"code": "10.4"}),
        ("amount_minor", 0),
        ("amount_minor", -1),
        ("amount_minor", True),
        ("amount_minor", 19.9),
        ("amount_minor", "1990"),
        ("amount_minor", 2**63),
        ("currency", "EURO"),
        ("currency", None),
        ("dispute_amount_minor", None),
        ("dispute_amount_minor", 0),
        ("dispute_currency", _LACKING),
        ("respond_by", "soon"),
        ("respond_by", "2026-03-20T23:59:59"),
        ("occurred_at", "9999-12-31T23:59:59-14:00"),
        ("occurred_at", _LACKING),
        ("kind", "payout"),
        ("kind", _LACKING),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_name(name: str, value: object) -> None:
    with pytest.raises(NoticeUnreadable) as unreadable:
        read_notice(_changed(DISPUTE, {name: value}), RECEPTION)
    assert unreadable.value.reason
    if name not in {"notice_id", "case_reference", "reason_code"}:
        assert name.partition("_")[0] in unreadable.value.reason


def test_only_an_inquiry_can_be_prevented() -> None:
    assert _dispute(type="prevented").type is NoticeType.PREVENTED
    with pytest.raises(NoticeUnreadable, match="inquiry"):
        _dispute(type="prevented", stage="chargeback")


def test_a_delivery_holds_one_notice_or_more() -> None:
    body = orjson.dumps({"notices": [DISPUTE, WARNING], "surprise": 1})
    assert [type(notice) for notice in webhook_reader("simulator")(body, NOW)] == [DisputeNotice, WarningNotice]
    for garbage in (
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        b'{"notices":{}}',
        b'{"notices":[]}',
        orjson.dumps({"notices": [WARNING] * 101}),
        orjson.dumps({"notices": [WARNING, 7]}),
        b"[" * 5000,
    ):
        with pytest.raises(NoticeUnreadable):
            read_delivery(garbage, RECEPTION)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([DISPUTE, WARNING]), st.dictionaries(st.sampled_from(sorted(DISPUTE)), _anything, max_size=4))
def test_a_document_of_anything_is_a_notice_or_refused(document: dict[str, Any], changes: dict[str, object]) -> None:
    try:
        notice = read_notice({**document, **changes}, RECEPTION)
    except NoticeUnreadable as error:
        assert error.reason
    else:
        assert notice.amount.minor > 0


@given(_anything)
def test_anything_at_all_is_refused(value: object) -> None:
    with pytest.raises(NoticeUnreadable):
        read_notice(value, RECEPTION)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(NoticeUnreadable):
        read_delivery(body, RECEPTION)

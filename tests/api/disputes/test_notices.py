"""What networks say is taken down by staff, and kept where it is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.take_notice import TakeNotice, take_notice
from domain.identity.permission import Permission, StaffRole
from tests.api.disputes.docket import error_of
from tests.builders.disputes import a_notice
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.money import eur
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from tests.api.disputes.docket import Docket
    from tests.api.graph import Json


async def recorded(docket: Docket, key: str = "k", **given: Any) -> Json:
    fields = {"type": "OPENED", "stage": "CHARGEBACK", "network": "VISA", "reasonCode": "10.4", **given}
    return await docket.graph.change("recordDisputeNotice", docket.graph.staff, idempotencyKey=key, **fields)


async def test_staff_take_down_what_a_network_says(docket: Docket) -> None:
    payment = await docket.payment()
    answer = await recorded(
        docket,
        paymentId=payment,
        amount={"amount": "40.00", "currency": "EUR"},
        disputeAmount={"amount": "43.10", "currency": "USD"},
        networkCaseId="9000000001",
        arn="74537604221222132710572",
        respondBy="2026-12-01T22:59:59Z",
    )
    assert answer["__typename"] == "RecordDisputeNoticePayload", answer
    dispute = answer["dispute"]
    assert (dispute["status"], dispute["amountWithdrawn"]["amount"], dispute["respondBy"]) == (
        "NEEDS_RESPONSE", "40.00", "2026-12-01T22:59:59Z",
    )  # fmt: skip
    assert [notice["source"] for notice in dispute["notices"]] == ["MANUAL"]
    shown = "networkCaseId arn disputeAmount { amount currency }"
    assert await docket.one(dispute["id"], shown) == {
        "networkCaseId": "9000000001",
        "arn": "74537604221222132710572",
        "disputeAmount": {"amount": "43.10", "currency": "USD"},
    }
    won = await recorded(docket, "won", paymentId=payment, caseReference=dispute["caseReference"], type="WON",
                         amount={"amount": "40.00", "currency": "EUR"})  # fmt: skip
    assert (won["dispute"]["id"], won["dispute"]["status"], won["dispute"]["amountWithdrawn"]["amount"]) == (
        dispute["id"], "WON", "0.00",
    )  # fmt: skip


async def test_the_same_key_records_once(docket: Docket) -> None:
    payment = await docket.payment()
    first = await recorded(docket, paymentId=payment)
    again = await recorded(docket, paymentId=payment)
    assert again == first
    assert first["dispute"]["amount"]["amount"] == "100.00"
    assert await docket.graph.value("SELECT count(*) FROM dispute_notices") == 1
    conflict = await recorded(docket, paymentId=payment, reasonCode="13.1")
    assert error_of(conflict) == ("IdempotencyConflict", ["input", "idempotencyKey"])


async def test_no_merchant_speaks_for_a_network(docket: Docket) -> None:
    payment = await docket.payment()
    given = {"type": "WON", "stage": "CHARGEBACK", "network": "VISA", "reasonCode": "10.4", "paymentId": payment}
    answer = await docket.graph.change("recordDisputeNotice", idempotencyKey="k", **given)
    assert answer["__typename"] == "PermissionDenied"
    assert await docket.graph.value("SELECT count(*) FROM dispute_notices") == 0


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"amount": {"amount": "0.00", "currency": "EUR"}}, ["amount", "amount"]),
        ({"amount": {"amount": "1.001", "currency": "EUR"}}, ["amount", "amount"]),
        ({"disputeAmount": {"amount": "1.00", "currency": "EUX"}}, ["disputeAmount", "currency"]),
        ({"networkCaseId": "9" * 129}, ["networkCaseId"]),
        ({"networkCaseId": "4242424242424242"}, ["networkCaseId"]),
        ({"arn": "not an arn"}, ["arn"]),
        ({"type": "PREVENTED"}, ["type"]),
        ({"reasonCode": " "}, ["reasonCode"]),
        ({"paymentId": "dsp_01h455vb4pex5vsknk084sn02q"}, ["paymentId"]),
    ],
)
async def test_notices_that_are_refused(docket: Docket, given: Json, path: list[str]) -> None:
    payment = await docket.payment()
    before = await docket.graph.counts()
    answer = await recorded(docket, **{"paymentId": payment, **given})
    assert error_of(answer) == ("InvalidInput", ["input", *path])
    assert await docket.graph.counts() == before


@pytest.mark.parametrize("amount", [eur("100.01"), eur(1)], ids=["more than the payment", "another currency"])
async def test_a_notice_that_contradicts_the_payment(docket: Docket, amount: Any) -> None:
    payment = await docket.payment()
    currency = "EUR" if amount.minor > 100 else "USD"
    answer = await recorded(docket, paymentId=payment, amount={"amount": amount.plain, "currency": currency})
    assert answer["code"] == "INVALID_STATE"
    assert await docket.graph.value("SELECT count(*) FROM dispute_notices") == 0


LIST = """
query($f: DisputeNoticeFilter, $n: Int, $c: String) { disputeNotices(filter: $f, first: $n, after: $c) {
  nodes { state refusal paymentId disputeId notice { noticeId type stage reasonCode amount { amount } source } }
  edges { cursor } pageInfo { hasNextPage }
} }
"""


async def test_what_staff_have_to_look_at(docket: Docket) -> None:
    graph, payment = docket.graph, await docket.payment()
    dispute = await docket.hear(payment, notice_id="applied")
    reference = await docket.reference(payment)
    for notice in (
        a_notice(notice_id="unmatched", payment_reference="nobody's"),
        a_notice(notice_id="refused", payment_reference=reference, case_reference="more", amount=eur(101)),
    ):
        assert await take_notice(graph.disputes, JOBS, TakeNotice(notice=notice)) is None

    async def listed(**variables: Any) -> Json:
        page = (await graph.run(LIST, variables, actor=graph.staff))["disputeNotices"]
        return {node["notice"]["noticeId"]: node for node in page["nodes"]}

    waiting = await listed()
    assert set(waiting) == {"unmatched", "refused"}
    assert (waiting["unmatched"]["state"], waiting["unmatched"]["paymentId"]) == ("UNMATCHED", None)
    refused = waiting["refused"]
    assert (refused["state"], refused["refusal"]) == ("REFUSED", "The notice disputes more than the payment.")
    assert (refused["paymentId"], refused["disputeId"]) == (payment, None)
    assert set(await listed(f={"state": ["UNMATCHED"]})) == {"unmatched"}
    (applied,) = (await listed(f={"state": ["APPLIED"]})).values()
    assert applied == {
        "state": "APPLIED",
        "refusal": None,
        "paymentId": payment,
        "disputeId": dispute,
        "notice": {
            "noticeId": "applied",
            "type": "OPENED",
            "stage": "CHARGEBACK",
            "reasonCode": "10.4",
            "amount": {"amount": "40.00"},
            "source": "WEBHOOK",
        },
    }
    first = (await graph.run(LIST, {"n": 1}, actor=graph.staff))["disputeNotices"]
    rest = await listed(c=first["edges"][0]["cursor"])
    assert (first["pageInfo"]["hasNextPage"], len(rest)) == (True, 1)


async def test_only_who_acts_for_all_merchants_sees_notices(docket: Docket) -> None:
    query = "{ disputeNotices { nodes { state } } }"
    one_merchants = an_actor(docket.graph.blue, permissions=Permission)
    for actor in (docket.graph.owner, one_merchants, a_staff_actor(StaffRole.SUPPORT)):
        error = await docket.graph.refused(query, actor=actor)
        assert error["extensions"] == {"code": "PERMISSION_DENIED"}
    analyst = a_staff_actor(StaffRole.DISPUTE_ANALYST)
    assert (await docket.graph.run(query, actor=analyst))["disputeNotices"]["nodes"] == []

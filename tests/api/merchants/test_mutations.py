"""Merchants through the graph: staff takes them on and stops them; what is stopped takes no new payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from tests.api.graph import Graph

CREATE = """mutation($i: CreateMerchantInput!) { createMerchant(input: $i) { __typename
    ... on UserError { code path } ... on CreateMerchantPayload { merchant { id name status currency
        feeRates { method currency percentage fixedMinorUnits } returnsFeeOnRefund } } } }"""
UPDATE = """mutation($i: UpdateMerchantInput!) { updateMerchant(input: $i) { __typename
    ... on UserError { code path } ... on UpdateMerchantPayload { merchant { name } } } }"""
SUSPEND = """mutation($i: SuspendMerchantInput!) { suspendMerchant(input: $i) { __typename
    ... on UserError { code path } ... on SuspendMerchantPayload { merchant { status } } } }"""
PAY = """mutation($i: CreatePaymentInput!) { createPayment(input: $i) { __typename ... on UserError { code } } }"""
GIVEN = {
    "name": "Green Bicycle",
    "country": "NL",
    "currency": "EUR",
    "feeRates": [
        {"percentage": "1.4"},
        {"method": "CARD", "currency": "EUR", "percentage": "1.2", "fixedMinorUnits": 25},
    ],
    "returnsFeeOnRefund": True,
}


async def test_a_merchant_is_taken_on(graph: Graph) -> None:
    made = (await graph.run(CREATE, {"i": GIVEN}, actor=graph.staff))["createMerchant"]["merchant"]
    assert (made["name"], made["status"], made["returnsFeeOnRefund"]) == ("Green Bicycle", "ACTIVE", True)
    assert made["feeRates"][1] == {"method": "CARD", "currency": "EUR", "percentage": "1.2", "fixedMinorUnits": 25}
    assert (await graph.run(CREATE, {"i": GIVEN}))["createMerchant"]["code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"country": "Holland"}, ["country"]),
        ({"currency": "GUL"}, ["currency"]),
        ({"feeRates": [{"percentage": "x"}]}, ["feeRates", "0", "percentage"]),
        ({"feeRates": [{"percentage": "101"}]}, ["feeRates", "0", "percentage"]),
        ({"feeRates": [{"percentage": "1", "fixedMinorUnits": 5}]}, ["feeRates", "0", "fixed"]),
    ],
)
async def test_a_merchant_that_cannot_be(graph: Graph, given: dict[str, Any], path: list[str]) -> None:
    before = await graph.counts()
    refused = (await graph.run(CREATE, {"i": {**GIVEN, **given}}, actor=graph.staff))["createMerchant"]
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["input", *path])
    assert await graph.counts() == before


async def test_another_name(graph: Graph) -> None:
    given = {"merchantId": format_id(Prefix.MERCHANT, graph.blue.id), "name": "Navy Bicycle"}
    assert (await graph.run(UPDATE, {"i": given}))["updateMerchant"]["merchant"] == {"name": "Navy Bicycle"}
    assert (await graph.run(UPDATE, {"i": given}, actor=graph.rival))["updateMerchant"]["code"] == "NOT_FOUND"


async def test_a_suspended_merchant_takes_no_new_payments(graph: Graph) -> None:
    given = {"merchantId": format_id(Prefix.MERCHANT, graph.blue.id), "reason": "too many disputes"}
    payment = {
        "idempotencyKey": "k",
        "amount": {"amount": "5.00", "currency": "EUR"},
        "paymentMethod": {"token": "tok_visa"},
    }
    stopped = (await graph.run(SUSPEND, {"i": given}, actor=graph.staff))["suspendMerchant"]
    assert stopped["merchant"] == {"status": "SUSPENDED"}
    assert (await graph.run(PAY, {"i": payment}))["createPayment"]["code"] == "INVALID_STATE"
    again = (await graph.run(SUSPEND, {"i": given}, actor=graph.staff))["suspendMerchant"]
    assert again["code"] == "INVALID_STATE"
    lifted = {**given, "suspended": False}
    assert (await graph.run(SUSPEND, {"i": lifted}))["suspendMerchant"]["code"] == "PERMISSION_DENIED"
    await graph.run(SUSPEND, {"i": lifted}, actor=graph.staff)
    assert (await graph.run(PAY, {"i": payment}))["createPayment"]["__typename"] == "CreatePaymentPayload"

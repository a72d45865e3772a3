"""What nobody may hand in: a typed error names the path and the rule, and nothing is written."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from structlog.testing import capture_logs

from api.fields import PERMISSION
from domain.identity.permission import MERCHANT_ROLES, MerchantRole, Permission
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.generated import Place, minimal, places
from tests.api.graph import CORE
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.api.graph import Graph, Json

CARDS = {
    "plain": "4242424242424242",
    "spaced": "4242 4242 4242 4242",
    "dashed": "pay with 5555-5555-5555-4444 please",
    "full-width": "\uff14\uff12" * 8,
    "amex": "378282246310005",
}
UNPRINTABLE = {"nul": "a\x00b", "escape": "a\x1b[31mb", "half a pair": "a\ud83db", "delete": "\x7f"}
TEXTS = places("String", "ID", "CurrencyCode", "CountryCode")
FREE_TEXTS = places("String")
IDS = places("ID")
LONG_TEXTS = {"description", "expression", "value", "returnUrl", "text"}
# What no merchant may ask at all is refused to staff.
STAFF_ONLY = {
    name
    for kind in (CORE.query_type, CORE.mutation_type)
    for name, field in kind.fields.items()
    if (field.extensions["strawberry-definition"].metadata[PERMISSION] or Permission.PAYMENTS_READ)
    not in MERCHANT_ROLES[MerchantRole.OWNER]
} | {"disputeNotices", "jobs", "paymentFile", "paymentFiles"}


async def refusal(graph: Graph, place: Place, value: Any) -> tuple[list[str], str]:
    """The path and the rule of the typed error that refuses a value at a place, and nothing was logged."""
    with capture_logs() as logs:
        actor = graph.staff if place.field in STAFF_ONLY else graph.owner
        payload = await graph.answer(place.document, place.build(value), actor=actor)
    assert logs == []
    orjson.dumps(payload)
    if place.mutates:
        assert "errors" not in payload, payload
        error = payload["data"][place.field]
        assert error["__typename"] == "InvalidInput", error
        assert error["code"] == "INVALID_INPUT"
        return error["path"], error["message"]
    assert not any((payload.get("data") or {}).values()), payload
    (error,) = payload["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT", error
    return error["extensions"]["argumentPath"], error["message"]


async def refused_everywhere(graph: Graph, where: list[Place], values: dict[str, str]) -> None:
    """Each value is refused at each place by a rule that does not repeat it; no table changes."""
    before = await graph.counts()
    wrong = []
    for place in where:
        for name, value in values.items():
            try:
                path, rule = await refusal(graph, place, value)
                assert tuple(path) == place.path
                assert len(rule) > 15
                assert not value or value not in rule
            except AssertionError as error:
                wrong.append(f"{place} {name}: {error}")
    assert not wrong, "\n".join(wrong)
    assert await graph.counts() == before


def test_the_places_are_found() -> None:
    found = {str(place) for place in TEXTS}
    assert {
        "createPayment.input.metadata.0.value",
        "createPayment.input.paymentMethod.token",
        "createPayment.input.amount.currency",
        "voidPayment.input.reason",
        "payments.filter.metadata.0.key",
        "payments.filter.merchantIds.0",
        "auditLog.filter.action.0",
        "ledgerEntries.after",
        "stageDisputeEvidence.input.texts.0.text",
        "recordDisputeNotice.input.networkCaseId",
        "disputes.filter.reasonCode.0",
        "nodes.ids.0",
    } <= found


async def test_card_numbers_are_refused_in_every_text(lasting_graph: Graph) -> None:
    await refused_everywhere(lasting_graph, TEXTS, CARDS)


async def test_unprintable_texts_are_refused_everywhere(lasting_graph: Graph) -> None:
    await refused_everywhere(lasting_graph, TEXTS, UNPRINTABLE)


async def test_empty_texts_are_refused_everywhere(lasting_graph: Graph) -> None:
    await refused_everywhere(lasting_graph, TEXTS, {"empty": "", "blank": " \t"})


async def test_long_texts_are_refused_everywhere(lasting_graph: Graph) -> None:
    short = [place for place in TEXTS if place.path[-1] not in LONG_TEXTS]
    await refused_everywhere(lasting_graph, short, {"300": "ab " * 100})
    await refused_everywhere(lasting_graph, FREE_TEXTS, {"30000": "abc" * 10_000})


async def test_garbage_and_other_types_are_refused_wherever_an_id_stands(lasting_graph: Graph) -> None:
    garbage = {
        "word": "payment",
        "short": "pay_11h455vb4pex5vsknk084sn02",
        "unknown prefix": "xyz_01h455vb4pex5vsknk084sn02q",
        "overflow": "pay_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "letters that base32 has not": "pay_01h455vb4pex5vsknk084sniol",
        "upper case": "PAY_01H455VB4PEX5VSKNK084SN02Q",
        "uuid": "018f2e2a-7b1c-7cc0-8000-000000000000",
    }
    await refused_everywhere(lasting_graph, IDS, garbage)
    typed = [place for place in IDS if place.path[-1] not in {"actorId", "subjectId"} and "node" not in place.field]
    await refused_everywhere(lasting_graph, typed, {"session": format_id(Prefix.SESSION, new_uuid(MORNING))})


def cursor(payload: bytes) -> str:
    return base64.urlsafe_b64encode(payload).decode()


async def test_garbage_cursors_are_refused(lasting_graph: Graph) -> None:
    garbage = {
        "word": "next",
        "short": cursor(b"abc"),
        "long": cursor(b"a" * 40),
        "number": "17",
        "id": "pay_01h455vb4pex5vsknk084sn02q",
        "not ascii": "äöü",
    }
    cursors = [place for place in FREE_TEXTS if place.path[-1] in {"after", "before"}]
    assert len(cursors) == 2 * len([field for field in CORE.query_type.fields.values() if "before" in field.args])
    await refused_everywhere(lasting_graph, cursors, garbage)


async def test_cursors_beyond_the_calendar_are_refused(lasting_graph: Graph) -> None:
    for key in (2**63 - 1, -(2**63)):
        end = cursor(key.to_bytes(8, signed=True) + bytes(16))
        error = await lasting_graph.refused("query($a: String) { payments(after: $a) { nodes { id } } }", {"a": end})
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["after"]}


AMOUNTS = [
    ("19.999", "EUR", "amount", "EUR has 2 fraction digits; 3 were given."),
    ("19.990", "EUR", "amount", "EUR has 2 fraction digits; 3 were given."),
    ("1500.0", "JPY", "amount", "JPY has 0 fraction digits; 1 were given."),
    ("1.2500", "KWD", "amount", "KWD has 3 fraction digits; 4 were given."),
    ("0", "EUR", "amount", "An amount must be more than zero."),
    ("0.00", "EUR", "amount", "An amount must be more than zero."),
    ("-1.00", "EUR", "amount", "An amount must be more than zero."),
    (str(2**63), "JPY", "amount", "An amount must fit 64 bits of minor units."),
    (f"{2**63 // 100}.08", "EUR", "amount", "An amount must fit 64 bits of minor units."),
    ("10000000000.01", "EUR", "amount", "An amount must be at most 1000000000000 minor units."),
    ("1e3", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("1E+2", "JPY", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("1,00", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("01.00", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    (".50", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("+1.00", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    (" 1.00", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("1_000", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("NaN", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("Infinity", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("\uff11.00", "EUR", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("9" * 41, "JPY", "amount", 'Write the amount in plain notation, such as "19.90".'),
    (10**60, "JPY", "amount", 'Write the amount in plain notation, such as "19.90".'),
    ("1.00", "EUX", "currency", "This is not an ISO 4217 currency code; give one such as EUR."),
    ("1.00", "eur", "currency", "This is not an ISO 4217 currency code; give one such as EUR."),
    ("1.00", "XAU", "currency", "This is not an ISO 4217 currency code; give one such as EUR."),
]


@pytest.mark.parametrize("mutation", ["createPayment", "capturePayment", "refundPayment"])
async def test_amounts_that_are_refused(lasting_graph: Graph, mutation: str) -> None:
    before = await _with_a_payment(lasting_graph)
    payment = await lasting_graph.value("SELECT id FROM payments LIMIT 1")
    for amount, currency, part, rule in AMOUNTS:
        given = {**minimal(mutation)["input"], "amount": {"amount": amount, "currency": currency}}
        if "paymentId" in given:
            given["paymentId"] = format_id(Prefix.PAYMENT, payment)
            rule = _of_an_existing(rule, currency)  # noqa: PLW2901 - the payment's own currency speaks first
            part = "currency" if rule.startswith("This payment is") else part  # noqa: PLW2901
        answer = await lasting_graph.change(mutation, **given)
        assert (answer["__typename"], answer["path"], answer["message"]) == (
            "InvalidInput",
            ["input", "amount", part],
            rule,
        ), (amount, currency)
    assert await lasting_graph.counts() == before


async def _with_a_payment(graph: Graph) -> dict[str, int]:
    if not await graph.value("SELECT count(*) FROM payments"):
        answer = await graph.change(
            "createPayment",
            idempotencyKey="bad-input",
            amount={"amount": "9.00", "currency": "EUR"},
            captureMode="MANUAL",
            paymentMethod={"token": "tok_visa"},
        )
        part = {"amount": "4.00", "currency": "EUR"}
        await graph.change(
            "capturePayment", idempotencyKey="part", paymentId=answer["payment"]["id"], amount=part, final=False
        )
    return await graph.counts()


def _of_an_existing(rule: str, currency: str) -> str:
    return "This payment is in EUR." if currency in {"JPY", "KWD"} and rule.startswith("An amount must be") else rule


@pytest.mark.parametrize("literal", ["1.0", "1e3", "-1.5", "true", "[1]", "{}"])
async def test_literals_that_are_no_decimal(lasting_graph: Graph, literal: str) -> None:
    before = await lasting_graph.counts()
    document = (
        'mutation { createPayment(input: { idempotencyKey: "k", paymentMethod: { token: "tok_visa" },'
        f' amount: {{ amount: {literal}, currency: "EUR" }} }}) {{ __typename }} }}'
    )
    error = await lasting_graph.refused(document)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert await lasting_graph.counts() == before


@pytest.mark.parametrize("value", [1.0, 19.9, float("inf"), True, [], {}, None])
async def test_variables_that_are_no_decimal(lasting_graph: Graph, value: Any) -> None:
    given = {**minimal("createPayment")["input"], "amount": {"amount": value, "currency": "EUR"}}
    document = "mutation($input: CreatePaymentInput!) { createPayment(input: $input) { __typename } }"
    error = await lasting_graph.refused(document, {"input": given})
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "amount" in error["message"]


async def test_whole_numbers_are_decimals(lasting_graph: Graph) -> None:
    given = {**minimal("createPayment")["input"], "amount": {"amount": 15, "currency": "EUR"}}
    answer = await lasting_graph.change("createPayment", **given)
    assert answer["payment"]["amount"]["amount"] == "15.00"


def ranges(**ends: Any) -> Json:
    return {"filter": ends}


@pytest.mark.parametrize("amount", ["1e3", "NaN", "-Infinity", "1.00001", "9" * 30, "1_0", " 1", "\uff11", "+1"])
@pytest.mark.parametrize("end", ["gte", "gt", "lte", "lt"])
async def test_bounds_that_are_no_amounts(lasting_graph: Graph, end: str, amount: str) -> None:
    query = "query($filter: PaymentFilter) { payments(filter: $filter) { nodes { id } } }"
    error = await lasting_graph.refused(query, ranges(amount={end: amount}))
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["filter", "amount", end]}


@pytest.mark.parametrize("score", [2**31 - 1, -(2**31), 40_000, -40_000])
async def test_any_whole_number_bounds_a_risk_score(lasting_graph: Graph, score: int) -> None:
    query = "query($filter: PaymentFilter) { payments(filter: $filter) { nodes { id } } }"
    data = await lasting_graph.run(query, ranges(riskScore={"gt": score, "lt": score}))
    assert data["payments"]["nodes"] == []


@pytest.mark.parametrize("field", ["payments", "merchants", "ledgerEntries"])
async def test_unknown_currencies_in_filters(lasting_graph: Graph, field: str) -> None:
    query = f'{{ {field}(filter: {{ currency: ["EUR", "EUX"] }}) {{ nodes {{ id }} }} }}'
    error = await lasting_graph.refused(query)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["filter", "currency", "1"]}


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02",
        "2026-03-02T09:00:00",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        1,
        "",
        True,
    ],
)
async def test_moments_that_are_none(lasting_graph: Graph, moment: Any) -> None:
    query = "query($filter: PaymentFilter) { payments(filter: $filter) { nodes { id } } }"
    error = await lasting_graph.refused(query, ranges(createdAt={"gte": moment}))
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-03-02T09:00:00+05:30"])
async def test_moments_at_the_ends_of_the_calendar(lasting_graph: Graph, moment: str) -> None:
    query = "query($filter: PaymentFilter) { payments(filter: $filter) { nodes { id } } }"
    data = await lasting_graph.run(query, ranges(createdAt={"gt": moment, "lt": moment}))
    assert data["payments"]["nodes"] == []


async def test_the_token_the_pairs_and_the_address_have_rules_of_their_own(lasting_graph: Graph) -> None:
    before = await lasting_graph.counts()
    pair = {"key": "a", "value": "b"}
    wrong: list[tuple[str, Any, list[str]]] = [
        ("paymentMethod", {"pix": {}}, ["input", "paymentMethod"]),
        ("metadata", [pair, pair], ["input", "metadata"]),
        ("metadata", [{"key": str(n), "value": "b"} for n in range(51)], ["input", "metadata"]),
        ("metadata", [{"key": "k" * 41, "value": "b"}], ["input", "metadata", "0", "key"]),
        ("metadata", [{"key": "k", "value": "b" * 501}], ["input", "metadata", "0", "value"]),
        ("description", "d" * 1001, ["input", "description"]),
        ("returnUrl", "javascript:alert(1)", ["input", "returnUrl"]),
        ("customer", {"email": "nobody"}, ["input", "customer", "email"]),
        ("customer", {"country": "Germany"}, ["input", "customer", "country"]),
    ]
    for name, value, path in wrong:
        answer = await lasting_graph.change("createPayment", **{**minimal("createPayment")["input"], name: value})
        assert (answer["__typename"], answer["path"]) == ("InvalidInput", path), (name, value)
    assert await lasting_graph.counts() == before


@pytest.mark.parametrize("method", [{}, {"token": None}, {"token": "tok_visa", "pix": {}}])
async def test_exactly_one_payment_method(lasting_graph: Graph, method: Json) -> None:
    given = {**minimal("createPayment")["input"], "paymentMethod": method}
    document = "mutation($input: CreatePaymentInput!) { createPayment(input: $input) { __typename } }"
    assert (await lasting_graph.refused(document, {"input": given}))["extensions"]["code"] == "BAD_USER_INPUT"


async def test_at_most_a_hundred_ids(lasting_graph: Graph) -> None:
    ids = [format_id(Prefix.MERCHANT, lasting_graph.blue.id)] * 101
    for document, path in (
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ["ids"]),
        ("query($ids: [ID!]) { payments(filter: { merchantIds: $ids }) { nodes { id } } }", ["filter", "merchantIds"]),
    ):
        error = await lasting_graph.refused(document, {"ids": ids})
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": path}

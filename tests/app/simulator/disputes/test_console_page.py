"""The console for people, as a browser without script uses it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.simulator.disputes.steps import a_case, notices_of, types_of
from tests.app.simulator.operations import authorize

if TYPE_CHECKING:
    import httpx2


async def _article(http: httpx2.AsyncClient, heading: str) -> str:
    """The part of the page about one payment or case."""
    text = (await http.get("/disputes")).text
    found = [part for part in re.findall(r"<article>.*?</article>", text, re.DOTALL) if heading + ":" in part]
    assert len(found) == 1
    return found[0]


def _forms(article: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Every form by its button: the address, and what is filled in already."""
    forms: dict[str, tuple[str, dict[str, str]]] = {}
    for form in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', article, re.DOTALL):
        action, inside = form
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', inside))
        for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', inside):
            chosen = re.search(r'value="([^"]+)" selected', options) or re.search(r'value="([^"]+)"', options)
            assert chosen is not None
            fields[name] = chosen[1]
        [(button, label)] = re.findall(r"<button([^>]*)>([^<]+)</button>", inside)
        pressed = re.search(r'name="([^"]+)" value="([^"]+)"', button)
        if pressed:
            fields[pressed[1]] = pressed[2]
        forms[label] = (unescape(action), fields)
    return forms


async def _press(http: httpx2.AsyncClient, heading: str, label: str, **typed: str) -> httpx2.Response:
    action, fields = _forms(await _article(http, heading))[label]
    return await http.post(action, data={**fields, **typed})


async def test_opens_a_case_of_part_of_a_payment(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http, 1990, capture=True)
    assert "19.90 EUR captured, Visa ending in 4242" in await _article(http, reference)
    answer = await _press(http, reference, "Open a case", reason_code="10.4", amount="4.90")
    assert (answer.status_code, answer.headers["location"]) == (303, "/disputes")
    [notice] = await notices_of(http, reference)
    assert (notice["stage"], notice["network"], notice["amount_minor"]) == ("chargeback", "visa", 490)
    article = await _article(http, notice["case_reference"])
    assert "chargeback, needs response" in article
    assert "4.90 EUR" in article


async def test_takes_a_case_through_every_step(http: httpx2.AsyncClient) -> None:
    case = await a_case(http, stage="inquiry")
    heading = case["case_reference"]
    assert set(_forms(await _article(http, heading))) == {
        "Advance to chargeback",
        "Decide won",
        "Decide lost",
        "Withdraw",
        "Prevent",
    }
    for label in ("Advance to chargeback", "Decide lost", "Advance to pre arbitration", "Decide won", "Withdraw"):
        assert (await _press(http, heading, label)).status_code == 303
    assert [kind for kind, _ in await types_of(http, case)] == [
        "opened",
        "opened",
        "lost",
        "opened",
        "won",
        "withdrawn",
    ]
    assert _forms(await _article(http, heading)) == {}


async def test_prevents_an_inquiry_and_warns_of_fraud(http: httpx2.AsyncClient) -> None:
    case = await a_case(http, stage="inquiry")
    assert (await _press(http, case["case_reference"], "Prevent")).status_code == 303
    reference = await authorize(http, capture=True)
    assert (await _press(http, reference, "Warn of fraud", fraud_type="lost_card", amount="")).status_code == 303
    [notice] = await notices_of(http, reference)
    assert (notice["fraud_type"], notice["amount_minor"]) == ("lost_card", 1000)


async def test_knows_every_networks_reason_codes(http: httpx2.AsyncClient) -> None:
    text = (await http.get("/disputes")).text
    datalist = text[text.index('<datalist id="codes">') :]
    for code in (
        'value="10.4">Visa',
        'value="4853">Mastercard',
        'value="C08">American Express',
        'value="UA02">Discover',
    ):
        assert code in datalist


async def test_get_changes_nothing_whatever_the_address(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    for path in (
        f"/disputes/{case['case_reference']}/withdraw",
        "/disputes/warnings?fraud_type=other",
        f"/v1/disputes/{case['case_reference']}/withdraw",
    ):
        assert (await http.get(path)).status_code == 405
    answer = await http.get("/disputes", params={"gateway_reference": case["gateway_reference"], "stage": "inquiry"})
    assert answer.status_code == 200
    assert len(await types_of(http, case)) == 1


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"amount": "1.234"}, 400, "fraction digits"),
        ({"amount": "lots"}, 400, "plain notation"),
        ({"amount": "0"}, 400, "minor units"),
        ({"amount": "11"}, 409, "left to dispute"),
        ({"reason_code": ""}, 400, "reason_code"),
        ({"network": "<script>"}, 400, "network must be one of"),
        ({"network": "amex", "stage": "arbitration"}, 409, "American Express has no stage"),
        ({"gateway_reference": "sim_nobody"}, 404, "No authorization"),
    ],
)
async def test_mistakes_are_told_on_a_page(
    http: httpx2.AsyncClient, change: dict[str, str], status: int, says: str
) -> None:
    reference = await authorize(http, capture=True)
    form = {"gateway_reference": reference, "stage": "chargeback", "network": "visa", "reason_code": "10.4"}
    answer = await http.post("/disputes", data={**form, **change})
    assert answer.status_code == status
    assert says in answer.text
    assert "<script" not in answer.text
    assert await notices_of(http, reference) == []


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"&".join([b"a=1"] * 21), b"%ff=%ff"])
async def test_bodies_that_are_no_form_are_400(http: httpx2.AsyncClient, body: bytes) -> None:
    assert (await http.post("/disputes", content=body)).status_code == 400


async def test_a_step_of_no_case_is_404(http: httpx2.AsyncClient) -> None:
    assert (await http.post("/disputes/simd_nobody/withdraw")).status_code == 404
    case = await a_case(http)
    assert (await http.post(f"/disputes/{case['case_reference']}/explode")).status_code == 404


async def test_texts_are_escaped(http: httpx2.AsyncClient) -> None:
    case = await a_case(http, reason_code='"><script>')
    assert "&lt;script&gt;" in await _article(http, case["case_reference"])
    page: Any = await http.get("/disputes")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]

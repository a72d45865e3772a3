"""What holds of every code of every network, and what no file may say."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, cast

import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.network import Network
from domain.disputes.reason_codes.catalogue import (
    CatalogueBroken,
    catalogue,
    find_reason_code,
    parse_rulebook,
    rulebooks,
)
from domain.disputes.reason_codes.rulebook import spelling
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from domain.disputes.reason_codes.reason_code import ReasonCode

CODES = list(chain.from_iterable(codes.values() for codes in catalogue().values()))
LEAST = {Network.VISA: 25, Network.MASTERCARD: 21, Network.AMEX: 50, Network.DISCOVER: 30}
LEAST_IN_FORCE = {Network.VISA: 25, Network.MASTERCARD: 9, Network.AMEX: 50, Network.DISCOVER: 19}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.label)
def test_every_code_is_complete(code: ReasonCode) -> None:
    assert code.name
    assert code.known
    assert isinstance(code.category, DisputeCategory)
    evidence = [*code.required, *code.any_of, *code.helpful]
    assert evidence
    assert len(set(evidence)) == len(evidence)
    assert 1 <= code.response_days[DisputeStage.CHARGEBACK] <= 45
    assert code.source.startswith(rulebooks()[code.network].document + ", ")
    assert "://" not in code.source
    assert code.helpful


@pytest.mark.parametrize("network", Network)
def test_every_network_has_its_codes(network: Network) -> None:
    codes = catalogue()[network]
    assert len(codes) >= LEAST[network]
    assert sum(code.in_force for code in codes.values()) >= LEAST_IN_FORCE[network]
    assert all(code.network is network and name == code.code for name, code in codes.items())
    assert rulebooks()[network].about.endswith(".")


@pytest.mark.parametrize("network", Network)
def test_no_code_is_there_twice(network: Network) -> None:
    codes = catalogue()[network].values()
    assert len({spelling(code.code) for code in codes}) == len(codes)
    assert len({code.name for code in codes}) == len(codes)


def test_what_was_replaced_leads_to_what_is_in_force() -> None:
    replaced = [code for code in CODES if code.replaced_by]
    assert len(replaced) > 10
    assert all(not code.in_force for code in replaced)
    assert all(find_reason_code(code.network, cast("str", code.replaced_by)).in_force for code in replaced)


def test_every_category_has_a_code() -> None:
    assert {code.category for code in CODES} == set(DisputeCategory)


def test_well_known_codes() -> None:
    known = {
        ("VISA", "10.4"): "FRAUDULENT",
        ("VISA", "12.6.1"): "DUPLICATE",
        ("VISA", "13.1"): "PRODUCT_NOT_RECEIVED",
        ("VISA", "13.2"): "SUBSCRIPTION_CANCELED",
        ("MASTERCARD", "4808"): "AUTHORIZATION",
        ("MASTERCARD", "4837"): "FRAUDULENT",
        ("MASTERCARD", "4855"): "PRODUCT_NOT_RECEIVED",
        ("AMEX", "C08"): "PRODUCT_NOT_RECEIVED",
        ("AMEX", "F29"): "FRAUDULENT",
        ("AMEX", "P08"): "DUPLICATE",
        ("DISCOVER", "RM"): "PRODUCT_UNACCEPTABLE",
        ("DISCOVER", "AA"): "UNRECOGNIZED",
    }
    assert {key: catalogue()[Network(key[0])][key[1]].category.value for key in known} == known


def test_days_of_the_networks() -> None:
    days = {network: [rulebooks()[network].days(stage) for stage in DisputeStage] for network in Network}
    assert days == {
        Network.VISA: [30, 30, 30, 10],
        Network.MASTERCARD: [30, 45, 30, 10],
        Network.AMEX: [20, 20, 20, 20],
        Network.DISCOVER: [20, 30, 30, 30],
    }


def test_it_is_read_once_and_cannot_be_changed() -> None:
    assert catalogue() is catalogue()
    assert find_reason_code(Network.VISA, "10.4") is catalogue()[Network.VISA]["10.4"]
    for mapping in (catalogue(), catalogue()[Network.VISA], find_reason_code(Network.VISA, "10.4").response_days):
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]  # ty: ignore[invalid-assignment]  # pyright: ignore[reportIndexIssue]


HEAD = """
network = "VISA"
document = "A manual"
about = "Days are days."
[response_days]
CHARGEBACK = 20
"""
CODE = """
[[codes]]
code = "1.1"
name = "First"
category = "GENERAL"
helpful = ["RECEIPT"]
section = "a section"
"""


def test_a_file_that_is_right() -> None:
    own_days = CODE.replace("1.1", "1.2") + "response_days = { CHARGEBACK = 9 }\naliases = ['77']\n"
    book = parse_rulebook(HEAD + CODE + own_days)
    assert [code.days(DisputeStage.CHARGEBACK) for code in book.codes.values()] == [20, 9]
    assert book.find("77").code == "1.2"
    assert book.codes["1.1"].source == "A manual, a section"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + CODE.replace("RECEIPT", "RECIEPT"), "RECIEPT"),
        (HEAD + CODE.replace('"GENERAL"', '"GENERIC"'), "GENERIC"),
        (HEAD + CODE.replace('category = "GENERAL"', ""), "DisputeCategory"),
        (HEAD.replace("CHARGEBACK", "CHARGE_BACK") + CODE, "CHARGE_BACK"),
        (HEAD.replace("CHARGEBACK", "INQUIRY") + CODE, "CHARGEBACK"),
        (HEAD.replace("20", "0") + CODE, "0 response days"),
        (HEAD.replace("20", "20.5") + CODE, "20.5"),
        (HEAD.replace("20", "true") + CODE, "True"),
        (HEAD.replace("[response_days]\nCHARGEBACK = 20", "response_days = 20") + CODE, "response_days"),
        (HEAD.replace("VISA", "VISTA") + CODE, "VISTA"),
        (HEAD.replace('document = "A manual"', "") + CODE, "document"),
        (HEAD.replace("about", "abuot") + CODE, "abuot"),
        (HEAD + CODE.replace('name = "First"', 'name = " "'), "name"),
        (HEAD + CODE.replace('code = "1.1"', "code = 1.1"), "code"),
        (HEAD + CODE.replace("section", "chapter"), "chapter"),
        (HEAD + CODE.replace('helpful = ["RECEIPT"]', ""), "no evidence"),
        (HEAD + CODE + 'required = ["RECEIPT"]\n', "twice"),
        (HEAD + CODE + CODE, "twice"),
        (HEAD + CODE + CODE.replace('"1.1"', '"11"'), "twice"),
        (HEAD + CODE + CODE.replace("1.1", "2.2") + 'aliases = ["1.1"]\n', "twice"),
        (HEAD + CODE + 'replaced_by = "9.9"\n', "9.9"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_right(text: str, says: str) -> None:
    with pytest.raises(CatalogueBroken) as raised:
        parse_rulebook(text)
    assert says in str(raised.value)


def test_a_file_that_is_no_toml() -> None:
    with pytest.raises(CatalogueBroken):
        parse_rulebook(HEAD + "codes = [")

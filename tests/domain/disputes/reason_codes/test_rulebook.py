"""Codes are found by whatever spelling gateways use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.category import DisputeCategory
from domain.disputes.network import Network
from domain.disputes.reason_codes.catalogue import find_reason_code, rulebooks
from domain.disputes.reason_codes.rulebook import spelling
from domain.disputes.stage import DisputeStage


@pytest.mark.parametrize(
    ("network", "given_code", "expected"),
    [
        (Network.VISA, "10.4", "10.4"),
        (Network.VISA, " 10.4 ", "10.4"),
        (Network.VISA, "104", "10.4"),
        (Network.VISA, "12.6.1", "12.6.1"),
        (Network.VISA, "1262", "12.6.2"),
        (Network.VISA, "12.6", "12.6.1"),
        (Network.MASTERCARD, "4837", "4837"),
        (Network.MASTERCARD, "37", "4837"),
        (Network.MASTERCARD, "0037", "4837"),
        (Network.MASTERCARD, "99", "4999"),
        (Network.AMEX, "f29", "F29"),
        (Network.AMEX, "4540", "F29"),
        (Network.AMEX, "4", "004"),
        (Network.AMEX, "004", "004"),
        (Network.AMEX, "24", "024"),
        (Network.DISCOVER, "ua02", "UA02"),
        (Network.DISCOVER, "7030", "UA02"),
        (Network.DISCOVER, "rn 2", "RN2"),
        (Network.DISCOVER, "5", "05"),
    ],
)
def test_spellings(network: Network, given_code: str, expected: str) -> None:
    found = find_reason_code(network, given_code)
    assert (found.code, found.known) == (expected, True)


@pytest.mark.parametrize(
    ("network", "code"),
    # 29 and 55 end codes of American Express, but no one there says them so.
    [(Network.VISA, "37"), (Network.VISA, "4837"), (Network.AMEX, "29"), (Network.AMEX, "55"), (Network.DISCOVER, "02"),
     (Network.MASTERCARD, "00"), (Network.MASTERCARD, "F29"), (Network.VISA, "")],
)  # fmt: skip
def test_a_code_of_nobody(network: Network, code: str) -> None:
    found = find_reason_code(network, code)
    assert (found.known, found.network, found.code) == (False, network, code)
    assert found.category is DisputeCategory.GENERAL
    assert found.helpful
    assert found.days(DisputeStage.CHARGEBACK) == rulebooks()[network].days(DisputeStage.CHARGEBACK)
    assert rulebooks()[network].document in found.source


@given(network=st.sampled_from(Network), code=st.text(max_size=20))
def test_no_code_is_too_strange(network: Network, code: str) -> None:
    found = find_reason_code(network, code)
    assert found.network is network
    assert found.known or found.category is DisputeCategory.GENERAL


@given(network=st.sampled_from(Network), data=st.data())
def test_every_code_is_found_in_small_letters_and_with_spaces(network: Network, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(list(rulebooks()[network].codes.values())))
    assert find_reason_code(network, f" {code.code.lower()}\n") is code


def test_spelling() -> None:
    assert [spelling(code) for code in ("ua-02", "10.4", "004", "0", "")] == ["UA02", "104", "4", "0", ""]


def test_a_stage_that_the_network_has_not() -> None:
    assert rulebooks()[Network.AMEX].days(DisputeStage.ARBITRATION) == 20

"""What the networks rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.simulator.cards import CARDS
from app.simulator.disputes.network_rules import NETWORK_OF_BRAND, known_codes, later_stage, response_time, stages
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage


@pytest.mark.parametrize("network", Network)
def test_every_network_inquires_and_charges_back(network: Network) -> None:
    assert stages(network)[:2] == (DisputeStage.INQUIRY, DisputeStage.CHARGEBACK)
    assert later_stage(network, DisputeStage.INQUIRY) is DisputeStage.CHARGEBACK
    assert later_stage(network, stages(network)[-1]) is None
    assert any(code[0] is network for code in known_codes())


def test_american_express_ends_with_the_chargeback() -> None:
    assert later_stage(Network.AMEX, DisputeStage.CHARGEBACK) is None
    for network in (Network.VISA, Network.MASTERCARD, Network.DISCOVER):
        assert stages(network) == tuple(DisputeStage)


def test_the_time_to_answer_is_the_stages() -> None:
    assert response_time(Network.VISA, "10.4", DisputeStage.CHARGEBACK) == timedelta(days=30)
    assert response_time(Network.VISA, "10.4", DisputeStage.ARBITRATION) == timedelta(days=10)
    assert response_time(Network.AMEX, "unheard of", DisputeStage.CHARGEBACK) == timedelta(days=20)


def test_every_card_has_a_network() -> None:
    assert {card.brand for card in CARDS.values()} == NETWORK_OF_BRAND.keys()

"""Where disputes and approvals of the past are worked on: the real verbs, on the seed's connection and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from adapters.gateways.dispute_registry import DisputeGatewayRegistry
from adapters.gateways.registry import GatewayRegistry
from app.approved_actions import ActionTable, approved_acceptances, approved_refunds
from app.demo.seed.merchants import GATEWAY
from app.demo.seed.past_units import PastUnits
from domain.approvals.ports import ApprovalPorts
from domain.disputes.ports import DisputePorts
from domain.payments.ports import PaymentPorts

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from adapters.postgres.database import FencedConnection
    from app.demo.seed.network_side import NetworkSide
    from app.demo.seed.people import Cast
    from app.demo.seed.story_clock import StoryClock
    from domain.disputes.storage import ObjectStorage, VirusScanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that a story is told with."""

    clock: StoryClock
    network: NetworkSide
    payments: PaymentPorts
    disputes: DisputePorts
    approvals: ApprovalPorts
    people: Cast
    dice: Random
    now: datetime


def open_desk(
    connection: FencedConnection, clock: StoryClock, network: NetworkSide, people: Cast, dice: Random
) -> Desk:
    """A desk on an open transaction; now is what the clock shows."""
    units = PastUnits(connection, clock)
    payments = PaymentPorts(clock=clock, units=units, gateways=GatewayRegistry({GATEWAY: network}))
    disputes = DisputePorts(
        clock=clock,
        units=units,
        gateways=DisputeGatewayRegistry({GATEWAY: network}),
        # Whoever answers in the seed sends texts and no files.
        storage=cast("ObjectStorage", None),
        scanner=cast("VirusScanner", None),
        payments=payments,
    )
    actions = ActionTable({**approved_refunds(payments), **approved_acceptances(disputes)})
    return Desk(
        clock=clock,
        network=network,
        payments=payments,
        disputes=disputes,
        approvals=ApprovalPorts(clock=clock, units=units, actions=actions),
        people=people,
        dice=dice,
        now=clock.at,
    )

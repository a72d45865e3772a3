"""A merchant whose refunds of 20 euros and more need approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from tests.api.approvals.counter import Counter
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.api.graph import Graph


@pytest.fixture
async def counter(graph: Graph) -> Counter:
    answer = await graph.change("setApprovalPolicy", action="REFUND_PAYMENT", currency="EUR", threshold="20.00")
    assert answer["policy"]["threshold"]["minorUnits"] == "2000"
    return Counter(
        graph=graph,
        operator=an_actor(graph.blue, role=MerchantRole.OPERATOR),
        finance=an_actor(graph.blue, role=MerchantRole.FINANCE),
    )

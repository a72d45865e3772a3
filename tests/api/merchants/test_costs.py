"""A relation of merchants costs one statement, whether a merchant asks for it or fifty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.ids import new_uuid
from tests.api.graph import SYSTEM, statements
from tests.builders.merchants import a_merchant
from tests.builders.moments import after

if TYPE_CHECKING:
    from tests.api.graph import Graph

MANY = 50
RELATIONS = {"Merchant.feePlans": "feePlans(first: 10) { nodes { number plan { rates { percentage } } } }"}
# What follows from the merchant itself costs nothing more.
OWN = "feePlan { refundPolicy rates { method } } feeRates { percentage } returnsFeeOnRefund disputeFees { amount }"


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty merchants and two."""
    async with lasting_graph.assembly.merchants.units.begin(SYSTEM, "tests") as unit:
        for second in range(MANY):
            await unit.merchants.add(a_merchant(id=new_uuid(after(second)), created_at=after(second)))
        await unit.commit()
    return lasting_graph


@pytest.mark.parametrize(("shown", "costs"), [*((shown, 2) for shown in RELATIONS.values()), (OWN, 1)])
async def test_for_one_and_for_fifty(crowded: Graph, monkeypatch: pytest.MonkeyPatch, shown: str, costs: int) -> None:
    query = f"query($n: Int) {{ merchants(first: $n) {{ nodes {{ id {shown} }} }} }}"
    for many in (1, MANY):
        with statements(monkeypatch) as seen:
            data = await crowded.run(query, {"n": many}, actor=crowded.staff)
        assert len(data["merchants"]["nodes"]) == many
        assert len(seen) == costs

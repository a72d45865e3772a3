from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.ids import Prefix, format_id
from tests.api.graph import CORE

if TYPE_CHECKING:
    from tests.api.graph import Graph

QUERY = "query($f: MerchantFilter) { merchants(filter: $f) { nodes { name } } }"
CASES: list[tuple[str, Any, list[str]]] = [
    ("status", ["ACTIVE"], ["Red Rickshaw", "Blue Bicycle"]),
    ("status", ["SUSPENDED"], []),
    ("country", ["JP"], ["Red Rickshaw"]),
    ("country", ["FR", "DE"], ["Blue Bicycle"]),
    ("currency", ["EUR"], ["Blue Bicycle"]),
    ("currency", ["JPY", "EUR"], ["Red Rickshaw", "Blue Bicycle"]),
    ("text", "bicy", ["Blue Bicycle"]),
    ("text", "RICKSHAW", ["Red Rickshaw"]),
    ("text", "%", []),
]


def test_every_field_is_here() -> None:
    assert {field for field, _, _ in CASES} == set(CORE.type_map["MerchantFilter"].fields) - {"ids"}


@pytest.mark.parametrize(("field", "value", "selected"), CASES)
async def test_a_field_alone(lasting_graph: Graph, field: str, value: Any, selected: list[str]) -> None:
    nodes = (await lasting_graph.run(QUERY, {"f": {field: value}}, actor=lasting_graph.staff))["merchants"]["nodes"]
    assert [node["name"] for node in nodes] == selected


async def test_ids_narrow(lasting_graph: Graph) -> None:
    ids = [format_id(Prefix.MERCHANT, lasting_graph.red.id)]
    for actor, selected in ((lasting_graph.staff, [{"name": "Red Rickshaw"}]), (lasting_graph.owner, [])):
        assert (await lasting_graph.run(QUERY, {"f": {"ids": ids}}, actor=actor))["merchants"]["nodes"] == selected


async def test_one_merchant_with_its_fees(lasting_graph: Graph) -> None:
    query = """query($id: ID!) { merchant(id: $id) {
      id name status country currency gateway returnsFeeOnRefund createdAt
      feeRates { method currency percentage fixedMinorUnits }
    } }"""
    id_ = format_id(Prefix.MERCHANT, lasting_graph.blue.id)
    assert (await lasting_graph.run(query, {"id": id_}))["merchant"] == {
        "id": id_,
        "name": "Blue Bicycle",
        "status": "ACTIVE",
        "country": "DE",
        "currency": "EUR",
        "gateway": "simulator",
        "returnsFeeOnRefund": False,
        "createdAt": "2026-03-02T09:00:00Z",
        "feeRates": [
            {"method": "*", "currency": "EUR", "percentage": "1.5", "fixedMinorUnits": 25},
            {"method": "*", "currency": "*", "percentage": "1.5", "fixedMinorUnits": 0},
        ],
    }
    assert (await lasting_graph.run(query, {"id": id_}, actor=lasting_graph.rival))["merchant"] is None

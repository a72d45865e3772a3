"""A docket on a graph of its own, and one that the tests of a module share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.disputes.docket import Docket

if TYPE_CHECKING:
    from tests.api.graph import Graph


@pytest.fixture
def docket(graph: Graph) -> Docket:
    return Docket(graph=graph)


@pytest.fixture(scope="module")
async def lasting_docket(lasting_graph: Graph) -> Docket:
    return Docket(graph=lasting_graph)

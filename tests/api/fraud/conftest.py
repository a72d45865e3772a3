"""A casebook on a graph of its own, and one that the tests of a module share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.fraud.casebook import Casebook

if TYPE_CHECKING:
    from tests.api.graph import Graph


@pytest.fixture
def casebook(graph: Graph) -> Casebook:
    return Casebook(graph=graph)


@pytest.fixture(scope="module")
async def lasting_casebook(lasting_graph: Graph) -> Casebook:
    return Casebook(graph=lasting_graph)

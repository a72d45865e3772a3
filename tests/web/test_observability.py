from __future__ import annotations

from prometheus_client import generate_latest

from api.execution.engine import OperationRequest
from tests.api.execution.graph import Asked, engine
from web.observability import Metrics


async def fallbacks_after(*documents: str) -> float:
    """How many of these operations the metric counts."""
    metrics, executes = Metrics(), engine()
    for document in documents:
        metrics.operation(await executes.execute(OperationRequest(query=document), Asked()), 0.001)
    lines = generate_latest(metrics.registry).decode().splitlines()
    (line,) = [line for line in lines if line.startswith("paydesk_graphql_fallbacks_total ")]
    return float(line.split()[1])


async def test_what_is_left_to_graphql_core_is_counted() -> None:
    assert (
        await fallbacks_after("{ __schema { queryType { name } } }", "{ name }", '{ __type(name: "Item") { name } }')
        == 2
    )


async def test_what_our_executor_knows_is_not() -> None:
    assert await fallbacks_after("{ name }", "mutation { change }", "{ secret }", "{ nonsense }") == 0

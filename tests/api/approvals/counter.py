"""A merchant's counter: one asks for refunds, another decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The graph as an operator, who asks, and somebody of finance, who decides, see it."""

    graph: Graph
    operator: Actor
    finance: Actor

    async def payment(self, **given: Any) -> Json:
        """A payment of 40 euros, captured."""
        fields = {"amount": eur("40.00"), "paymentMethod": {"token": "tok_visa"}, **given}
        count = await self.graph.value("SELECT count(*) FROM payments")
        answer = await self.graph.change("createPayment", idempotencyKey=f"create-{count}", **fields)
        return answer["payment"]

    async def refund(self, payment: Json, amount: str | None = None, key: str = "refund", **given: Any) -> Json:
        """What `refundPayment` answers the operator."""
        fields = {"idempotencyKey": key, "paymentId": payment["id"], "amount": amount and eur(amount), **given}
        return await self.graph.change("refundPayment", self.operator, **fields)

    async def request(self, amount: str = "25.00") -> Json:
        """A request for approval."""
        answer = await self.refund(await self.payment(), amount)
        assert answer["__typename"] == "ApprovalRequired", answer
        return answer["approvalRequest"]

    async def decide(self, mutation: str, request: Json, actor: Actor | None = None, **given: Any) -> Json:
        """What a decision answers somebody of finance, or somebody else."""
        return await self.graph.change(mutation, actor or self.finance, approvalRequestId=request["id"], **given)

    async def refunded(self) -> int:
        """How much was given back in all, by payments, ledger and refunds alike."""
        statements = (
            "SELECT coalesce(sum(refunded_minor), 0)::bigint FROM payments",
            "SELECT coalesce(sum(amount_minor), 0)::bigint FROM refunds WHERE status = 'SUCCEEDED'",
            """SELECT coalesce(sum(p.amount_minor), 0)::bigint FROM ledger_postings AS p
                JOIN ledger_entries AS e ON e.id = p.entry_id WHERE e.kind = 'REFUND' AND p.account = 'pending'""",
        )
        (refunded,) = {await self.graph.value(statement) for statement in statements}
        return refunded

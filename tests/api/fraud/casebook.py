"""A risk analyst's casebook: rules, payments that they hold, and what becomes of both, as the graph shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

LARGE = "payment.amount_minor > 50000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Casebook:
    """The graph, and what a test needs in it."""

    graph: Graph

    async def drafted(self, actor: Actor | None = None, /, **given: Any) -> str:
        """A rule in draft, to review large payments unless told otherwise; its id."""
        fields = {"name": "large", "action": "REVIEW", "expression": LARGE, **given}
        answer = await self.graph.change("createFraudRule", actor, **fields)
        assert answer["__typename"] == "CreateFraudRulePayload", answer
        return answer["rule"]["id"]

    async def published(self, actor: Actor | None = None, /, **given: Any) -> str:
        """The same, and it acts."""
        rule = await self.drafted(actor, **given)
        answer = await self.graph.change("publishFraudRule", actor, ruleId=rule, reason="It is time.")
        assert answer["__typename"] == "PublishFraudRulePayload", answer
        return rule

    async def paid(self, amount: str = "600.00", actor: Actor | None = None, /, **given: Any) -> Json:
        """A payment, a large one unless told otherwise, as `createPayment` shows it."""
        fields = {
            "idempotencyKey": uuid4().hex,
            "amount": {"amount": amount, "currency": "EUR"},
            "paymentMethod": {"token": "tok_visa"},
            **given,
        }
        answer = await self.graph.change("createPayment", actor, **fields)
        assert answer["__typename"] == "CreatePaymentPayload", answer
        return answer["payment"]

    async def held(self, actor: Actor | None = None, /, **given: Any) -> str:
        """A payment that a rule holds; the id of its review."""
        found = (await self.graph.run("{ fraudRules(first: 1) { nodes { id } } }", actor=actor))["fraudRules"]["nodes"]
        if not found:
            await self.published(actor)
        payment = await self.paid("600.00", actor, **given)
        assert payment["status"] == "IN_REVIEW", payment
        return (await self.of_payment(payment["id"], "fraudReview { id }", actor))["fraudReview"]["id"]

    async def claimed(self, actor: Actor | None = None, /, **given: Any) -> str:
        """The same, and somebody works on it."""
        review = await self.held(actor, **given)
        answer = await self.graph.change("claimFraudReview", actor, reviewId=review)
        assert answer["__typename"] == "ClaimFraudReviewPayload", answer
        return review

    async def approve(self, review: str, key: str = "approve", actor: Actor | None = None, /, **given: Any) -> Json:
        """What `approveFraudReview` answers."""
        return await self.graph.change("approveFraudReview", actor, idempotencyKey=key, reviewId=review, **given)

    async def decline(self, review: str, key: str = "decline", actor: Actor | None = None, /, **given: Any) -> Json:
        """What `declineFraudReview` answers."""
        fields = {"reason": "STOLEN_CARD", **given}
        return await self.graph.change("declineFraudReview", actor, idempotencyKey=key, reviewId=review, **fields)

    async def tested(self, rule: str | None = None, actor: Actor | None = None, /, **given: Any) -> str:
        """A backtest of a rule on the payments of the last day, which waits for a worker; its id."""
        since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        fields = {"ruleIds": [rule or await self.drafted(actor)], "since": since, **given}
        answer = await self.graph.change("backtestFraudRule", actor, **fields)
        assert answer["__typename"] == "BacktestFraudRulePayload", answer
        return answer["backtest"]["id"]

    async def one(self, review: str, shown: str, actor: Actor | None = None) -> Json:
        """A review as the query shows it."""
        query = f"query($id: ID!) {{ fraudReview(id: $id) {{ {shown} }} }}"
        return (await self.graph.run(query, {"id": review}, actor=actor))["fraudReview"]

    async def rule(self, rule: str, shown: str, actor: Actor | None = None) -> Json:
        """A rule as the query shows it."""
        query = f"query($id: ID!) {{ fraudRule(id: $id) {{ {shown} }} }}"
        return (await self.graph.run(query, {"id": rule}, actor=actor))["fraudRule"]

    async def of_payment(self, payment: str, shown: str, actor: Actor | None = None) -> Json:
        """A payment as the query shows it."""
        query = f"query($id: ID!) {{ payment(id: $id) {{ {shown} }} }}"
        return (await self.graph.run(query, {"id": payment}, actor=actor))["payment"]

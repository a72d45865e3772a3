"""A program that reviews a payment until it is killed: `python -m tests.faults.review_story DSN URL MERCHANT VERB`.

Every payment is held; the verb is `approve`, `decline` or `watch`, under one key, so that it can be told again.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.fraud.approve_review import ApproveReview, approve_review
from domain.fraud.decline_review import DeclineReview, decline_review
from domain.fraud.list_kind import ListKind
from domain.fraud.ports import FraudPorts
from domain.fraud.review import DeclineReason
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.watch_reviews import WatchReviews, watch_reviews
from tests.builders.identity import an_actor
from tests.fakes.desk import JOBS
from tests.fakes.review_desk import HoldingScreening
from tests.fakes.rule_language import StandInLanguage
from tests.faults.installation import Till, opened, query

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

VERBS = ("approve", "decline", "watch")
_NEWEST = "SELECT id FROM fraud_reviews WHERE merchant_id = $1 ORDER BY id DESC LIMIT 1"
# Its time has run out.
_DUE = "UPDATE fraud_reviews SET warn_at = opened_at, escalate_at = opened_at, due_at = opened_at WHERE id = $1"


@asynccontextmanager
async def reviewed(dsn: str, simulator_url: str) -> AsyncGenerator[FraudPorts]:
    """The ports of reviews, where every payment is held."""
    async with opened(dsn, simulator_url) as ports:
        payments = replace(ports, screening=HoldingScreening(**{"card.fingerprint": "fp_1"}))
        units: Any = payments.units
        yield FraudPorts(
            clock=ports.clock, units=units, language=StandInLanguage(), shelf=RuleShelf(), payments=payments
        )


async def hold(dsn: str, simulator_url: str, merchant_id: UUID) -> UUID:
    """A new automatic payment that is held; the review's id."""
    async with reviewed(dsn, simulator_url) as ports:
        await Till(ports.payments, merchant_id).create(automatic=True)
    ((review_id,),) = await query(dsn, _NEWEST, merchant_id)
    assert isinstance(review_id, UUID)
    return review_id


async def tell(dsn: str, simulator_url: str, merchant_id: UUID, verb: str) -> None:
    """Decide the newest review, or let the clock."""
    ((review_id,),) = await query(dsn, _NEWEST, merchant_id)
    key = f"{verb}-{review_id}"
    actor, id_ = an_actor(merchant_id), UUID(str(review_id))
    if verb == "watch":
        await query(dsn, _DUE, id_)
    async with reviewed(dsn, simulator_url) as ports:
        if verb == "approve":
            await approve_review(ports, actor, ApproveReview(idempotency_key=key, review_id=id_))
        elif verb == "decline":
            command = DeclineReview(
                idempotency_key=key, review_id=id_, reason=DeclineReason.STOLEN_CARD, block=(ListKind.CARD,)
            )
            await decline_review(ports, actor, command)
        else:
            await watch_reviews(ports, JOBS, WatchReviews())


if __name__ == "__main__":
    asyncio.run(tell(sys.argv[1], sys.argv[2], UUID(sys.argv[3]), sys.argv[4]))

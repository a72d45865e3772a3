"""A review's relations, each read once for all reviews of a level."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias
from uuid import UUID

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.describing import attribute
from api.found import in_order
from api.fraud.enums import ReviewAction
from api.fraud.links import By, LinkedPayment, PaymentLinks, pages_of, summaries_of
from api.fraud.notes import FraudReviewNote, fraud_review_note
from api.fraud.review_events import FraudReviewEvent, fraud_review_event
from api.fraud.screenings import DecidingRule, Screening, deciding_rules, screening
from api.fraud.sight import sight_of
from domain.fraud import screening as screenings
from domain.fraud.review_actions import available_review_actions
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.paging import PageRequest
from domain.payments import payment as entities

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.fraud.reviews import FraudReview
    from api.identity.types import User
    from api.merchants.types import Merchant
    from api.payments.types import Payment

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
UserOf: TypeAlias = Annotated["User", strawberry.lazy("api.identity.types")]
_WHAT = "The payment"


@strawberry.type(description="Something that can be done with a fraud review, or why not.")
class FraudReviewAvailableAction:
    """The verbs refuse by the same reasons."""

    action: ReviewAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")


async def merchants(reviews: list["FraudReview"], reading: Reading) -> list[MerchantOf]:
    """The merchants that are paid."""
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show what concerns them

    ids = [one.entity.merchant_id for one in reviews]
    return in_order(await reading.reads.merchants.merchants(reading.scope, set(ids)), ids, merchant, "The merchant")


async def payments(reviews: list["FraudReview"], reading: Reading) -> list[PaymentOf]:
    """The payments that are held."""
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its review, and a review its payment

    return in_order(await _payments(reviews, reading), _ids(reviews), payment, _WHAT)


async def assignees(reviews: list["FraudReview"], reading: Reading) -> list[Optional[UserOf]]:  # noqa: UP045 - an element type
    """Who works on them, of those whom the viewer may know: itself, and the team where it may read that."""
    from api.identity.types import user  # noqa: PLC0415 - people are shown their merchants, which show their payments

    actor = reading.actor
    known = {
        id_
        for one in reviews
        if (id_ := one.entity.assignee_id) is not None
        and (id_ == actor.id or actor.may(Permission.TEAM_READ, one.entity.merchant_id))
    }
    found = await reading.reads.identity.users(reading.scope, known) if known else {}
    shown = {id_: user(entity) for id_, entity in found.items()}
    return [shown.get(id_) if (id_ := one.entity.assignee_id) else None for one in reviews]


async def assignee_names(reviews: list["FraudReview"], reading: Reading) -> list[Optional[str]]:  # noqa: UP045
    """What whoever works on them is called, of whichever house."""
    wanted = {one.entity.assignee_id for one in reviews if one.entity.assignee_id is not None}
    found = await reading.reads.disputes.names(reading.scope, wanted) if wanted else {}
    return [found.get(id_) if (id_ := one.entity.assignee_id) else None for one in reviews]


async def rules(reviews: list["FraudReview"], reading: Reading) -> list[list[DecidingRule]]:
    """The rules that sent them here, by the names that they had."""
    found = await _screenings(reviews, reading)
    return [
        deciding_rules(found[one.entity.payment_id], one.entity.rule_ids) if one.entity.payment_id in found else []
        for one in reviews
    ]


async def screenings_of(reviews: list["FraudReview"], reading: Reading) -> list[Optional[Screening]]:  # noqa: UP045
    """What screening found of the payments."""
    found = await _screenings(reviews, reading)
    language, actor = reading.context.fraud.language, reading.actor
    return [
        screening(found[id_], sight_of(actor, one.entity.merchant_id, language))
        if (id_ := one.entity.payment_id) in found
        else None
        for one in reviews
    ]


async def notes(reviews: list["FraudReview"], reading: Reading) -> list[list[FraudReviewNote]]:
    """Notes that the viewer may read, oldest first."""
    found = await reading.reads.fraud.notes_of(reading.scope, [one.entity for one in reviews], reading.actor.realm)
    return [[fraud_review_note(entity) for entity in rows] for rows in found]


async def timelines(
    reviews: list["FraudReview"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[FraudReviewEvent]]:
    """All that happened to them, oldest first."""
    request = PageRequest.of(first=first, after=after)
    pages = await reading.reads.fraud.stories(reading.scope, [one.entity for one in reviews], request)
    return [connection(page, fraud_review_event, lambda line: str(line.sequence)) for page in pages]


async def chargebacks(reviews: list["FraudReview"], reading: Reading) -> list[list[DisputeOf]]:
    """The disputes of their payments that were opened since."""
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its payment, which shows its review

    found = await _payments(reviews, reading)
    held = list(found.values())
    opened = await reading.reads.disputes.disputes_of(reading.scope, held)
    disputes = {payment.id: rows for payment, rows in zip(held, opened, strict=True)}
    return [
        [dispute(row) for row in disputes.get(one.entity.payment_id, ()) if row.opened_at >= one.entity.opened_at]
        for one in reviews
    ]


async def links(reviews: list["FraudReview"], reading: Reading, by: By = None) -> list[list[PaymentLinks]]:
    """How many other payments share what with theirs."""
    found = await _payments(reviews, reading)
    held = list(found.values())
    shown = dict(zip((payment.id for payment in held), await summaries_of(held, reading, by), strict=True))
    return in_order(shown, _ids(reviews), list, _WHAT)


async def linked_payments(
    reviews: list["FraudReview"], reading: Reading, by: By = None, first: First = None, after: After = None
) -> list[Connection[LinkedPayment]]:
    """The other payments that share something with theirs."""
    found = await _payments(reviews, reading)
    held, request = list(found.values()), PageRequest.of(first=first, after=after)
    pages = await pages_of(held, reading, by, request)
    shown = dict(zip((payment.id for payment in held), pages, strict=True))
    return in_order(shown, _ids(reviews), lambda page: page, _WHAT)


async def available_actions(reviews: list["FraudReview"], reading: Reading) -> list[list[FraudReviewAvailableAction]]:
    """What the viewer may do with them, by the same reasons as the verbs."""
    found = await _payments(reviews, reading)
    now = reading.context.fraud.clock.now()
    return [  # pyright: ignore[reportReturnType] - an error concerns its own review
        [
            FraudReviewAvailableAction(action=one.action, allowed=one.allowed, reason=one.reason)
            for one in available_review_actions(review.entity, found[review.entity.payment_id], reading.actor, now)
        ]
        if review.entity.payment_id in found
        else NotFound(_WHAT)
        for review in reviews
    ]


def _ids(reviews: list["FraudReview"]) -> list[UUID]:
    return [one.entity.payment_id for one in reviews]


async def _payments(reviews: list["FraudReview"], reading: Reading) -> Mapping[UUID, entities.Payment]:
    return await reading.reads.payments.payments(reading.scope, set(_ids(reviews)))


async def _screenings(reviews: list["FraudReview"], reading: Reading) -> Mapping[UUID, screenings.Screening]:
    held = await _payments(reviews, reading)
    return await reading.reads.fraud.screenings_of(reading.scope, list(held.values()))

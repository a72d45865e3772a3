"""What the queries and mutations of payouts take."""

from uuid import UUID

import strawberry

from api.context import Context
from api.describing import attribute
from api.identifiers import many_ids, optional_id
from api.money import MoneyInput, codes_of
from api.payments.inputs import KEY
from api.scalars import CurrencyCode
from api.settlements.payout_enums import PayoutStatus
from api.spans import DateTimeRange, DecimalRange, moments, scaled
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.kernel.ids import Prefix
from domain.settlements import payout_filter as filters

_PAYOUT = "The payout."


@strawberry.input(description="Which payouts. Everything given must hold; a list means any of.")
class PayoutFilter:
    """For `payouts` and `payoutTotals`."""

    merchant_ids: list[strawberry.ID] | None = attribute("To these merchants.", default=None)
    status: list[PayoutStatus] | None = attribute("In these statuses.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    amount: DecimalRange | None = attribute("Of amounts in major units, in whatever currency.", default=None)
    created_at: DateTimeRange | None = attribute("Created then.", default=None)
    settlement_ids: list[strawberry.ID] | None = attribute("That pay one of these settlements.", default=None)
    bank_account_ids: list[strawberry.ID] | None = attribute("To these bank accounts.", default=None)
    requested_by_id: strawberry.ID | None = attribute("That this person created.", default=None)
    awaiting_me: bool | None = attribute(
        "True: that wait for approval and that you can approve, since you did not create them.", default=None
    )


@strawberry.input(description="Money to be paid out now.")
class CreatePayoutInput:
    """For `createPayout`."""

    idempotency_key: str = attribute(KEY)
    merchant_id: strawberry.ID = attribute("The merchant who is paid.")
    currency: CurrencyCode = attribute("The currency that is paid out.")
    amount: MoneyInput | None = attribute(
        "How much, in that currency; all that is payable when left out.", default=None
    )
    reason: str | None = attribute("Why it is paid out of turn; at most 255 characters.", default=None)


@strawberry.input(description="A payout to let go.")
class ApprovePayoutInput:
    """For `approvePayout`. Needs no key: a payout is approved once."""

    payout_id: strawberry.ID = attribute(_PAYOUT)


@strawberry.input(description="A payout to refuse.")
class RejectPayoutInput:
    """For `rejectPayout`."""

    payout_id: strawberry.ID = attribute(_PAYOUT)
    reason: str = attribute("Why; at most 255 characters.")


@strawberry.input(description="A payout to take back.")
class CancelPayoutInput:
    """For `cancelPayout`. Needs no key: a payout is canceled once."""

    payout_id: strawberry.ID = attribute(_PAYOUT)
    reason: str = attribute("Why; at most 255 characters.")


@strawberry.input(description="A payout to keep from going on.")
class HoldPayoutInput:
    """For `holdPayout`."""

    payout_id: strawberry.ID = attribute(_PAYOUT)
    reason: str = attribute("Why; at most 255 characters.")


@strawberry.input(description="A held payout that may be approved again.")
class ReleasePayoutInput:
    """For `releasePayout`."""

    payout_id: strawberry.ID = attribute(_PAYOUT)


@strawberry.input(description="Up to what payouts in a currency shall need no person.")
class SetPayoutPolicyInput:
    """For `setPayoutPolicy`."""

    automatic_up_to: MoneyInput = attribute(
        "What may be paid to an account within 24 hours without a person; zero has a person approve every payout."
    )
    reason: str = attribute("Why, for whoever has to approve it; at most 255 characters.")


def wanted_payouts(given: PayoutFilter | None, context: Context) -> filters.PayoutFilter:
    """The domain's filter; raise `Invalid` that names the path. The merchants narrow the scope instead."""
    if given is None:
        return filters.PayoutFilter()
    settlements, accounts = given.settlement_ids, given.bank_account_ids
    return filters.PayoutFilter(
        status=None if given.status is None else tuple(given.status),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        amount=scaled(given.amount, "filter", "amount"),
        created_at=moments(given.created_at),
        settlement_ids=_ids(Prefix.SETTLEMENT, settlements, "settlementIds"),
        bank_account_ids=_ids(Prefix.BANK_ACCOUNT, accounts, "bankAccountIds"),
        requested_by=optional_id(Prefix.USER, given.requested_by_id, "filter", "requestedById"),
        decidable_by=_person(context) if given.awaiting_me else None,
    )


def _ids(prefix: Prefix, given: list[strawberry.ID] | None, name: str) -> tuple[UUID, ...] | None:
    return None if given is None else tuple(many_ids(prefix, given, "filter", name))


def _person(context: Context) -> UUID:
    """Who asks, if that is somebody who may approve payouts."""
    actor = context.actor
    actor.scope(Permission.PAYOUTS_APPROVE)
    if actor.kind is not ActorKind.USER or actor.id is None:
        raise Forbidden(
            Permission.PAYOUTS_APPROVE, "Only people approve payouts; sign in as a person to ask for yours."
        )
    return actor.id

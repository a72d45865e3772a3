"""The mutations of merchants."""

from typing import Annotated
from uuid import UUID

import strawberry

from api.context import Context
from api.describing import attribute
from api.errors import InvalidInput, InvalidState, NotFound, PermissionDenied
from api.fields import mutation
from api.merchants.fee_inputs import FeeRateInput, plan_of
from api.merchants.fee_plan_mutations import change
from api.merchants.types import Merchant, merchant
from api.money import MoneyInput
from api.scalars import CountryCode, CurrencyCode
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.merchants.create_merchant import CreateMerchant, create_merchant
from domain.merchants.suspend_merchant import SuspendMerchant, suspend_merchant
from domain.merchants.update_merchant import UpdateMerchant, update_merchant


@strawberry.input(description="A new merchant.")
class CreateMerchantInput:
    """For `createMerchant`."""

    name: str = attribute("The name.")
    country: CountryCode = attribute("The country.")
    currency: CurrencyCode = attribute("The currency that it mostly sells in.")
    fee_rates: list[FeeRateInput] | None = attribute(
        "What it pays for captures and refunds; nothing when left out.", default=None
    )
    returns_fee_on_refund: bool | None = attribute("Whether a refund gives the fee back.", default=False)
    dispute_fees: list[MoneyInput] | None = attribute(
        "What a dispute costs, one amount for each currency; nothing for the others.", default=None
    )
    time_zone: str | None = attribute(
        "The time zone in which its days begin, by its IANA name: Europe/Berlin.", default="UTC"
    )


@strawberry.input(description="A change of a merchant.")
class UpdateMerchantInput:
    """For `updateMerchant`."""

    merchant_id: strawberry.ID = attribute("The merchant.")
    name: str | None = attribute("The new name; stays as it is when left out.", default=None)
    time_zone: str | None = attribute(
        "The new time zone, by its IANA name: Europe/Berlin; stays as it is when left out.", default=None
    )


@strawberry.input(description="A suspension, or its end.")
class SuspendMerchantInput:
    """For `suspendMerchant`."""

    merchant_id: strawberry.ID = attribute("The merchant.")
    reason: str = attribute("Why, for the audit log.")
    suspended: bool | None = attribute("False lets the merchant work again.", default=True)


@strawberry.type(description="A merchant was taken on.")
class CreateMerchantPayload:
    """Of `createMerchant`."""

    merchant: Merchant = attribute("The merchant.")


@strawberry.type(description="A merchant was changed.")
class UpdateMerchantPayload:
    """Of `updateMerchant`."""

    merchant: Merchant = attribute("The merchant.")


@strawberry.type(description="A merchant was suspended, or works again.")
class SuspendMerchantPayload:
    """Of `suspendMerchant`."""

    merchant: Merchant = attribute("The merchant.")


CreateMerchantResult = Annotated[
    CreateMerchantPayload | InvalidInput | PermissionDenied,
    strawberry.union("CreateMerchantResult", description="What `createMerchant` answers with."),
]
UpdateMerchantResult = Annotated[
    UpdateMerchantPayload | InvalidInput | NotFound | PermissionDenied,
    strawberry.union("UpdateMerchantResult", description="What `updateMerchant` answers with."),
]
SuspendMerchantResult = Annotated[
    SuspendMerchantPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("SuspendMerchantResult", description="What `suspendMerchant` answers with."),
]


@mutation(Permission.MERCHANTS_WRITE, "Take on a merchant. Staff only.")
async def create(context: Context, input: CreateMerchantInput) -> CreateMerchantResult:  # noqa: A002 - GraphQL's word
    """Run `create_merchant`."""
    plan = plan_of(
        input.fee_rates,
        input.dispute_fees,
        returned=bool(input.returns_fee_on_refund),
        currency_of=context.currency_of,
    )
    command = CreateMerchant(
        name=input.name,
        country=input.country,
        currency=context.currency_of(input.currency),
        fee_plan=plan,
        time_zone=input.time_zone or "UTC",
    )
    return CreateMerchantPayload(merchant=merchant(await create_merchant(context.merchants, context.actor, command)))


@mutation(Permission.MERCHANTS_WRITE, "Change what a merchant is called, or the time zone that it lives in.")
async def update(context: Context, input: UpdateMerchantInput) -> UpdateMerchantResult:  # noqa: A002
    """Run `update_merchant`."""
    command = UpdateMerchant(merchant_id=_merchant_id(input.merchant_id), name=input.name, time_zone=input.time_zone)
    return UpdateMerchantPayload(merchant=merchant(await update_merchant(context.merchants, context.actor, command)))


@mutation(Permission.MERCHANTS_WRITE, "Stop a merchant from taking new payments, or let it again. Staff only.")
async def suspend(context: Context, input: SuspendMerchantInput) -> SuspendMerchantResult:  # noqa: A002
    """Run `suspend_merchant`."""
    command = SuspendMerchant(
        merchant_id=_merchant_id(input.merchant_id),
        reason=input.reason,
        suspended=input.suspended is not False,
    )
    moved = await suspend_merchant(context.merchants, context.actor, command)
    return SuspendMerchantPayload(merchant=merchant(moved))


def _merchant_id(text: str) -> UUID:
    return parse_id(Prefix.MERCHANT, text, ("merchantId",))


@strawberry.type
class MerchantMutations:
    """The fields that merchants add to Mutation."""

    create_merchant = create
    update_merchant = update
    suspend_merchant = suspend
    change_fee_plan = change

"""The merchant in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry
from strawberry.types import Info

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.derivation import derived
from api.enums import described
from api.fields import PERMISSION, batched
from api.merchants.fee_plans import FeePlan, FeePlanVersion, FeeRate, dispute_fees, fee_plan, rates, version
from api.money import Money
from api.node import Node, identifier
from api.scalars import CountryCode, CurrencyCode
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.kernel.paging import PageRequest
from domain.merchants import merchant as merchants
from domain.merchants.fee_plan import FeePlan as Plan
from domain.merchants.filter import MerchantOrder
from domain.merchants.merchant import MerchantStatus

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.settlements.accounts import SettlementAccount
    from api.settlements.bank_accounts import BankAccount

BankAccountOf: TypeAlias = Annotated["BankAccount", strawberry.lazy("api.settlements.bank_accounts")]
DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
_READ = {PERMISSION: Permission.MERCHANTS_READ}
SettlementAccountOf: TypeAlias = Annotated["SettlementAccount", strawberry.lazy("api.settlements.accounts")]

described(
    MerchantStatus,
    "Whether a merchant may take new payments.",
    ACTIVE="It may.",
    SUSPENDED="It may not; what it has can still be captured, voided and refunded.",
)
described(
    MerchantOrder,
    "How a list of merchants is sorted.",
    CREATED_AT_DESC="Newest first.",
    CREATED_AT_ASC="Oldest first.",
)


def _plan(merchant: "Merchant", info: Info) -> Plan:
    """What it pays now: the merchant itself remembers what holds and what comes next."""
    now = info.context.merchants.clock.now()
    return merchant.entity.fee_plan_at(now) or merchant.entity.fee_plan


async def _fee_plans(
    rows: list["Merchant"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[FeePlanVersion]]:
    reads = reading.reads.merchants
    pages = await reads.fee_plans(
        reading.scope, [row.entity.id for row in rows], PageRequest.of(first=first, after=after)
    )
    return [connection(page, version, reads.place) for page in pages]


async def _disputes(
    rows: list["Merchant"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[DisputeOf]]:
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its merchant, and a merchant its disputes

    reads = reading.reads.disputes
    pages = await reads.disputes_of_merchants(
        reading.scope, [row.entity for row in rows], PageRequest.of(first=first, after=after)
    )
    return [connection(page, dispute, reads.place) for page in pages]


async def _settlement_accounts(rows: list["Merchant"], reading: Reading) -> list[list[SettlementAccountOf]]:
    from api.settlements.accounts import settlement_account  # noqa: PLC0415 - an account shows its merchant

    ids = [row.entity.id for row in rows]
    found = await reading.reads.settlements.accounts_of_merchants(reading.scope, ids)
    return [[settlement_account(entity) for entity in found.get(id_, ())] for id_ in ids]


async def _bank_accounts(
    rows: list["Merchant"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[BankAccountOf]]:
    from api.settlements.bank_accounts import bank_account  # noqa: PLC0415 - an account shows its merchant

    reads = reading.reads.bank_accounts
    pages = await reads.of_merchants(
        reading.scope, [row.entity for row in rows], PageRequest.of(first=first, after=after)
    )
    return [connection(page, bank_account, reads.place) for page in pages]


@strawberry.type(description="Somebody who sells and is paid through us.")
class Merchant(Node):
    """A tenant."""

    entity: strawberry.Private[merchants.Merchant]
    id: strawberry.ID = identifier(Prefix.MERCHANT)
    name: str = derived("The name.", "entity.name")
    status: MerchantStatus = derived("Whether it may take new payments.", "entity.status")
    country: CountryCode = derived("The country.", "entity.country")
    currency: CurrencyCode = derived("The currency that it mostly sells in.", "entity.currency")
    gateway: str = derived("The gateway that its payments go through.", "entity.gateway")
    fee_plans: Connection[FeePlanVersion] = batched(
        Permission.MERCHANTS_READ,
        "What it has paid, pays and is going to pay: the versions of its fee plan, newest first.",
        "entity.id",
    )(_fee_plans)
    time_zone: str = derived("The time zone in which its days begin, by its IANA name.", "entity.time_zone")
    created_at: datetime = derived("Since when it is with us.", "entity.created_at")
    disputes: Connection[DisputeOf] = batched(Permission.DISPUTES_READ, "Its disputes, newest first.")(_disputes)
    settlement_accounts: list[SettlementAccountOf] = batched(
        Permission.SETTLEMENTS_READ, "How it is settled, by currency."
    )(_settlement_accounts)
    bank_accounts: Connection[BankAccountOf] = batched(
        Permission.BANK_ACCOUNTS_READ, "Its bank accounts of all statuses, newest first."
    )(_bank_accounts)

    @strawberry.field(description="What it pays now.", metadata=_READ)
    def fee_plan(self, info: Info) -> FeePlan:
        """Of the version that holds."""
        return fee_plan(_plan(self, info))

    @strawberry.field(description="What it pays for captures and refunds now.", metadata=_READ)
    def fee_rates(self, info: Info) -> list[FeeRate]:
        """Of the plan."""
        return rates(_plan(self, info).rates)

    @strawberry.field(
        description="Whether a refund gives the fee back in proportion, by what it pays now.", metadata=_READ
    )
    def returns_fee_on_refund(self, info: Info) -> bool:
        """Of the plan."""
        return _plan(self, info).returns_fee_on_refund

    @strawberry.field(description="What a dispute costs it now, in each currency.", metadata=_READ)
    def dispute_fees(self, info: Info) -> list[Money]:
        """Of the plan."""
        return dispute_fees(_plan(self, info).dispute_fees)


def merchant(entity: merchants.Merchant) -> Merchant:
    """A merchant as the graph shows it."""
    return Merchant(entity=entity)

"""Bank accounts in the graph, their numbers masked."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry
from strawberry.types import Info

from api.context import Reading
from api.derivation import derived
from api.describing import argument, attribute
from api.fields import PERMISSION, batched
from api.found import in_order
from api.node import Node, identifier
from api.scalars import CountryCode, CurrencyCode
from api.settlements.bank_account_enums import (
    AccountScheme,
    BankAccountAction,
    BankAccountStatus,
    BankAccountVerification,
)
from domain.approvals.party import Party
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, format_id
from domain.kernel.paging import DEFAULT_PAGE, MAX_PAGE
from domain.settlements import bank_account as accounts
from domain.settlements import bank_account_reveal as readings
from domain.settlements.bank_account_actions import available_bank_account_actions

if TYPE_CHECKING:
    from api.merchants.types import Merchant

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
READ = Permission.BANK_ACCOUNTS_READ
_PREFIXES = {ActorKind.USER: Prefix.USER, ActorKind.CLIENT: Prefix.CLIENT}


def _name(party: Party | None) -> str | None:
    return None if party is None else party.name


def _id(party: Party | None) -> strawberry.ID | None:
    if party is None or party.id is None:
        return None
    return strawberry.ID(format_id(_PREFIXES[party.kind], party.id))


@strawberry.type(description="Something that can be done with a bank account, or why not.")
class AvailableBankAccountAction:
    """The verbs refuse by the same reasons."""

    action: BankAccountAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")
    requires_approval: bool = attribute("Whether a second person has to approve it.")


@strawberry.type(description="Somebody has read the number of a bank account in full.")
class BankAccountReveal:
    """It is in the audit log too."""

    entity: strawberry.Private[readings.BankAccountReveal]
    revealed_by: str = derived("The name of whoever read it.", "entity.revealed_by.name")
    revealed_by_id: strawberry.ID | None = derived("Who that is.", _id, "entity.revealed_by")
    reason: str = derived("What for.", "entity.reason")
    revealed_at: datetime = derived("When.", "entity.revealed_at")


async def _merchants(rows: list["BankAccount"], reading: Reading) -> list[MerchantOf]:
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show their accounts

    ids = [row.entity.merchant_id for row in rows]
    found = await reading.reads.merchants.merchants(reading.scope, set(ids))
    return in_order(found, ids, merchant, "The merchant")


async def _reveals(
    rows: list["BankAccount"],
    reading: Reading,
    first: Annotated[int | None, argument(f"How many: 1 to {MAX_PAGE}, else {DEFAULT_PAGE}.")] = None,
) -> list[list[BankAccountReveal]]:
    if first is not None and not 1 <= first <= MAX_PAGE:
        raise Invalid(("first",), f"Give 1 to {MAX_PAGE}.")
    entities = [row.entity for row in rows]
    found = await reading.reads.bank_accounts.reveals(reading.scope, entities, first or DEFAULT_PAGE)
    return [[BankAccountReveal(entity=one) for one in own] for own in found]


@strawberry.type(description="An account at a bank that a merchant's money is, was or shall be paid to.")
class BankAccount(Node):
    """One at most is paid to in each currency; nobody sees the whole number here."""

    entity: strawberry.Private[accounts.BankAccount]
    id: strawberry.ID = identifier(Prefix.BANK_ACCOUNT)
    currency: CurrencyCode = derived("What is paid there.", "entity.currency.code")
    country: CountryCode = derived("The country that it is in.", "entity.country")
    holder_name: str = derived("Whose it is, as the bank knows them.", "entity.holder_name")
    scheme: AccountScheme = derived("By which rules its number is made.", "entity.scheme")
    masked_number: str = derived("Its number, but for what tells it: `DE89 **** 3000`.", "entity.masked_number")
    last4: str = derived("The last characters of its number, four at most.", "entity.last4")
    bank_code: str | None = derived("The bank's code in its country; the routing number in the US.", "entity.bank_code")
    branch_code: str | None = derived("The branch's code, where numbers have one.", "entity.branch_code")
    bic: str | None = derived("The bank's BIC (ISO 9362), if it is known.", "entity.bic")
    bank_name: str | None = derived("What the bank is called, if it is known.", "entity.bank_name")
    status: BankAccountStatus = derived("How far it has come.", "entity.status")
    verification: BankAccountVerification = derived(
        "Whether the payments company has made sure of it.", "entity.verification"
    )
    requested_by: str = derived("The name of whoever added it.", "entity.requested_by.name")
    requested_by_id: strawberry.ID | None = derived("Who that is.", _id, "entity.requested_by")
    approved_by: str | None = derived("The name of whoever approved it.", _name, "entity.approved_by")
    approved_by_id: strawberry.ID | None = derived("Who that is.", _id, "entity.approved_by")
    approved_at: datetime | None = derived("When it was approved.", "entity.approved_at")
    usable_from: datetime | None = derived(
        "When its cooling period is over, which begins with the approval.", "entity.usable_from"
    )
    verified_by: str | None = derived("The name of whoever verified it, or could not.", _name, "entity.verified_by")
    verified_at: datetime | None = derived("When that was.", "entity.verified_at")
    verification_note: str | None = derived("How it was found out.", "entity.verification_note")
    ended_reason: str | None = derived("Why it was removed or rejected.", "entity.ended_reason")
    created_at: datetime = derived("When it was added.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant whose money goes there.")(_merchants)
    reveals: list[BankAccountReveal] = batched(
        Permission.BANK_ACCOUNTS_REVEAL, "Who has read its number in full, newest first."
    )(_reveals)

    @strawberry.field(description="What you can do with it now, and why not the rest.", metadata={PERMISSION: READ})
    def available_actions(self, info: Info) -> list[AvailableBankAccountAction]:
        """By the same reasons as the verbs."""
        return [
            AvailableBankAccountAction(
                action=one.action,
                allowed=one.allowed,
                reason=one.reason,
                requires_approval=one.requires_approval,
            )
            for one in available_bank_account_actions(self.entity, info.context.actor)
        ]


def bank_account(entity: accounts.BankAccount) -> BankAccount:
    """An account as the graph shows it."""
    return BankAccount(entity=entity)

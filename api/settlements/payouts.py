"""Payouts in the graph: what was paid to whom, by whose will, and what became of it."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Optional, TypeAlias

import strawberry

from api.audit.events import Event, event
from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.ledger.types import LedgerEntry, ledger_entry
from api.money import Money, money, shown
from api.node import Node, identifier
from api.reconciliation.bookings import PayoutBooking, bookings, returns
from api.scalars import CurrencyCode
from api.settlements.bank_accounts import BankAccount, bank_account
from api.settlements.payout_enums import PayoutAction, PayoutAttemptOutcome, PayoutStatus
from domain.approvals.party import Party
from domain.identity.actor import Actor, ActorKind
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import Currency
from domain.settlements import payout as payouts
from domain.settlements import payout_attempt as steps
from domain.settlements import payout_filter as sums
from domain.settlements import payout_policy as policies
from domain.settlements.payout_actions import available_payout_actions

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.settlements.files import PaymentFile
    from api.settlements.types import Settlement

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentFileOf: TypeAlias = Annotated["PaymentFile", strawberry.lazy("api.settlements.files")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]
READ = Permission.PAYOUTS_READ
_PREFIXES = {ActorKind.USER: Prefix.USER, ActorKind.CLIENT: Prefix.CLIENT}


def _name(party: Party | None) -> str | None:
    return None if party is None else party.name


def _id(party: Party | None) -> strawberry.ID | None:
    if party is None or party.id is None:
        return None
    return strawberry.ID(format_id(_PREFIXES[party.kind], party.id))


def _limit(minor: int | None, currency: Currency) -> Money | None:
    return None if minor is None else money(minor, currency)


@strawberry.type(description="Something that can be done with a payout, or why not.")
class AvailablePayoutAction:
    """The verbs refuse by the same reasons."""

    action: PayoutAction = attribute("What.")
    allowed: bool = attribute("Whether the payout itself allows it; balances are asked when it is done.")
    reason: str | None = attribute("Why not, when it is not allowed.")


def _actions(entity: payouts.Payout, actor: Actor) -> list[AvailablePayoutAction]:
    return [
        AvailablePayoutAction(action=one.action, allowed=one.allowed, reason=one.reason)
        for one in available_payout_actions(entity, actor)
    ]


@strawberry.type(description="One step of a payout at the bank.")
class PayoutAttempt:
    """They are only ever added."""

    entity: strawberry.Private[steps.PayoutAttempt]
    number: int = derived("Its place among the payout's steps, from 1.", "entity.number")
    outcome: PayoutAttemptOutcome = derived("What happened.", "entity.outcome")
    code: str | None = derived("The bank's reason (ISO 20022, ExternalReturnReason1Code), if any.", "entity.code")
    detail: str | None = derived("The same in words, if the bank had any.", "entity.detail")
    at: datetime = derived("When we heard of it.", "entity.at")


async def _merchants(rows: list["Payout"], reading: Reading) -> list[MerchantOf]:
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show what belongs to them

    ids = [row.entity.merchant_id for row in rows]
    found = await reading.reads.merchants.merchants(reading.scope, set(ids))
    return in_order(found, ids, merchant, "The merchant")


async def _bank_accounts(rows: list["Payout"], reading: Reading) -> list[BankAccount]:
    ids = [row.entity.bank_account_id for row in rows]
    found = await reading.reads.bank_accounts.accounts(reading.scope, set(ids))
    return in_order(found, ids, bank_account, "The bank account")


async def _files(rows: list["Payout"], reading: Reading) -> list[Optional[PaymentFileOf]]:  # noqa: UP045 - an element type
    from api.settlements.files import payment_file  # noqa: PLC0415 - a payout shows its file, and a file its payouts

    wanted = {row.entity.payment_file_id for row in rows if row.entity.payment_file_id is not None}
    found = await reading.reads.payment_files.payment_files_by_id(reading.scope, wanted) if wanted else {}
    # Files are the platform's own: whoever does not see them has none here.
    shown_files = {id_: payment_file(entity) for id_, entity in found.items()}
    return [None if (id_ := row.entity.payment_file_id) is None else shown_files.get(id_) for row in rows]


async def _settlements(rows: list["Payout"], reading: Reading) -> list[list[SettlementOf]]:
    from api.settlements.types import settlement  # noqa: PLC0415 - a payout shows its settlements, and they show it

    ids = await reading.reads.payouts.settlements_of(reading.scope, [row.entity for row in rows])
    wanted = {id_ for own in ids for id_ in own}
    found = await reading.reads.settlements.settlements_by_id(reading.scope, wanted) if wanted else {}
    return [[settlement(found[id_]) for id_ in own if id_ in found] for own in ids]


async def _attempts(rows: list["Payout"], reading: Reading) -> list[list[PayoutAttempt]]:
    found = await reading.reads.payouts.attempts_of(reading.scope, [row.entity for row in rows])
    return [[PayoutAttempt(entity=one) for one in own] for own in found]


async def _events(rows: list["Payout"], reading: Reading) -> list[list[Event]]:
    found = await reading.reads.payouts.events_of(reading.scope, [row.entity for row in rows])
    return [[event(line) for line in own] for own in found]


async def _entries(rows: list["Payout"], reading: Reading) -> list[list[LedgerEntry]]:
    found = await reading.reads.payouts.entries_of(reading.scope, [row.entity for row in rows])
    return [[ledger_entry(entity) for entity in own] for own in found]


@strawberry.type(description="Money that goes from a merchant's available balance to its bank account.")
class Payout(Node):
    """Nobody approves what they asked for themselves."""

    entity: strawberry.Private[payouts.Payout]
    actor: strawberry.Private[Actor]
    id: strawberry.ID = identifier(Prefix.PAYOUT)
    amount: Money = derived("What is paid.", shown, "entity.amount")
    status: PayoutStatus = derived("How far the money has come.", "entity.status")
    end_to_end_id: str = derived("By what all banks on its way know it (EndToEndId).", "entity.end_to_end_id")
    reason: str | None = derived("Why it was created, if somebody said so.", "entity.reason")
    requested_by: str = derived("The name of whoever created it.", "entity.requested_by.name")
    requested_by_id: strawberry.ID | None = derived("Who that is; none for Paydesk itself.", _id, "entity.requested_by")
    approved_by: str | None = derived("The name of the person who approved it.", _name, "entity.approved_by")
    approved_by_id: strawberry.ID | None = derived("Who that is.", _id, "entity.approved_by")
    approved_by_policy: bool = derived(
        "Whether a policy of the payments company wanted no person for it.", "entity.approved_by_policy"
    )
    policy_limit: Money | None = derived(
        "Up to what in a day the policy at its creation wanted no person, where it was within that.",
        _limit,
        "entity.policy_limit_minor",
        "entity.currency",
    )
    decided_at: datetime | None = derived("When it was approved, rejected or canceled.", "entity.decided_at")
    decision_reason: str | None = derived("Why it was rejected or canceled.", "entity.decision_reason")
    hold_reason: str | None = derived("Why it is held, while it is.", "entity.hold_reason")
    failure_code: str | None = derived(
        "The bank's reason for a failure or a return (ISO 20022, ExternalReturnReason1Code).", "entity.failure_code"
    )
    failure_message: str | None = derived("The same in words, if there are any.", "entity.failure_message")
    execution_on: date | None = derived("The day on which the bank is asked to pay.", "entity.execution_on")
    created_at: datetime = derived("When it was created.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    sent_at: datetime | None = derived("When the bank was known to have it.", "entity.sent_at")
    paid_at: datetime | None = derived("When a statement confirmed it.", "entity.paid_at")
    failed_at: datetime | None = derived("When it failed.", "entity.failed_at")
    returned_at: datetime | None = derived("When a statement had it back.", "entity.returned_at")
    available_actions: list[AvailablePayoutAction] = derived(
        "What you can do with it now, and why not the rest.", _actions, "entity", "actor"
    )
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant who is paid.")(_merchants)
    bank_account: BankAccount = batched(Permission.BANK_ACCOUNTS_READ, "Where the money goes.")(_bank_accounts)
    settlements: list[SettlementOf] = batched(
        Permission.SETTLEMENTS_READ, "The settlements whose nets it pays, by number; none for a part of one."
    )(_settlements)
    payment_file: PaymentFileOf | None = batched(
        READ, "The file by which the bank was told; staff see it, once there is one."
    )(_files)
    bank_entry: PayoutBooking | None = batched(
        READ, "The debit by which a bank statement confirmed it, once one has.", "entity.bank_entry_id"
    )(bookings)
    return_entry: PayoutBooking | None = batched(
        READ, "The credit that brought it back, if one has.", "entity.return_entry_id"
    )(returns)
    attempts: list[PayoutAttempt] = batched(READ, "What became of it at the bank, the first step first.")(_attempts)
    events: list[Event] = batched(READ, "What happened to it, the first first.")(_events)
    ledger_entries: list[LedgerEntry] = batched(Permission.LEDGER_READ, "What it posted, the first first.")(_entries)


def payout(entity: payouts.Payout, actor: Actor) -> Payout:
    """A payout as the graph shows it to the actor."""
    return Payout(entity=entity, actor=actor)


def shown_to(actor: Actor) -> Any:  # noqa: ANN401 - a function from an entity to its type
    """How a list shows payouts to the actor."""
    return partial(payout, actor=actor)


@strawberry.type(description="The payouts of one status in one currency.")
class PayoutTotal:
    """Where there are any."""

    status: PayoutStatus = attribute("The status.")
    currency: CurrencyCode = attribute("The currency.")
    count: int = attribute("How many there are.")
    amount: Money = attribute("What they amount to.")


def payout_total(entity: sums.PayoutTotal) -> PayoutTotal:
    """A total as the graph shows it."""
    currency = CurrencyCode(entity.amount.currency.code)
    return PayoutTotal(status=entity.status, currency=currency, count=entity.count, amount=shown(entity.amount))


@strawberry.type(description="Up to what payouts in a currency need no person. Without one, all of them do.")
class PayoutPolicy:
    """The platform's own; two people wanted it."""

    entity: strawberry.Private[policies.PayoutPolicy]
    currency: CurrencyCode = derived("The currency.", "entity.automatic_up_to.currency.code")
    automatic_up_to: Money = derived(
        "What may be paid to an account within 24 hours without a person; zero: nothing.",
        shown,
        "entity.automatic_up_to",
    )
    requested_by: str = derived("The name of whoever asked for it.", "entity.requested_by.name")
    approved_by: str = derived("The name of whoever approved it.", "entity.approved_by.name")
    updated_at: datetime = derived("Since when it holds.", "entity.updated_at")


def payout_policy(entity: policies.PayoutPolicy) -> PayoutPolicy:
    """A policy as the graph shows it."""
    return PayoutPolicy(entity=entity)

"""`node` and `nodes`: any id, resolved to its object; one statement for each type among the ids."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from api.approvals.types import approval_request
from api.audit.events import SUBJECTS, event
from api.audit.types import audit_record
from api.context import Context, Reading, reading
from api.describing import argument
from api.disputes.events import dispute_event
from api.disputes.files import evidence_file
from api.disputes.notes import dispute_note
from api.disputes.types import dispute
from api.disputes.warnings import early_fraud_warning
from api.fields import PUBLIC
from api.fraud.backtests import backtest
from api.fraud.lists import list_entry
from api.fraud.notes import fraud_review_note
from api.fraud.review_events import fraud_review_event
from api.fraud.reviews import fraud_review
from api.fraud.rules import fraud_rule
from api.identifiers import MOST_IDS
from api.identity.types import api_client, user
from api.ledger.types import ledger_entry
from api.merchants.types import merchant
from api.node import Node
from api.payments.children import capture, operation, refund
from api.payments.customers import customer
from api.payments.events import payment_event
from api.payments.types import payment
from api.reconciliation.imports import statement_import
from api.reconciliation.items import reconciliation_item
from api.reconciliation.remittances import remittance
from api.reconciliation.statements import bank_entry, bank_statement
from api.settlements.bank_accounts import bank_account
from api.settlements.files import payment_file
from api.settlements.payouts import payout
from api.settlements.reserves import reserve_hold, settlement_adjustment
from api.settlements.types import settlement
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.ids import Prefix, split_id

Found = dict[UUID, Any]
Read = Callable[[Reading, list[UUID]], Awaitable[Found]]


async def _payments(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.payments.payments(reading.scope, ids), payment)


async def _operations(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.payments.operations(reading.scope, ids), operation)


async def _captures(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.payments.captures(reading.scope, ids), capture)


async def _refunds(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.payments.refunds(reading.scope, ids), refund)


async def _customers(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.payments.customers(reading.scope, ids)
    return _shown(found, lambda entity: customer(entity, reading.actor))


async def _events(reading: Reading, ids: list[UUID]) -> Found:
    lines = await reading.reads.payments.events(reading.scope, ids)
    payments = await reading.reads.payments.payments(reading.scope, {line.payment_id for line in lines.values()})
    return _shown(lines, lambda line: payment_event(line, payments[line.payment_id].currency))


async def _disputes(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.disputes.disputes(reading.scope, ids), dispute)


async def _evidence_files(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.disputes.evidence_files(reading.scope, ids), evidence_file)


async def _notes(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.disputes.notes(reading.scope, ids, reading.actor.realm), dispute_note)


async def _warnings(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.disputes.warnings(reading.scope, ids), early_fraud_warning)


async def _dispute_events(reading: Reading, ids: list[UUID]) -> Found:
    reads = reading.reads.disputes
    lines = await reads.events(reading.scope, ids)
    disputes = await reads.disputes(reading.scope, {line.dispute_id for line in lines.values()})
    return _shown(lines, lambda line: dispute_event(line, disputes[line.dispute_id].currency))


async def _other_events(subject_type: str, reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.audit.events(reading.scope, ids, subject_type), event)


async def _reviews(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.fraud.reviews_by_id(reading.scope, ids)
    return _shown(found, lambda entity: fraud_review(entity, reading.actor))


async def _review_notes(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.fraud.review_notes_by_id(reading.scope, ids, reading.actor.realm)
    return _shown(found, fraud_review_note)


async def _review_events(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.fraud.story_lines(reading.scope, ids), fraud_review_event)


async def _rules(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.fraud.rules_by_id(reading.scope, ids), fraud_rule)


async def _list_entries(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.fraud.entries_by_id(reading.scope, ids)
    return _shown(found, lambda entity: list_entry(entity, reading.actor))


async def _backtests(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.fraud.backtests_by_id(reading.scope, ids)
    return _shown(found, lambda entity: backtest(entity, reading.context.currency_of))


async def _bank_accounts(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.bank_accounts.accounts(reading.scope, ids), bank_account)


async def _payment_files(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.payment_files.payment_files_by_id(reading.scope, ids), payment_file)


async def _settlements(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.settlements.settlements_by_id(reading.scope, ids), settlement)


async def _reserves(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.settlements.reserves_by_id(reading.scope, ids), reserve_hold)


async def _adjustments(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.settlements.adjustments_by_id(reading.scope, ids), settlement_adjustment)


async def _payouts(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.payouts.payouts(reading.scope, ids)
    return _shown(found, lambda entity: payout(entity, reading.actor))


async def _imports(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.reconciliation.imports_by_id(reading.scope, ids), statement_import)


async def _statements(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.reconciliation.statements_by_id(reading.scope, ids), bank_statement)


async def _bank_entries(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.reconciliation.entries_by_id(reading.scope, ids), bank_entry)


async def _items(reading: Reading, ids: list[UUID]) -> Found:
    found = await reading.reads.reconciliation.items_by_id(reading.scope, ids)
    return _shown(found, lambda entity: reconciliation_item(entity, reading.actor))


async def _remittances(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.reconciliation.remittances_by_id(reading.scope, ids), remittance)


async def _merchants(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.merchants.merchants(reading.scope, ids), merchant)


async def _entries(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.ledger.entries(reading.scope, ids), ledger_entry)


async def _approval_requests(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.approvals.requests(reading.scope, ids), approval_request)


async def _records(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.audit.records(reading.scope, ids), audit_record)


async def _users(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.identity.users(reading.scope, ids), user)


async def _clients(reading: Reading, ids: list[UUID]) -> Found:
    return _shown(await reading.reads.identity.clients(reading.scope, ids), api_client)


# The events of all contexts have ids of one kind: each context reads its own.
READERS: tuple[tuple[Prefix, Permission, Read], ...] = (
    (Prefix.PAYMENT, Permission.PAYMENTS_READ, _payments),
    (Prefix.OPERATION, Permission.PAYMENTS_READ, _operations),
    (Prefix.CAPTURE, Permission.PAYMENTS_READ, _captures),
    (Prefix.REFUND, Permission.PAYMENTS_READ, _refunds),
    (Prefix.CUSTOMER, Permission.CUSTOMERS_READ, _customers),
    (Prefix.EVENT, Permission.PAYMENTS_READ, _events),
    (Prefix.EVENT, Permission.DISPUTES_READ, _dispute_events),
    *((Prefix.EVENT, permission, partial(_other_events, kind)) for kind, permission in SUBJECTS.items()),
    (Prefix.EVENT, Permission.FRAUD_READ, _review_events),
    (Prefix.DISPUTE, Permission.DISPUTES_READ, _disputes),
    (Prefix.EVIDENCE, Permission.DISPUTES_READ, _evidence_files),
    (Prefix.NOTE, Permission.DISPUTES_READ, _notes),
    (Prefix.WARNING, Permission.DISPUTES_READ, _warnings),
    (Prefix.REVIEW, Permission.FRAUD_READ, _reviews),
    (Prefix.REVIEW_NOTE, Permission.FRAUD_READ, _review_notes),
    (Prefix.RULE, Permission.FRAUD_READ, _rules),
    (Prefix.LIST_ENTRY, Permission.FRAUD_READ, _list_entries),
    (Prefix.BACKTEST, Permission.FRAUD_READ, _backtests),
    (Prefix.BANK_ACCOUNT, Permission.BANK_ACCOUNTS_READ, _bank_accounts),
    (Prefix.SETTLEMENT, Permission.SETTLEMENTS_READ, _settlements),
    (Prefix.RESERVE, Permission.SETTLEMENTS_READ, _reserves),
    (Prefix.ADJUSTMENT, Permission.SETTLEMENTS_READ, _adjustments),
    (Prefix.PAYOUT, Permission.PAYOUTS_READ, _payouts),
    (Prefix.PAYMENT_FILE, Permission.PAYOUTS_READ, _payment_files),
    (Prefix.STATEMENT_IMPORT, Permission.RECONCILIATION_READ, _imports),
    (Prefix.STATEMENT, Permission.RECONCILIATION_READ, _statements),
    (Prefix.BANK_ENTRY, Permission.RECONCILIATION_READ, _bank_entries),
    (Prefix.RECONCILIATION, Permission.RECONCILIATION_READ, _items),
    (Prefix.REMITTANCE, Permission.RECONCILIATION_READ, _remittances),
    (Prefix.MERCHANT, Permission.MERCHANTS_READ, _merchants),
    (Prefix.ENTRY, Permission.LEDGER_READ, _entries),
    (Prefix.APPROVAL, Permission.APPROVALS_READ, _approval_requests),
    (Prefix.AUDIT, Permission.AUDIT_READ, _records),
    (Prefix.USER, Permission.TEAM_READ, _users),
    (Prefix.CLIENT, Permission.TEAM_READ, _clients),
)


async def resolve_nodes(context: Context, ids: list[tuple[Prefix, UUID]]) -> list[Any]:
    """The objects in the ids' order; null for what does not exist for the viewer, or needs a permission it lacks."""
    by_prefix: defaultdict[Prefix, list[UUID]] = defaultdict(list)
    for prefix, value in ids:
        by_prefix[prefix].append(value)
    found: dict[tuple[Prefix, UUID], Any] = {}
    for prefix, permission, read in READERS:
        # No more than what nobody has found yet.
        values = [value for value in by_prefix.get(prefix, ()) if (prefix, value) not in found]
        if not values:
            continue
        try:
            async with context.turns:
                rows = await read(reading(context, permission), values)
        except Forbidden:
            continue
        found.update({(prefix, value): row for value, row in rows.items()})
    return [found.get(key) for key in ids]


def _shown(found: Mapping[UUID, Any], show: Callable[[Any], Any]) -> Found:
    return {value: show(entity) for value, entity in found.items()}


async def _node(info: Info, id: Annotated[strawberry.ID, argument("Any id.")]) -> Node | None:  # noqa: A002 - GraphQL's word
    return (await resolve_nodes(info.context, [split_id(id)]))[0]


async def _nodes(
    info: Info, ids: Annotated[list[strawberry.ID], argument("Any ids, at most 100.")]
) -> list[Node | None]:
    if len(ids) > MOST_IDS:
        raise Invalid(("ids",), f"At most {MOST_IDS} ids can be resolved at once.")
    return await resolve_nodes(info.context, [split_id(text, ("ids", str(index))) for index, text in enumerate(ids)])


@strawberry.type
class NodeQueries:
    """The fields that resolve ids; each object's own permission is checked."""

    node: Node | None = strawberry.field(
        resolver=_node, description="The object of an id, or null when there is none that you can see.", metadata=PUBLIC
    )
    nodes: list[Node | None] = strawberry.field(
        resolver=_nodes, description="The objects of several ids, in their order.", metadata=PUBLIC
    )

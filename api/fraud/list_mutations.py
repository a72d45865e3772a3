"""The mutations of lists: what they take and answer with, and the verbs that they run."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.context import Context
from api.describing import attribute
from api.errors import InvalidInput, InvalidState, NotFound, PermissionDenied
from api.fields import mutation
from api.fraud.authors import MERCHANT, author_of
from api.fraud.enums import ListKind, RowOutcome
from api.fraud.lists import FraudList, ListEntry, fraud_list, list_entry
from domain.fraud.add_list_entries import AddListEntries, add_list_entries
from domain.fraud.create_list import CreateList, create_list
from domain.fraud.listing import RowResult
from domain.fraud.remove_list_entries import RemoveListEntries, remove_list_entries
from domain.identity.permission import Permission

_LIST = "The list."


@strawberry.input(description="A new list.")
class CreateFraudListInput:
    """For `createFraudList`."""

    merchant_id: strawberry.ID | None = attribute(MERCHANT, default=None)
    name: str = attribute("Its name, by which rules ask for it: small letters, digits and underscores, at most 60.")
    kind: ListKind = attribute("What its entries are.")
    description: str | None = attribute("What it is for, at most 1,000 characters.", default=None)


@strawberry.input(description="Values to put on a list.")
class AddListEntriesInput:
    """For `addListEntries`. Needs no key: the same values again replace what is there."""

    merchant_id: strawberry.ID | None = attribute(MERCHANT, default=None)
    list_name: str = attribute(_LIST)
    values: list[str] = attribute("The values, 1,000 at most.")
    reason: str = attribute("Why, at most 255 characters.")
    expires_at: datetime | None = attribute("From when on they count no more; never when left out.", default=None)


@strawberry.input(description="Values to take from a list.")
class RemoveListEntriesInput:
    """For `removeListEntries`."""

    merchant_id: strawberry.ID | None = attribute(MERCHANT, default=None)
    list_name: str = attribute(_LIST)
    values: list[str] = attribute("The values, 1,000 at most.")
    reason: str = attribute("Why, at most 255 characters.")


@strawberry.type(description="What became of one value.")
class ListEntryRow:
    """None keeps another from being listed."""

    value: str = attribute("The value, as it was given.")
    outcome: RowOutcome = attribute("What became of it.")
    entry: ListEntry | None = attribute("The entry, as it is now or was until now.")
    message: str | None = attribute("Why it was refused, if it was.")


@strawberry.type(description="The list is there, and empty.")
class CreateFraudListPayload:
    """Of `createFraudList`."""

    list: FraudList = attribute(_LIST)


@strawberry.type(description="The values are listed, but for those that were refused.")
class AddListEntriesPayload:
    """Of `addListEntries`."""

    rows: list[ListEntryRow] = attribute("One for each value, in their order.")


@strawberry.type(description="The values are listed no more.")
class RemoveListEntriesPayload:
    """Of `removeListEntries`."""

    rows: list[ListEntryRow] = attribute("One for each value, in their order.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
CreateFraudListResult = Annotated[
    CreateFraudListPayload | _Refusal | InvalidState,
    strawberry.union("CreateFraudListResult", description="What `createFraudList` answers with."),
]
AddListEntriesResult = Annotated[
    AddListEntriesPayload | _Refusal,
    strawberry.union("AddListEntriesResult", description="What `addListEntries` answers with."),
]
RemoveListEntriesResult = Annotated[
    RemoveListEntriesPayload | _Refusal,
    strawberry.union("RemoveListEntriesResult", description="What `removeListEntries` answers with."),
]


@mutation(Permission.FRAUD_MANAGE, "Make a list that rules can ask for, beside the standard ones.")
async def create(context: Context, input: CreateFraudListInput) -> CreateFraudListResult:  # noqa: A002 - GraphQL's word
    """Run `create_list`."""
    command = CreateList(
        merchant_id=author_of(context.actor, input.merchant_id, "merchantId"),
        name=input.name,
        kind=input.kind,
        description=input.description,
    )
    return CreateFraudListPayload(list=fraud_list(await create_list(context.fraud, context.actor, command), 0))


@mutation(Permission.FRAUD_MANAGE, "Put values on a list; one that cannot be listed keeps no other from it.")
async def add(context: Context, input: AddListEntriesInput) -> AddListEntriesResult:  # noqa: A002
    """Run `add_list_entries`."""
    command = AddListEntries(
        merchant_id=author_of(context.actor, input.merchant_id, "merchantId"),
        list_name=input.list_name,
        values=tuple(input.values),
        reason=input.reason,
        expires_at=input.expires_at,
    )
    rows = await add_list_entries(context.fraud, context.actor, command)
    return AddListEntriesPayload(rows=[_row(row, context) for row in rows])


@mutation(Permission.FRAUD_MANAGE, "Take values from a list.")
async def remove(context: Context, input: RemoveListEntriesInput) -> RemoveListEntriesResult:  # noqa: A002
    """Run `remove_list_entries`."""
    command = RemoveListEntries(
        merchant_id=author_of(context.actor, input.merchant_id, "merchantId"),
        list_name=input.list_name,
        values=tuple(input.values),
        reason=input.reason,
    )
    rows = await remove_list_entries(context.fraud, context.actor, command)
    return RemoveListEntriesPayload(rows=[_row(row, context) for row in rows])


def _row(row: RowResult, context: Context) -> ListEntryRow:
    entry = None if row.entry is None else list_entry(row.entry, context.actor)
    return ListEntryRow(value=row.value, outcome=row.outcome, entry=entry, message=row.message)


@strawberry.type
class FraudListMutations:
    """The fields that lists add to Mutation."""

    create_fraud_list = create
    add_list_entries = add
    remove_list_entries = remove

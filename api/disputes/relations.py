"""A dispute's relations, each read once for all disputes of a level."""

from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.disputes.events import DisputeEvent, dispute_event
from api.disputes.evidence import DisputeEvidence, dispute_evidence
from api.disputes.notes import DisputeNote, dispute_note
from api.disputes.notices import DisputeNotice, dispute_notice
from api.disputes.parts import DisputeAvailableAction, DisputeResponse, available_action, dispute_response
from api.found import in_order
from api.ledger.types import LedgerEntry, ledger_entry
from domain.disputes import actions
from domain.disputes.evidence_folder import evidence_folder, evidence_folders
from domain.identity.permission import Permission
from domain.kernel.paging import PageRequest

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.identity.types import User
    from api.merchants.types import Merchant
    from api.payments.types import Payment
    from api.settlements.types import Settlement
    from domain.disputes.evidence import Evidence
    from domain.disputes.evidence_file import EvidenceFile

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]
UserOf: TypeAlias = Annotated["User", strawberry.lazy("api.identity.types")]


async def merchants(disputes: list["Dispute"], reading: Reading) -> list[MerchantOf]:
    """The merchants that were paid."""
    from api.merchants.types import merchant  # noqa: PLC0415 - a merchant shows its disputes, and a dispute its merchant

    found = await reading.reads.merchants.merchants(reading.scope, {one.entity.merchant_id for one in disputes})
    return in_order(found, (one.entity.merchant_id for one in disputes), merchant, "The merchant")


async def payments(disputes: list["Dispute"], reading: Reading) -> list[PaymentOf]:
    """The disputed payments."""
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its disputes, and a dispute its payment

    found = await reading.reads.payments.payments(reading.scope, {one.entity.payment_id for one in disputes})
    return in_order(found, (one.entity.payment_id for one in disputes), payment, "The payment")


async def assignees(disputes: list["Dispute"], reading: Reading) -> list[Optional[UserOf]]:  # noqa: UP045 - an element type
    """Who works on them, of those whom the viewer may know: itself, and the team where it may read that."""
    from api.identity.types import user  # noqa: PLC0415 - people are shown their merchants, which show their disputes

    actor = reading.actor
    ids = [
        one.entity.assignee_id
        if one.entity.assignee_id == actor.id or actor.may(Permission.TEAM_READ, one.entity.merchant_id)
        else None
        for one in disputes
    ]
    wanted = {id_ for id_ in ids if id_ is not None}
    found = await reading.reads.identity.users(reading.scope, wanted) if wanted else {}
    shown = {id_: user(entity) for id_, entity in found.items()}
    return [shown.get(id_) if id_ else None for id_ in ids]


async def assignee_names(disputes: list["Dispute"], reading: Reading) -> list[Optional[str]]:  # noqa: UP045
    """What whoever works on them is called, of whichever house."""
    wanted = {one.entity.assignee_id for one in disputes if one.entity.assignee_id is not None}
    found = await reading.reads.disputes.names(reading.scope, wanted) if wanted else {}
    return [found.get(id_) if (id_ := one.entity.assignee_id) else None for one in disputes]


async def evidence(disputes: list["Dispute"], reading: Reading) -> list[DisputeEvidence]:
    """The evidence of the present stages."""
    found = await _evidence(disputes, reading)
    return [
        dispute_evidence(evidence_folder(one.entity, one.entity.stage, *held))
        for one, held in zip(disputes, found, strict=True)
    ]


async def evidence_history(disputes: list["Dispute"], reading: Reading) -> list[list[DisputeEvidence]]:
    """The evidence of all stages that have any."""
    found = await _evidence(disputes, reading)
    return [
        [dispute_evidence(folder) for folder in evidence_folders(one.entity, *held)]
        for one, held in zip(disputes, found, strict=True)
    ]


async def _evidence(disputes: list["Dispute"], reading: Reading) -> "list[tuple[list[Evidence], list[EvidenceFile]]]":
    entities = [one.entity for one in disputes]
    texts = await reading.reads.disputes.evidence_of(reading.scope, entities)
    files = await reading.reads.disputes.evidence_files_of(reading.scope, entities)
    return list(zip(texts, files, strict=True))


async def responses(disputes: list["Dispute"], reading: Reading) -> list[list[DisputeResponse]]:
    """Answers, oldest first."""
    found = await reading.reads.disputes.responses_of(reading.scope, [one.entity for one in disputes])
    return [[dispute_response(entity) for entity in entities] for entities in found]


async def notices(disputes: list["Dispute"], reading: Reading) -> list[list[DisputeNotice]]:
    """What networks said, in the order in which it happened."""
    found = await reading.reads.disputes.notices_of(reading.scope, [one.entity for one in disputes])
    return [[dispute_notice(entity) for entity in entities] for entities in found]


async def ledger_entries(disputes: list["Dispute"], reading: Reading) -> list[list[LedgerEntry]]:
    """What they posted, oldest first."""
    found = await reading.reads.ledger.entries_of_disputes(reading.scope, [one.entity for one in disputes])
    return [[ledger_entry(entity) for entity in entities] for entities in found]


async def settlements(disputes: list["Dispute"], reading: Reading) -> list[list[SettlementOf]]:
    """The settlements with a line of them, oldest first."""
    from api.settlements.types import settlement  # noqa: PLC0415 - a settlement's lines show their disputes

    found = await reading.reads.settlements.settlements_of_disputes(reading.scope, [one.entity for one in disputes])
    return [[settlement(entity) for entity in entities] for entities in found]


async def available_actions(disputes: list["Dispute"], reading: Reading) -> list[list[DisputeAvailableAction]]:
    """What the viewer may do with them, by the same reasons as the verbs."""
    policies = await reading.reads.approvals.policies(reading.scope, {one.entity.merchant_id for one in disputes})
    return [
        [
            available_action(action)
            for action in actions.available_dispute_actions(
                one.entity, reading.actor, policies.get(one.entity.merchant_id, [])
            )
        ]
        for one in disputes
    ]


async def notes(
    disputes: list["Dispute"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[DisputeNote]]:
    """Their threads, newest first; what is for staff alone is read for staff alone."""
    request, reads = PageRequest.of(first=first, after=after), reading.reads.disputes
    pages = await reads.notes_of(reading.scope, [one.entity for one in disputes], request, reading.actor.realm)
    return [connection(page, dispute_note, reads.place) for page in pages]


async def timelines(
    disputes: list["Dispute"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[DisputeEvent]]:
    """All that happened to them, oldest first."""
    request = PageRequest.of(first=first, after=after)
    pages = await reading.reads.disputes.timelines(reading.scope, [one.entity for one in disputes], request)
    return [
        connection(
            page,
            lambda line, currency=one.entity.currency: dispute_event(line, currency),
            lambda line: str(line.sequence),
        )
        for one, page in zip(disputes, pages, strict=True)
    ]

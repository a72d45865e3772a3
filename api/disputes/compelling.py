"""Visa's compelling evidence in the graph: earlier payments that show who made a disputed one."""

from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.describing import attribute
from api.disputes.enums import Lack, MatchingElement
from domain.disputes.card_history import disputed_on
from domain.disputes.compelling_evidence import compelling_evidence, is_for
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.payments.types import Payment

PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


@strawberry.type(description="One thing that is missing for compelling evidence.")
class MissingEvidence:
    """A code for programs and a sentence for people."""

    code: Lack = attribute("The kind of thing.")
    message: str = attribute("What is missing.")


@strawberry.type(description="Whether Visa's rule of compelling evidence (3.0) applies, and by which payments.")
class CompellingEvidence:
    """With two earlier payments that match, the issuer bears the loss."""

    eligible: bool = attribute("Whether it applies.")
    payments: list[PaymentOf] = attribute("The two earlier payments to name, the newer first; none when it does not.")
    elements: list[MatchingElement] = attribute("What matches in all three payments.")
    missing: list[MissingEvidence] = attribute("What is missing, when it does not apply.")


async def compelling(rows: list["Dispute"], reading: Reading) -> list[Optional[CompellingEvidence]]:  # noqa: UP045 - an element type
    """By the merchants' own histories; nothing for disputes that the rule is not for."""
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its disputes, and these its earlier ones

    reasons = {row.entity.id: find_reason_code(row.entity.network, row.entity.reason_code) for row in rows}
    disputes = {row.entity.id: row.entity for row in rows if is_for(reasons[row.entity.id])}
    histories = await reading.reads.disputes.card_histories(reading.scope, list(disputes.values())) if disputes else {}
    judged = {
        id_: compelling_evidence(reasons[id_], history.disputed, history.earlier, disputed_on(disputes[id_]))
        for id_, history in histories.items()
    }
    wanted = {facts.payment_id for one in judged.values() for facts in one.payments}
    found = await reading.reads.payments.payments(reading.scope, wanted) if wanted else {}
    what = "The payment"
    shown = {
        id_: CompellingEvidence(
            eligible=one.eligible,
            payments=[payment(found[facts.payment_id]) for facts in one.payments],
            elements=list(one.elements),
            missing=[MissingEvidence(code=missing.lack, message=missing.message) for missing in one.missing],
        )
        for id_, one in judged.items()
    }
    return [  # pyright: ignore[reportReturnType] - an error concerns its own dispute
        (shown.get(row.entity.id) or NotFound(what)) if row.entity.id in disputes else None for row in rows
    ]

"""Reason codes in the graph: the networks' own, as catalogued."""

from collections.abc import Mapping

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.disputes.enums import DisputeCategory, DisputeStage, EvidenceKind, Network
from domain.disputes.reason_codes import reason_code as codes


@strawberry.type(description="How long the merchant may take to answer a stage.")
class ResponseDays:
    """Of a reason code; what a notice says of its own deadline wins."""

    stage: DisputeStage = attribute("The stage.")
    days: int = attribute("Calendar days from the stage's opening, at most.")


@strawberry.type(description="The evidence that answers a reason code.")
class WantedEvidence:
    """All of the first, one at least of the second, and whatever there is of the third."""

    entity: strawberry.Private[codes.ReasonCode]
    required: list[EvidenceKind] = derived("Without these the answer fails as a rule.", list, "entity.required")
    any_of: list[EvidenceKind] = derived("One of these at least is required.", list, "entity.any_of")
    helpful: list[EvidenceKind] = derived("These strengthen the answer.", list, "entity.helpful")


def _days(days: Mapping[DisputeStage, int]) -> list[ResponseDays]:
    return [ResponseDays(stage=stage, days=days[stage]) for stage in DisputeStage if stage in days]


@strawberry.type(description="A network's code for a claim.")
class ReasonCode:
    """From a catalogue, or one that is in none."""

    entity: strawberry.Private[codes.ReasonCode]
    code: str = derived("The code in the network's own spelling.", "entity.code")
    name: str = derived("What the network calls the claim.", "entity.name")
    network: Network = derived("The network.", "entity.network")
    category: DisputeCategory = derived("The claim, in one vocabulary for all networks.", "entity.category")
    wanted: WantedEvidence = derived("The evidence that answers it.", WantedEvidence, entity="entity")
    response_days: list[ResponseDays] = derived("How long an answer may take.", _days, "entity.response_days")
    source: str = derived("The document and its section.", "entity.source")
    in_force: bool = derived(
        "Whether the network still uses it; cases may carry one that it gave up.", "entity.in_force"
    )
    replaced_by: str | None = derived("The code that it went into, when it did.", "entity.replaced_by")
    known: bool = derived("Whether it is in a catalogue.", "entity.known")


def reason_code(entity: codes.ReasonCode) -> ReasonCode:
    """A reason code as the graph shows it."""
    return ReasonCode(entity=entity)

"""The evidence of one stage, what would make it complete, and a letter that is drafted from it."""

from collections.abc import Collection, Mapping
from datetime import datetime

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.disputes.enums import DisputeStage, EvidenceKind, EvidenceStatus, Need
from api.disputes.files import EvidenceFile, evidence_file
from api.fields import batched
from domain.disputes import evidence as evidences
from domain.disputes import evidence_file as evidence_files
from domain.disputes import evidence_folder as folders
from domain.disputes import template as templates
from domain.disputes.deadline import time_zone
from domain.disputes.rebuttal import RebuttalFacts, draft_rebuttal
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import Prefix, format_id
from domain.merchants.merchant import Merchant
from domain.payments.payment import Payment


@strawberry.type(description="A text of evidence.")
class EvidenceText:
    """One at most of each kind."""

    kind: EvidenceKind = attribute("What it is meant to prove.")
    text: str = attribute("The text.")


@strawberry.type(description="One field of the template of a reason code.")
class EvidenceField:
    """Filled by a text or by files."""

    kind: EvidenceKind = attribute("What is to be proved.")
    label: str = attribute("Its name for people.")
    hint: str = attribute("What a good piece of evidence shows.")
    need: Need = attribute("How much it is needed.")
    staged: bool = attribute("Whether there is a text or a stored file of it.")


@strawberry.type(description="How complete evidence is.")
class EvidenceCompleteness:
    """By the template of the reason code."""

    score: int = attribute("0 to 100.")
    missing: list[EvidenceField] = attribute("What is missing, the most needed first.")


def _sha256(evidence: evidences.Evidence | None) -> str | None:
    return evidence and evidence.sha256


def _submitted_at(evidence: evidences.Evidence | None) -> datetime | None:
    return evidence and evidence.submitted_at


def _submitted_by(evidence: evidences.Evidence | None) -> str | None:
    return evidence and evidence.submitted_by


def _texts(texts: Mapping[EvidenceKind, str]) -> list[EvidenceText]:
    return [EvidenceText(kind=kind, text=texts[kind]) for kind in EvidenceKind if kind in texts]


def _files(held: tuple[evidence_files.EvidenceFile, ...]) -> list[EvidenceFile]:
    return [evidence_file(file) for file in held]


def _template(template: templates.Template, staged: Collection[EvidenceKind]) -> list[EvidenceField]:
    return [_field(field, staged=field.kind in staged) for field in template.fields]


def _completeness(completeness: templates.Completeness) -> EvidenceCompleteness:
    missing = [_field(field, staged=False) for field in completeness.missing]
    return EvidenceCompleteness(score=completeness.score, missing=missing)


def _field(entity: templates.EvidenceField, *, staged: bool) -> EvidenceField:
    return EvidenceField(kind=entity.kind, label=entity.label, hint=entity.hint, need=entity.need, staged=staged)


async def _drafts(rows: list["DisputeEvidence"], reading: Reading) -> list[str]:
    """Letters out of what is known of the payments and of the merchants' names."""
    disputes = [row.entity.dispute for row in rows]
    payments = await reading.reads.payments.payments(reading.scope, {one.payment_id for one in disputes})
    merchants = await reading.reads.merchants.merchants(reading.scope, {one.merchant_id for one in disputes})
    what = "The payment"
    return [
        _draft(row.entity, payments[one.payment_id], merchants[one.merchant_id])
        if one.payment_id in payments and one.merchant_id in merchants
        else NotFound(what)
        for row, one in zip(rows, disputes, strict=True)
    ]  # pyright: ignore[reportReturnType] - an error concerns its own evidence


def _draft(folder: folders.EvidenceFolder, payment: Payment, merchant: Merchant) -> str:
    paid_at = payment.captured_at or payment.created_at
    facts = RebuttalFacts(
        merchant_name=merchant.name,
        case_reference=folder.dispute.network_case_id or folder.dispute.case_reference,
        payment_reference=payment.reference or format_id(Prefix.PAYMENT, payment.id),
        amount=folder.amount,
        paid_on=paid_at.astimezone(time_zone(folder.dispute.time_zone)).date(),
        last4=payment.method.last4,
        staged=folder.staged,
    )
    return draft_rebuttal(folder.template, facts)


@strawberry.type(description="The evidence of one stage of a dispute: texts and files, submitted once and for all.")
class DisputeEvidence:
    """A folder."""

    entity: strawberry.Private[folders.EvidenceFolder]
    stage: DisputeStage = derived("The stage that it answers.", "entity.stage")
    status: EvidenceStatus = derived("Whether it can still be changed.", "entity.status")
    texts: list[EvidenceText] = derived("The texts.", _texts, "entity.texts")
    files: list[EvidenceFile] = derived(
        "The files: until it is submitted all that are there, whatever became of them; then those that went along.",
        _files,
        "entity.files",
    )
    template: list[EvidenceField] = derived(
        "What answers the reason code, the most needed first.", _template, "entity.template", "entity.staged"
    )
    completeness: EvidenceCompleteness = derived("How much of that there is.", _completeness, "entity.completeness")
    sha256: str | None = derived(
        "The SHA-256 of all that was submitted, in hexadecimal.",
        _sha256,
        "entity.evidence",
    )
    submitted_at: datetime | None = derived("When it was submitted.", _submitted_at, "entity.evidence")
    submitted_by: str | None = derived("The name of whoever submitted it.", _submitted_by, "entity.evidence")
    rebuttal_draft: str = batched(
        Permission.PAYMENTS_READ,
        "A letter to the issuer, drafted from what is known and staged; stage it as REBUTTAL_LETTER once it is yours.",
    )(_drafts)


def dispute_evidence(entity: folders.EvidenceFolder) -> DisputeEvidence:
    """The evidence of a stage as the graph shows it."""
    return DisputeEvidence(entity=entity)

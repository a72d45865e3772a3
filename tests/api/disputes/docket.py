"""A merchant's docket: payments that are disputed or warned of, as the graph shows them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from adapters.storage.own_links import LocalFiles
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from domain.disputes.take_notice import TakeNotice, take_notice
from domain.disputes.take_warning import TakeWarning, take_warning
from domain.kernel.ids import Prefix, format_id, parse_id
from tests.builders.disputes import a_notice, a_warning_notice
from tests.builders.files import a_document
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

OPENED, CHARGEBACK = NoticeType.OPENED, DisputeStage.CHARGEBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """The graph, and a network that speaks."""

    graph: Graph

    async def payment(self, actor: Actor | None = None, **given: Any) -> str:
        """A captured payment of 100 euros; its id."""
        fields = {
            "idempotencyKey": uuid4().hex,
            "amount": {"amount": "100.00", "currency": "EUR"},
            "paymentMethod": {"token": "tok_visa"},
            **given,
        }
        answer = await self.graph.change("createPayment", actor, **fields)
        return answer["payment"]["id"]

    async def hear(
        self, payment: str, type_: NoticeType = OPENED, stage: DisputeStage = CHARGEBACK, **more: Any
    ) -> str:
        """The network says something of a payment, 40 euros unless told otherwise; the dispute's id."""
        values: dict[str, Any] = {
            "payment_reference": await self.reference(payment),
            "case_reference": f"case-{payment}",
            **more,
        }
        dispute = await take_notice(self.graph.disputes, JOBS, TakeNotice(notice=a_notice(type_, stage, **values)))
        assert dispute is not None
        return format_id(Prefix.DISPUTE, dispute.id)

    async def opened(self, stage: DisputeStage = CHARGEBACK, **more: Any) -> str:
        """A new dispute about a new payment."""
        return await self.hear(await self.payment(), OPENED, stage, **more)

    async def warned(self, payment: str | None = None, **more: Any) -> str:
        """An issuer calls a payment fraud; the warning's id."""
        reference = await self.reference(payment or await self.payment())
        notice = a_warning_notice(payment_reference=reference, **more)
        warning = await take_warning(self.graph.disputes, JOBS, TakeWarning(notice=notice))
        assert warning is not None
        return format_id(Prefix.WARNING, warning.id)

    async def staged(self, **more: Any) -> str:
        """A dispute with a receipt as its evidence."""
        dispute = await self.opened(**more)
        answer = await self.stage(dispute, RECEIPT="Sold and delivered.")
        assert answer["__typename"] == "StageDisputeEvidencePayload", answer
        return dispute

    async def stage(self, dispute: str, actor: Actor | None = None, /, **texts: str | None) -> Json:
        """What `stageDisputeEvidence` answers."""
        given = [{"kind": kind, "text": text} for kind, text in texts.items()]
        return await self.graph.change("stageDisputeEvidence", actor, disputeId=dispute, texts=given)

    async def accept(self, dispute: str, key: str = "accept", actor: Actor | None = None) -> Json:
        """What `acceptDispute` answers."""
        return await self.graph.change("acceptDispute", actor, idempotencyKey=key, disputeId=dispute)

    async def submit(self, dispute: str, key: str = "submit", actor: Actor | None = None) -> Json:
        """What `submitDisputeEvidence` answers."""
        return await self.graph.change("submitDisputeEvidence", actor, idempotencyKey=key, disputeId=dispute)

    async def uploaded(self, dispute: str) -> str:
        """A file that was declared and sent, and not looked at yet; its id."""
        content = a_document()
        given = {
            "disputeId": dispute,
            "kind": "RECEIPT",
            "fileName": "receipt.pdf",
            "contentType": "application/pdf",
            "sizeBytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        file = (await self.graph.change("createEvidenceUpload", **given))["file"]["id"]

        async def pieces() -> AsyncGenerator[bytes]:
            yield content

        async with self.graph.disputes.units.begin(JOBS, "tests") as unit:
            row = await unit.evidence_files.get(parse_id(Prefix.EVIDENCE, file))
        storage = self.graph.disputes.storage
        assert isinstance(storage, LocalFiles)
        await storage.receive(row.upload_key, pieces())
        return file

    async def one(self, dispute: str, shown: str, actor: Actor | None = None) -> Json:
        """A dispute as the query shows it."""
        query = f"query($id: ID!) {{ dispute(id: $id) {{ {shown} }} }}"
        return (await self.graph.run(query, {"id": dispute}, actor=actor))["dispute"]

    async def reference(self, payment: str) -> str:
        """The gateway's name of a payment."""
        id_ = parse_id(Prefix.PAYMENT, payment)
        return await self.graph.value("SELECT gateway_reference FROM payments WHERE id = $1", id_)


def error_of(answer: Json) -> tuple[str, list[str] | None]:
    """The type of a mutation's error, and the path that it names."""
    return answer["__typename"], answer["path"]

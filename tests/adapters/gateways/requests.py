"""Gateway requests, short to write."""

from __future__ import annotations

from uuid import uuid4

from adapters.currencies import currency_of
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import DisputeRequest, ResponseKind, SentFile
from domain.disputes.stage import DisputeStage
from domain.kernel.money import Money
from domain.payments.gateway import GatewayRequest
from domain.payments.operation import OperationType


def an_authorization(
    token: str = "tok_visa", *, amount_minor: int = 1000, capture: bool = False, request_3ds: bool = False
) -> GatewayRequest:
    """Ask for money on a card."""
    return GatewayRequest(
        operation_id=uuid4(),
        merchant_id=uuid4(),
        type=OperationType.AUTHORIZE,
        amount=Money(amount_minor, currency_of("EUR")),
        token=token,
        capture=capture,
        request_3ds=request_3ds,
        return_url="https://shop.example/back",
    )


def a_request(
    kind: OperationType, reference: str | None, *, amount_minor: int = 1000, final: bool = False, confirms: bool = False
) -> GatewayRequest:
    """Ask for something on an authorization."""
    return GatewayRequest(
        operation_id=uuid4(),
        merchant_id=uuid4(),
        type=kind,
        amount=Money(amount_minor, currency_of("EUR")),
        gateway_reference=reference,
        final=final,
        confirms=confirms,
    )


def an_answer(case_reference: str, kind: ResponseKind = ResponseKind.COUNTER, *files: SentFile) -> DisputeRequest:
    """Answer a chargeback."""
    return DisputeRequest(
        response_id=uuid4(),
        case_reference=case_reference,
        stage=DisputeStage.CHARGEBACK,
        kind=kind,
        texts={EvidenceKind.OTHER: "It was sent."} if kind is ResponseKind.COUNTER else {},
        files=files,
    )

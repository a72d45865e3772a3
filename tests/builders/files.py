"""Files of every kind, honest and not, and what is declared of them."""

from __future__ import annotations

import hashlib
import secrets
import struct
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

from domain.disputes.category import DisputeCategory
from domain.disputes.dispute import Dispute
from domain.disputes.evidence_file import UPLOAD_LINK_LASTS, EvidenceFile, FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.file_content import FileType
from domain.disputes.file_errors import ADVICE, FileRefusal
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.stage_record import StageRecord
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR

DAY_SECONDS = 24 * 60 * 60


def a_dispute(**values: Any) -> Dispute:
    """A Visa chargeback of 40 euros that waits for its answer."""
    stage = values.get("stage", DisputeStage.CHARGEBACK)
    status = values.get("status", DisputeStatus.NEEDS_RESPONSE)
    record = StageRecord(
        stage=stage, status=status, amount_minor=4000, opened_at=MORNING, respond_by=after(20 * DAY_SECONDS)
    )
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "payment_id": new_uuid(MORNING),
        "gateway": "simulator",
        "case_reference": f"simd_{secrets.token_hex(4)}",
        "network": Network.VISA,
        "reason_code": "10.4",
        "category": DisputeCategory.FRAUDULENT,
        "stage": stage,
        "status": status,
        "stages": (record,),
        "currency": EUR,
        "amount_minor": 4000,
        "respond_by": record.respond_by,
        "opened_at": MORNING,
        "created_at": MORNING,
        "updated_at": MORNING,
    }
    return Dispute(**{**defaults, **values})


def an_evidence_file(dispute: Dispute | None = None, content: bytes = b"%PDF-", **values: Any) -> EvidenceFile:
    """A receipt that awaits its upload, unless the values say more."""
    dispute = dispute or a_dispute()
    status = values.get("status", FileStatus.AWAITING_UPLOAD)
    refused = status is FileStatus.REFUSED
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": dispute.merchant_id,
        "dispute_id": dispute.id,
        "stage": dispute.stage,
        "kind": EvidenceKind.RECEIPT,
        "name": "receipt.pdf",
        "content_type": FileType.PDF,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "status": status,
        "refusal": FileRefusal.HASH_MISMATCH if refused else None,
        "refusal_message": ADVICE[FileRefusal.HASH_MISMATCH] if refused else None,
        "key": secrets.token_urlsafe(32),
        "created_at": MORNING,
        "expires_at": MORNING + UPLOAD_LINK_LASTS,
        "stored_at": MORNING if status is FileStatus.STORED else None,
    }
    return EvidenceFile(**{**defaults, **values})


def a_document(pages: int = 1, **root: Any) -> bytes:
    """A PDF of empty pages; `root` are further entries of its catalog."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        for name, value in root.items():
            pdf.Root[f"/{name}"] = value
        return _saved(pdf)


def a_scripted_document(name: str = "/JavaScript") -> bytes:
    """A PDF that does something when it is opened; the object that says so is compressed."""
    action = pikepdf.Dictionary(S=pikepdf.Name(name), JS=pikepdf.String("app.alert(1)"))
    return a_document(OpenAction=action)


def a_document_with_attachment() -> bytes:
    """A PDF with a file inside."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["more.txt"] = b"hidden"
        return _saved(pdf)


def a_locked_document(*, user: str = "") -> bytes:
    """A PDF that only opens with a password, or says that it must not be changed."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        return _saved(pdf, encryption=pikepdf.Encryption(owner="owner", user=user))


def a_picture(kind: FileType = FileType.PNG, size: tuple[int, int] = (24, 16), **options: Any) -> bytes:
    """A picture of noise."""
    output = BytesIO()
    Image.effect_noise(size, 50).save(output, kind.name, **options)
    return output.getvalue()


def a_bomb() -> bytes:
    """A PNG of half a megabyte that would be gigabytes in memory."""
    output = BytesIO()
    Image.new("1", (60_000, 60_000)).save(output, "PNG")
    return output.getvalue()


def an_archive(content: bytes, comment: bytes = b"") -> bytes:
    """The content with an empty ZIP archive behind it, whose comment may be what the first kind of file ends in."""
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, len(content), len(comment))
    return content + end + comment


def a_chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    output = BytesIO()
    pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate, **options)
    return output.getvalue()

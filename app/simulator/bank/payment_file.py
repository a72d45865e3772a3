"""Reads a file of credit transfers: ISO 20022 pain.001.001.09, as far as this bank needs it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pyexpat import ExpatError, ParserCreate
from typing import NoReturn

from adapters.currencies import currency_of
from app.simulator.bank.transfer import HouseAccount, Transfer
from app.simulator.request import BadRequest
from domain.kernel.errors import Invalid
from domain.kernel.money import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LARGEST_FILE_BYTES = 32 * 1024 * 1024
_SEPARATOR = " "
_DEEPEST = 32
_ROOT = "Document/CstmrCdtTrfInitn"
_PAYMENT = f"{_ROOT}/PmtInf"
_TRANSFER = f"{_PAYMENT}/CdtTrfTxInf"
Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFile:
    """The transfers of one file."""

    message_id: str
    transfers: tuple[Transfer, ...]


def read_payment_file(content: bytes) -> PaymentFile:
    """The file's transfers; raise `BadRequest` for what is not well formed, has a DOCTYPE, or does not add up."""
    reading = _Reading()
    parser = ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reading.refuse_doctype
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        _refuse(f"This is not well-formed XML: line {error.lineno}, column {error.offset}.")
    return reading.file()


@dataclass(slots=True)
class _Reading:
    """Collects texts by the path below the element that they are looked for in."""

    path: list[str] = field(default_factory=list[str])
    header: Texts = field(default_factory=dict[str, str])
    payment: Texts = field(default_factory=dict[str, str])
    transfer: Texts = field(default_factory=dict[str, str])
    transfers: list[Transfer] = field(default_factory=list[Transfer])

    def refuse_doctype(self, *_: object) -> None:
        """No entities, no external parts."""
        _refuse("A payment file has no DOCTYPE.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        namespace, _, local = name.rpartition(_SEPARATOR)
        if namespace != NAMESPACE:
            _refuse(f"Every element of a payment file belongs to {NAMESPACE}.")
        if len(self.path) >= _DEEPEST:
            _refuse("The elements are nested too deeply.")
        self.path.append(local)
        where = "/".join(self.path)
        if where == _PAYMENT:
            self.payment = defaultdict(str)
        elif where == _TRANSFER:
            self.transfer = defaultdict(str)
        elif where == f"{_TRANSFER}/Amt/InstdAmt":
            self.transfer["Amt/InstdAmt/@Ccy"] = attributes.get("Ccy", "")

    def end(self, _name: str) -> None:
        """An element ends."""
        if "/".join(self.path) == _TRANSFER:
            self.transfers.append(_transfer(self.header, self.payment, self.transfer))
        self.path.pop()

    def text(self, text: str) -> None:
        """A piece of text."""
        where = "/".join(self.path)
        for root, texts in ((_TRANSFER, self.transfer), (_PAYMENT, self.payment), (_ROOT, self.header)):
            if where.startswith(f"{root}/"):
                name = where.removeprefix(f"{root}/")
                texts[name] = texts.get(name, "") + text
                return

    def file(self) -> PaymentFile:
        """The whole; raise `BadRequest` when it does not hold what its header says."""
        message_id = _of(self.header, "GrpHdr/MsgId")
        if _of(self.header, "GrpHdr/NbOfTxs") != str(len(self.transfers)):
            _refuse("GrpHdr/NbOfTxs is not the number of transfers.")
        if not self.transfers:
            _refuse("There is no transfer in this file.")
        total = sum(one.amount_minor for one in self.transfers)
        stated = self.header.get("GrpHdr/CtrlSum", "").strip()
        currency = self.transfers[0].account.currency
        same = all(one.account.currency == currency for one in self.transfers)
        if stated and same and _amount(stated, currency) != total:
            _refuse("GrpHdr/CtrlSum is not the sum of the transfers.")
        return PaymentFile(message_id=message_id, transfers=tuple(self.transfers))


def _transfer(header: Texts, payment: Texts, texts: Texts) -> Transfer:
    currency = _of(texts, "Amt/InstdAmt/@Ccy")
    day = payment.get("ReqdExctnDt/Dt") or payment.get("ReqdExctnDt/DtTm", "")
    try:
        execution_on = date.fromisoformat(day.strip()[:10])
    except ValueError:
        _refuse("ReqdExctnDt is not a date.")
    return Transfer(
        message_id=_of(header, "GrpHdr/MsgId"),
        end_to_end_id=_of(texts, "PmtId/EndToEndId"),
        account=HouseAccount(number=_account(payment, "DbtrAcct"), currency=currency),
        amount_minor=_amount(_of(texts, "Amt/InstdAmt"), currency),
        creditor_name=_of(texts, "Cdtr/Nm"),
        creditor_account=_account(texts, "CdtrAcct"),
        text=texts.get("RmtInf/Ustrd", "").strip() or None,
        execution_on=execution_on,
    )


def _account(texts: Texts, name: str) -> str:
    return texts.get(f"{name}/Id/IBAN", "").strip() or _of(texts, f"{name}/Id/Othr/Id")


def _of(texts: Texts, name: str) -> str:
    found = texts.get(name, "").strip()
    if not found:
        _refuse(f"{name.replace('/@', ' has no attribute ')} is missing.")
    return found


def _amount(text: str, currency: str) -> int:
    try:
        # The schema lets a writer fill up with zeros.
        whole, point, fraction = text.partition(".")
        kept = fraction.rstrip("0")
        minor = Money.parse(f"{whole}{point if kept else ''}{kept}", currency_of(currency)).minor
    except Invalid as invalid:
        _refuse(f"{text} {currency}: {invalid.message}")
    if minor <= 0:
        _refuse(f"{text} {currency} is not an amount that can be paid.")
    return minor


def _refuse(message: str) -> NoReturn:
    raise BadRequest(message)

"""Files of payouts as ISO 20022 writes them: CustomerCreditTransferInitiation, pain.001.001.09."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from adapters.banks.latin import latin
from domain.kernel.money import plain_notation
from domain.settlements.account_number import BANK_BESIDE, AccountScheme
from domain.settlements.file_errors import UnfitOrder, UnfitOrders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from xmlschema import XMLSchema

    from domain.settlements.house_account import HouseAccount
    from domain.settlements.payment_order import FileHead, PaymentOrder

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_SCHEMA = "pain.001.001.09.xsd"
# What SEPA's rulebooks take of a name; the schema alone would take 140.
_LONGEST_NAME = 70
_LONGEST_REMITTANCE = 140
# ExternalClearingSystemIdentification1Code, where there is a code for the clearing of a scheme.
_CLEARINGS = {AccountScheme.US_ACH: "USABA"}
# ExternalAccountIdentification1Code: what is neither an IBAN nor known by the name of its scheme is a BBAN.
_BBANS = BANK_BESIDE
_PLACE = re.compile(r"/PmtInf/CdtTrfTxInf(?:\[([0-9]+)\])?(?:/|$)")


class Pain001:
    """Satisfies `domain.settlements.file_ports.PaymentFileFormat`: the same input gives the same bytes."""

    async def write(self, head: FileHead, orders: Sequence[PaymentOrder]) -> bytes:
        """The file, valid by the schema; raise `UnfitOrders` for orders that cannot be in one."""
        # Thousands of orders take a second, in which others of this process go on.
        return await asyncio.to_thread(_written, head, orders)


def problems(content: bytes) -> list[tuple[str, str]]:
    """Where a file breaks the schema, and which rule; nothing for a valid one."""
    return [(error.path or "/", error.reason or "it breaks the schema") for error in _schema().iter_errors(content)]


@cache
def _schema() -> XMLSchema:
    import xmlschema  # noqa: PLC0415 - it takes most of a second, and few processes ever write a file

    with as_file(files("sepaxml") / "schemas" / _SCHEMA) as path:
        return xmlschema.XMLSchema(str(path))


def _written(head: FileHead, orders: Sequence[PaymentOrder]) -> bytes:
    unfit = [UnfitOrder(order.payout_id, code, why) for order in orders for code, why in _complaints(order)]
    if unfit:
        raise UnfitOrders(unfit)
    content = tostring(_document(head, orders), encoding="UTF-8", xml_declaration=True)
    found = [(_PLACE.search(path), path, reason) for path, reason in problems(content)]
    unfit = [
        UnfitOrder(orders[int(place[1] or 1) - 1].payout_id, "AC01", f"{path.rpartition('/')[2]}: {reason}")
        for place, path, reason in found
        if place is not None
    ]
    if unfit:
        raise UnfitOrders(unfit)
    if found:
        message = f"a payment file would break its schema: {found[0][1]}: {found[0][2]}"
        raise AssertionError(message)
    return content


def _complaints(order: PaymentOrder) -> Iterable[tuple[str, str]]:
    """What the schema would not notice. The codes are of ExternalReturnReason1Code."""
    if not latin(order.holder, _LONGEST_NAME):
        yield "BE04", "The account holder's name has no letters that banks take."
    if order.scheme in BANK_BESIDE and not order.routing:
        yield "RC01", "The bank account has no routing number."


def _document(head: FileHead, orders: Sequence[PaymentOrder]) -> Element:
    document = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(document, "CstmrCdtTrfInitn")
    total = plain_notation(sum(order.amount.minor for order in orders), head.currency.exponent)
    group = SubElement(initiation, "GrpHdr")
    _leaf(group, "MsgId", head.message_id)
    _leaf(group, "CreDtTm", _moment(head.created_at))
    _leaf(group, "NbOfTxs", str(len(orders)))
    _leaf(group, "CtrlSum", total)
    _leaf(SubElement(group, "InitgPty"), "Nm", latin(head.account.holder, _LONGEST_NAME))
    payment = SubElement(initiation, "PmtInf")
    _leaf(payment, "PmtInfId", head.message_id)
    _leaf(payment, "PmtMtd", "TRF")
    # Each payout is a line of its own on our statement, by which it is matched.
    _leaf(payment, "BtchBookg", "false")
    _leaf(payment, "NbOfTxs", str(len(orders)))
    _leaf(payment, "CtrlSum", total)
    in_sepa = head.currency.code == "EUR" and all(scheme is AccountScheme.IBAN for scheme in _schemes(head, orders))
    _leaf(SubElement(SubElement(payment, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA" if in_sepa else "NURG")
    _leaf(SubElement(payment, "ReqdExctnDt"), "Dt", _day(head.execution_on))
    _leaf(SubElement(payment, "Dbtr"), "Nm", latin(head.account.holder, _LONGEST_NAME))
    account = _account(payment, "DbtrAcct", head.account.scheme, head.account.number)
    _leaf(account, "Ccy", head.currency.code)
    if not _agent(payment, "DbtrAgt", head.account):
        institution = SubElement(SubElement(payment, "DbtrAgt"), "FinInstnId")
        _leaf(SubElement(institution, "Othr"), "Id", "NOTPROVIDED")
    _leaf(payment, "ChrgBr", "SLEV" if in_sepa else "SHAR")
    for order in orders:
        _transfer(payment, order)
    return document


def _transfer(payment: Element, order: PaymentOrder) -> None:
    transfer = SubElement(payment, "CdtTrfTxInf")
    ids = SubElement(transfer, "PmtId")
    _leaf(ids, "InstrId", order.end_to_end_id)
    _leaf(ids, "EndToEndId", order.end_to_end_id)
    amount = SubElement(SubElement(transfer, "Amt"), "InstdAmt", Ccy=order.amount.currency.code)
    amount.text = order.amount.plain
    if _agent(transfer, "CdtrAgt", order) and order.branch is not None:
        _leaf(SubElement(transfer[-1], "BrnchId"), "Id", order.branch)
    _leaf(SubElement(transfer, "Cdtr"), "Nm", latin(order.holder, _LONGEST_NAME))
    _account(transfer, "CdtrAcct", order.scheme, order.number)
    _leaf(SubElement(transfer, "RmtInf"), "Ustrd", latin(order.remittance_text, _LONGEST_REMITTANCE))


def _agent(parent: Element, tag: str, of: HouseAccount | PaymentOrder) -> bool:
    """The bank, if anything more than the account's number says which."""
    if of.bic is None and of.routing is None:
        return False
    institution = SubElement(SubElement(parent, tag), "FinInstnId")
    if of.bic is not None:
        _leaf(institution, "BICFI", of.bic)
    if of.routing is not None:
        member = SubElement(institution, "ClrSysMmbId")
        if of.scheme in _CLEARINGS:
            _leaf(SubElement(member, "ClrSysId"), "Cd", _CLEARINGS[of.scheme])
        _leaf(member, "MmbId", of.routing)
    return True


def _account(parent: Element, tag: str, scheme: AccountScheme, number: str) -> Element:
    account = SubElement(parent, tag)
    identification = SubElement(account, "Id")
    if scheme is AccountScheme.IBAN:
        _leaf(identification, "IBAN", number)
        return account
    other = SubElement(identification, "Othr")
    _leaf(other, "Id", number)
    name = SubElement(other, "SchmeNm")
    if scheme in _BBANS:
        _leaf(name, "Cd", "BBAN")
    else:
        _leaf(name, "Prtry", scheme.value)
    return account


def _schemes(head: FileHead, orders: Sequence[PaymentOrder]) -> Iterable[AccountScheme]:
    yield head.account.scheme
    for order in orders:
        yield order.scheme


def _leaf(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(on: date) -> str:
    return on.isoformat()

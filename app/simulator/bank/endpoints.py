"""The bank over HTTP: files of transfers in, statements out, and what a test wants to happen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.answers import json_answer
from app.simulator.bank.bank_books import Remittance
from app.simulator.bank.bank_page import bank_page
from app.simulator.bank.conduct import ending_of
from app.simulator.bank.payment_file import LARGEST_FILE_BYTES, read_payment_file
from app.simulator.bank.statement_file import StatementVersion, statement_file
from app.simulator.bank.transfer import HouseAccount
from app.simulator.body import read_body
from app.simulator.reading import only, optional_amount, optional_currency, optional_text, refuse, text
from app.simulator.request import read_object

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.simulator.bank.bank_books import BankBooks
    from app.simulator.bank.mailbox import Mailbox
    from app.simulator.bank.transfer import Booking, Statement, Transfer

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.xml")
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}")
_CLOSED_ACCOUNT = "AC04"


class BankEndpoints:
    """`mailbox` is None when no directories were given: then HTTP is the only way in and out."""

    def __init__(self, books: BankBooks, mailbox: Mailbox | None) -> None:
        self._books = books
        self._mailbox = mailbox

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/bank", self.page, methods=["GET"]),
            Route("/bank/files", self.take, methods=["POST"]),
            Route("/bank/transfers", self.transfers, methods=["GET"]),
            Route("/bank/returns", self.give_back, methods=["POST"]),
            Route("/bank/remittances", self.remit, methods=["POST"]),
            Route("/bank/statements", self.statements, methods=["GET"]),
            Route("/bank/statements", self.make_statements, methods=["POST"]),
            Route("/bank/statements/{statement_id}", self.statement, methods=["GET"]),
            Route("/bank/statements/{statement_id}/copies", self.copy, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """For people: which endings ask for what, and what there is."""
        del request
        return bank_page(await self._books.transfers(), await self._books.statements(), self._books.balances())

    async def take(self, request: Request) -> Response:
        """A file of transfers."""
        file = read_payment_file(await read_body(request, LARGEST_FILE_BYTES))
        fresh = await self._books.take(file)
        answer = {"message_id": file.message_id, "transfers": len(file.transfers), "fresh": fresh}
        return json_answer(answer, 201 if fresh else 200)

    async def transfers(self, request: Request) -> Response:
        """Every transfer with its bookings."""
        del request
        found = await self._books.transfers()
        return json_answer({"transfers": [_transfer_document(*one) for one in found]})

    async def give_back(self, request: Request) -> Response:
        """The creditor's bank returns a transfer, now."""
        value = read_object(await read_body(request))
        only(value, "end_to_end_id", "reason")
        reason = optional_text(value, "reason") or _CLOSED_ACCOUNT
        if not _REASON.fullmatch(reason):
            refuse("reason must be an ISO 20022 return reason such as AC04.")
        bookings = await self._books.give_back(text(value, "end_to_end_id"), reason)
        return json_answer({"bookings": [_booking_document(one) for one in bookings]}, 201)

    async def remit(self, request: Request) -> Response:
        """An acquirer sends money to an account of ours."""
        value = read_object(await read_body(request))
        only(value, "account", "currency", "amount_minor", "sender", "reference")
        amount_minor, currency = optional_amount(value, "amount_minor"), optional_currency(value, "currency")
        if amount_minor is None or currency is None:
            refuse("amount_minor and currency are needed.")
        remittance = Remittance(
            account=HouseAccount(number=text(value, "account"), currency=currency),
            amount_minor=amount_minor,
            sender=optional_text(value, "sender") or "Simulator Acquiring",
            reference=text(value, "reference", 140),
        )
        return json_answer(_booking_document(await self._books.remit(remittance)), 201)

    async def statements(self, request: Request) -> Response:
        """Every statement."""
        del request
        return json_answer({"statements": [_statement_document(one) for one in await self._books.statements()]})

    async def make_statements(self, request: Request) -> Response:
        """Make the statements that are due at once, rather than within a second."""
        del request
        made = await self._books.make_statements()
        if self._mailbox is not None:
            await self._mailbox.post()
        return json_answer({"statements": [_statement_document(one) for one in made]}, 201)

    async def statement(self, request: Request) -> Response:
        """A statement's file."""
        statement = await self._books.statement(request.path_params["statement_id"])
        version = _version(request.query_params.get("version", StatementVersion.V08))
        return Response(statement_file(statement, version), media_type="application/xml")

    async def copy(self, request: Request) -> Response:
        """The same statement once more, as banks do: under another name, or in the other version."""
        if self._mailbox is None:
            raise HTTPException(409, "This bank has no directory to put files into.")
        body = await read_body(request)
        value = read_object(body) if body else {}
        only(value, "name", "version")
        statement = await self._books.statement(request.path_params["statement_id"])
        version = _version(optional_text(value, "version") or StatementVersion.V08)
        name = optional_text(value, "name") or f"camt053-{statement.id}-copy-{version}.xml"
        if not _FILE_NAME.fullmatch(name):
            refuse("name must be a file name of letters, digits, dots and hyphens that ends in .xml.")
        await self._mailbox.copy(statement, name, version)
        return json_answer({"name": name}, 201)


def _version(value: str) -> StatementVersion:
    if value not in tuple(StatementVersion):
        refuse(f"version must be one of {', '.join(StatementVersion)}.")
    return StatementVersion(value)


def _transfer_document(transfer: Transfer, bookings: list[Booking]) -> dict[str, Any]:
    ending = ending_of(transfer.creditor_account, transfer.amount_minor)
    return {
        "message_id": transfer.message_id,
        "end_to_end_id": transfer.end_to_end_id,
        "account": transfer.account.number,
        "currency": transfer.account.currency,
        "amount_minor": transfer.amount_minor,
        "creditor_name": transfer.creditor_name,
        "creditor_account": transfer.creditor_account,
        "conduct": str(ending.conduct),
        "bookings": [_booking_document(one) for one in bookings],
    }


def _booking_document(booking: Booking) -> dict[str, Any]:
    return {
        "bank_reference": booking.bank_reference,
        "amount_minor": booking.amount_minor,
        "end_to_end_id": booking.end_to_end_id,
        "reason": booking.reason,
        "booked_at": booking.booked_at.isoformat(),
    }


def _statement_document(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "account": statement.account.number,
        "currency": statement.account.currency,
        "number": statement.number,
        "opening_minor": statement.opening_minor,
        "closing_minor": statement.closing_minor,
        "entries": len(statement.bookings),
        "made_at": statement.made_at.isoformat(),
    }

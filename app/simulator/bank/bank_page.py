"""The bank's page for people: which endings ask for what, the balances, transfers and statements."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from app.simulator.bank.conduct import ENDINGS
from app.simulator.page import amount_in_words, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.responses import HTMLResponse

    from app.simulator.bank.transfer import Booking, HouseAccount, Statement, Transfer

_MOST = 100


def bank_page(
    transfers: Sequence[tuple[Transfer, list[Booking]]],
    statements: Sequence[Statement],
    balances: Mapping[HouseAccount, int],
) -> HTMLResponse:
    """The page; the newest come first."""
    endings = _table(
        "What the last three digits of the creditor&#8217;s account ask for, or else those of the minor units",
        ("Digits", "What happens", "Reason"),
        ((one.digits, one.description, one.reason or "") for one in ENDINGS),
    )
    accounts = _table(
        "Accounts",
        ("Account", "Balance"),
        ((account.number, amount_in_words(minor, account.currency)) for account, minor in balances.items()),
    )
    made = _table(
        f"The newest {_MOST} transfers",
        ("End-to-end id", "Amount", "To", "Booked"),
        (_transfer(*one) for one in islice(reversed(transfers), _MOST)),
    )
    links = "".join(map(_statement, islice(reversed(statements), _MOST)))
    content = f"""<p>Takes pain.001.001.09 and answers with camt.053. No real money moves.</p>
{endings}{accounts}{made}<section aria-labelledby="statements"><h2 id="statements">Statements</h2>
<ul>{links}</ul>{"" if links else "<p>There are none.</p>"}</section>"""
    return page("Bank", content, wide=True)


def _table(caption: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    nothing = "" if body else "<p>There are none.</p>"
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{nothing}"


def _transfer(transfer: Transfer, bookings: list[Booking]) -> tuple[str, ...]:
    currency = transfer.account.currency
    booked = ", ".join(
        amount_in_words(one.amount_minor, currency) + (f" ({one.reason})" if one.reason else "") for one in bookings
    )
    amount = amount_in_words(transfer.amount_minor, currency)
    return (transfer.end_to_end_id, amount, f"{transfer.creditor_name}, {transfer.creditor_account}", booked)


def _statement(statement: Statement) -> str:
    path, currency = f"/bank/statements/{escape(statement.id)}", statement.account.currency
    balances = (
        f"{len(statement.bookings)} entries, {amount_in_words(statement.opening_minor, currency)}"
        f" to {amount_in_words(statement.closing_minor, currency)}"
    )
    return (
        f'<li><a href="{path}">{escape(statement.id)}</a>: {escape(balances)}'
        f' (<a href="{path}?version=02">version 02</a>)</li>'
    )

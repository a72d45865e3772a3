"""Every list is what plain Python makes of the same payments, by whatever statement it is read."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres.database import Database
from adapters.postgres.payments import lists, words
from adapters.postgres.payments.lists import Shape
from adapters.postgres.payments.reads import PaymentReads
from adapters.postgres.payments.search import search
from adapters.postgres.unit import PostgresUnits
from domain.identity.actor import Scope
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest
from domain.kernel.span import Span
from domain.payments.decline import DeclineCode
from domain.payments.filter import PaymentFilter, PaymentOrder
from domain.payments.method import CardBrand, PaymentMethodType
from domain.payments.payment import PaymentStatus
from tests.adapters.postgres.payments.book import CITIES, Book, a_book, scaled, write
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.fakes.desk import JOBS
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Sequence

    from app.postgres import EmbeddedPostgres
    from domain.payments.payment import Payment

LARGE, SMALL, TINY, SMALLEST = (new_uuid(MORNING) for _ in range(4))
MERCHANTS = {LARGE: 500, SMALL: 60, TINY: 20, SMALLEST: 5}
STRANGERS = frozenset(new_uuid(MORNING) for _ in range(9))
SCOPES = (
    Scope(None),
    Scope(frozenset({LARGE})),
    Scope(frozenset({SMALL})),
    Scope(frozenset({LARGE, SMALL})),
    Scope(frozenset({LARGE, TINY, SMALL})),
    Scope(frozenset({LARGE, SMALL}) | STRANGERS),
    Scope(frozenset()),
)
_SEARCHES = 120
_ASKED = (None, frozenset(lists.LISTED))


@pytest.fixture(params=["gathered", "walked", "ordered"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """Few are gathered, and many are walked through: what a thousand would be in a large list is one here, or all."""
    few = 100_000 if request.param == "gathered" else 1
    monkeypatch.setattr(lists, "MOST_CANDIDATES", few)
    monkeypatch.setattr(words, "MOST_CANDIDATES", few)
    monkeypatch.setattr(lists, "MAX_PAGE", few)
    monkeypatch.setattr(lists, "WINDOW", 5 if request.param == "ordered" else 100_000)
    lists.statement.cache_clear()
    yield request.param
    lists.statement.cache_clear()


@pytest.fixture(scope="module")
async def library(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database for all tests here, which only read."""
    name = await create_copy(cluster)
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


@pytest.fixture(scope="module")
async def database(library: str) -> AsyncGenerator[Database]:
    database = await Database.connect(library, size=4)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def book(database: Database, library: str) -> Book:
    """A few hundred payments, most of them one merchant's."""
    async with PostgresUnits(database).begin(JOBS, "test") as unit:
        for merchant_id in MERCHANTS:
            await unit.merchants.add(a_merchant(id=merchant_id))
        await unit.commit()
    book = a_book(random.Random(20260302), MERCHANTS)
    owner = await asyncpg.connect(library)
    await write(owner, book)
    await owner.close()
    return book


def values(book: Book, one: Payment, draw: random.Random) -> dict[str, Callable[[], Any]]:
    """A value for each field of the filter, most of them such that the payment has it."""
    customer = book.customers.get(one.customer_id or one.id)
    moment = after(draw.randrange(200) * 3600)
    low = draw.randint(1, 60) * 10_000

    def some(*choices: Any) -> tuple[Any, ...]:
        return tuple(draw.choices(choices, k=draw.randint(0, 4)))

    return {
        "payment_id": lambda: one.id,
        "status": lambda: some(*PaymentStatus, one.status),
        "currency": lambda: some("EUR", "JPY", "USD", one.currency.code),
        "amount": lambda: draw.choice(
            (Span(gte=low), Span(gt=low, lte=low + 30_000), Span(lt=low), Span(gte=scaled(one)))
        ),
        "created_at": lambda: draw.choice((Span(gte=moment), Span(lt=moment), Span(gt=moment, lte=after(700_000)))),
        "captured_at": lambda: draw.choice((Span(gte=moment), Span(lt=moment), Span(gt=moment, lte=after(500_000)))),
        "method": lambda: some(*PaymentMethodType),
        "brand": lambda: some(*CardBrand),
        "last4": lambda: draw.choice(("4242", "1111", "9999")),
        "customer_id": lambda: one.customer_id,
        "customer_email": lambda: customer.email if customer else "nobody@example.com",
        "reference": lambda: one.reference,
        "gateway": lambda: some("simulator", "northbank"),
        "decline_code": lambda: some(*DeclineCode),
        "risk_score": lambda: Span(gte=draw.randint(0, 100)),
        "has_dispute": lambda: draw.random() < 0.5,
        "has_refund": lambda: draw.random() < 0.5,
        "has_unknown_outcome": lambda: draw.random() < 0.5,
        "metadata": lambda: tuple(list(one.metadata.items())[: draw.randint(0, 2)]),
        "text": lambda: draw.choice(("order", "ber", "ORDER same", "order 1", "buyer", "example 2", "zzz", *CITIES)),
        "text_finds_emails": lambda: draw.random() < 0.5,
    }


def a_filter(book: Book, draw: random.Random) -> PaymentFilter:
    given = values(book, draw.choice(book.payments), draw)
    names = draw.sample(sorted(given), k=draw.choice((0, 1, 1, 1, 2, 2, 3)))
    return PaymentFilter(**{name: given[name]() for name in names})


def shown(payments: Sequence[Payment]) -> list[list[Any]]:
    """What lists show of payments."""
    return [[reduce(getattr, path.split("."), one) for path in lists.LISTED] for one in payments]


async def test_a_list_is_what_python_makes_of_it(database: Database, book: Book, ways: str) -> None:
    """Fields alone and together, in every order, forward and backward, from any row of the list, read whole or not."""
    reads, draw = PaymentReads(database), random.Random(ways)
    pages = 0
    for _ in range(_SEARCHES):
        scope, order = draw.choice(SCOPES), draw.choice([*PaymentOrder])
        wanted = a_filter(book, draw)
        listed = book.found(scope, wanted, order)
        row = draw.choice(listed) if listed and draw.random() < 0.6 else None
        cursor = None if row is None else reads.cursor(row, order)
        request = PageRequest(limit=draw.choice((1, 7, 25, 100)), cursor=cursor, backward=draw.random() < 0.3)
        answer = await reads.search(scope, wanted, order, request, draw.choice(_ASKED))
        expected = book.page(listed, request, row)
        assert [one.id for one in answer.rows] == [one.id for one in expected.rows], (scope, wanted, order, request)
        assert shown(answer.rows) == shown(expected.rows)
        assert (answer.has_next, answer.has_previous) == (expected.has_next, expected.has_previous), (wanted, request)
        pages += len(answer.rows) > 1
    assert pages > _SEARCHES / 4


@pytest.mark.parametrize("field", sorted(set(PaymentFilter.__slots__) - {"text_finds_emails"}))
async def test_each_field_alone_in_every_order(database: Database, book: Book, ways: str, field: str) -> None:
    reads, draw = PaymentReads(database), random.Random(f"{ways}{field}")
    for order in PaymentOrder:
        for scope in (SCOPES[0], SCOPES[1], SCOPES[3]):
            wanted = PaymentFilter(**{field: values(book, draw.choice(book.payments), draw)[field]()})
            expected = book.found(scope, wanted, order)[:50]
            for asked in _ASKED:
                answer = await reads.search(scope, wanted, order, PageRequest(limit=50), asked)
                assert [one.id for one in answer.rows] == [one.id for one in expected], wanted
                assert shown(answer.rows) == shown(expected)


async def test_what_is_given_twice_is_found_once(database: Database, book: Book) -> None:
    twice = PaymentFilter(status=(PaymentStatus.CAPTURED,) * 2, currency=("EUR", "EUR"))
    once = replace(twice, status=twice.status[:1] if twice.status else None, currency=("EUR",))
    reads = PaymentReads(database)
    for wanted in (twice, once):
        answer = await reads.search(SCOPES[1], wanted, PaymentOrder.CREATED_AT_DESC, PageRequest(limit=100))
        assert [one.id for one in answer.rows] == [
            one.id for one in book.found(SCOPES[1], once, PaymentOrder.CREATED_AT_DESC)[:100]
        ]


async def test_children_come_with_their_parents(database: Database, book: Book) -> None:
    reads = PaymentReads(database)
    assert await reads.captures_of(SCOPES[0], book.payments[:5]) == [[]] * 5
    assert await reads.refunds_of(SCOPES[0], []) == []


def shape(**given: Any) -> Shape:
    conditions, _ = search(SCOPES[1], PaymentFilter(**given))
    return Shape(conditions, PaymentOrder.CREATED_AT_DESC, False, False, 26)


def test_filters_of_one_shape_share_a_statement() -> None:
    same = [shape(status=(status,), last4=last4) for status, last4 in zip(PaymentStatus, ("1", "2"), strict=False)]
    assert len({lists.statement(one).sql for one in same}) == 1
    assert lists.statement(same[0]) is lists.statement(same[1])


def test_no_value_is_in_a_statement() -> None:
    value = "O'Reilly-4711"
    for given in ({"reference": value}, {"text": value}, {"metadata": ((value, value),)}, {"customer_email": value}):
        sql = lists.statement(shape(**given)).sql
        assert "4711" not in sql
        assert "Reilly" not in sql

"""From graphql-core's test_mutations: one after the other."""

from __future__ import annotations

from asyncio import sleep
from typing import Any

import pytest
from graphql import build_schema

from tests.api.execution.both import ask, both, compare

SCHEMA = build_schema(
    """
    type Holder { theNumber: Int promiseToGetTheNumber: Int mustFail: Int! }
    type Query { holder: Holder }
    type Mutation {
      now(to: Int): Holder
      promise(to: Int): Holder
      fail(to: Int): Holder
      promiseAndFail(to: Int): Holder
      must(to: Int): Holder!
      mustBe(to: Int): Int!
    }
    """
)


class Holder:
    """Holds a number, which the fields below it see as it is when they are asked."""

    def __init__(self, number: int) -> None:
        self.theNumber = number

    async def promiseToGetTheNumber(self, _info: Any) -> int:  # noqa: N802 - as the schema has it
        await sleep(0)
        return self.theNumber

    def mustFail(self, _info: Any) -> None:  # noqa: N802
        return None


class Root:
    """A holder, and what was done to it."""

    def __init__(self) -> None:
        self.holder = Holder(6)
        self.done: list[int] = []

    def now(self, _info: Any, to: int) -> Holder:
        self.done.append(to)
        self.holder.theNumber = to
        return self.holder

    must = now

    async def promise(self, info: Any, to: int) -> Holder:
        await sleep(0)
        return self.now(info, to)

    def fail(self, _info: Any, to: int) -> Holder:
        self.done.append(to)
        raise RuntimeError(f"Cannot change the number to {to}")

    async def promiseAndFail(self, info: Any, to: int) -> Holder:  # noqa: N802
        await sleep(0)
        return self.fail(info, to)

    def mustBe(self, _info: Any, to: int) -> int | None:  # noqa: N802
        self.done.append(to)
        return to or None


async def test_mutations_are_evaluated_one_after_the_other() -> None:
    answer = await both(
        SCHEMA,
        """
        mutation M {
          first: now(to: 1) { theNumber }
          second: promise(to: 2) { theNumber promiseToGetTheNumber }
          third: now(to: 3) { promiseToGetTheNumber theNumber }
          fourth: promise(to: 4) { promiseToGetTheNumber }
          fifth: now(to: 5) { theNumber }
        }
        """,
        root=Root,
    )
    assert answer == (
        {
            "first": {"theNumber": 1},
            "second": {"theNumber": 2, "promiseToGetTheNumber": 2},
            "third": {"promiseToGetTheNumber": 3, "theNumber": 3},
            "fourth": {"promiseToGetTheNumber": 4},
            "fifth": {"theNumber": 5},
        },
        None,
    )


async def test_a_mutation_that_fails_does_not_stop_the_others() -> None:
    answer = await both(
        SCHEMA,
        """
        mutation M {
          first: now(to: 1) { theNumber }
          second: promise(to: 2) { theNumber }
          third: fail(to: 3) { theNumber }
          fourth: promise(to: 4) { theNumber }
          sixth: promiseAndFail(to: 6) { theNumber }
          seventh: now(to: 7) { mustFail }
          eighth: now(to: 8) { theNumber }
        }
        """,
        root=Root,
    )
    assert answer.data == {
        "first": {"theNumber": 1},
        "second": {"theNumber": 2},
        "third": None,
        "fourth": {"theNumber": 4},
        "sixth": None,
        "seventh": None,
        "eighth": {"theNumber": 8},
    }
    assert [error.path for error in answer.errors or ()] == [["third"], ["sixth"], ["seventh", "mustFail"]]


async def test_a_mutation_within_a_fragment() -> None:
    answer = await both(
        SCHEMA,
        "mutation M { ...F second: now(to: 2) { theNumber } } fragment F on Mutation { first: promise(to: 1) { theNumber } }",
        root=Root,
    )
    assert answer == ({"first": {"theNumber": 1}, "second": {"theNumber": 2}}, None)


@pytest.mark.parametrize(
    ("source", "done"),
    [
        ("mutation { a: now(to: 1) { theNumber } b: must(to: 2) { mustFail } c: now(to: 3) { theNumber } }", [1, 2]),
        ("mutation { a: mustBe(to: 1) b: mustBe(to: 0) c: mustBe(to: 3) }", [1, 0]),
        ("mutation { a: now(to: 1) { mustFail } b: now(to: 2) { theNumber } }", [1, 2]),
    ],
)
async def test_nothing_is_done_once_the_answer_is_null(source: str, done: list[int]) -> None:
    roots: list[Root] = []

    def root() -> Root:
        roots.append(Root())
        return roots[-1]

    await compare(ask(SCHEMA, source, root=root))
    assert all(each.done == done for each in roots)
    assert len(roots) > 1

"""Thousands of random operations, on the adversarial schema and on our own: both executors answer the same.

Every run asks the same: of each operation that hypothesis-graphql generates a dozen, disturbed in as many ways
(`operations.py`). `EXAMPLES=2000` is a quarter of an hour of them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING, Any

from graphql import GraphQLScalarType, get_named_type, is_leaf_type, is_specified_scalar_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api.execution.adversarial import adversarial_root, adversarial_schema
from tests.api.execution.both import Question, Refused, ask, compare
from tests.api.execution.branches import BRANCHES, Asked
from tests.api.execution.operations import disturbed, documents, narrowed, text_values
from tests.api.execution.own_stubs import Made, stubbed_schema
from tests.api.execution.strange import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, GraphQLSchema

_EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
_WAYS = 12
_NARROWED = 6
_SEEDS = st.integers(0, 2**32)
# An example is a dozen operations on two executors: neither small nor quick.
_CHECKS: Any = list(HealthCheck)
_settings = settings(
    max_examples=_EXAMPLES // 2,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=_CHECKS,
)


@cache
def _narrowed() -> list[GraphQLSchema]:
    """The adversarial schema with a few fields, in some ways."""
    schema: Any = adversarial_schema(asynchronous=False)
    fields = schema.get_type("Node").fields
    leaves = [name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))]
    composites = [name for name in fields if name not in leaves]
    shared = [name for name in composites if name in schema.query_type.fields and name in schema.mutation_type.fields]
    own = {"ripe", "differs", "onlyApple", "onlyStone", "onlyPear"}
    random = Random(1)
    return [
        narrowed(schema, {*own, *random.sample(shared, 2), *random.sample(leaves, 4), *random.sample(composites, 3)})
        for _ in range(_NARROWED)
    ]


_hurting = st.deferred(
    lambda: st.sampled_from(_narrowed()).flatmap(lambda schema: documents(schema, most=3, Odd=text_values("a", "b")))
)


def _of_branches() -> st.SearchStrategy[list[DocumentNode]]:
    # How many parents meet in a DataLoader may depend on what is waited for around them, and so does what it says when
    # their number is wrong.
    names = {name for kind in BRANCHES.type_map.values() for name in getattr(kind, "fields", ())}
    return st.deferred(lambda: documents(narrowed(BRANCHES, names - {"wrongNumber"}), most=3))


def _of_our_own() -> st.SearchStrategy[list[DocumentNode]]:
    schema = stubbed_schema()
    scalars = {
        kind.name: text_values("EUR", "1.00", "2026-03-02T09:00:00Z")
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind)
    }
    return documents(schema, most=1, **scalars)


def _questions(schema: GraphQLSchema, generated: list[DocumentNode], seed: int) -> Iterator[tuple[Question, int]]:
    """The operation in all its ways, as far as they are valid, each with the seed of what it is asked of."""
    for way in range(_WAYS):
        chosen = below(seed, way)
        operation = disturbed(schema, generated, Random(chosen))
        with suppress(Refused):
            yield ask(schema, operation.source, variables=operation.variables), chosen


@settings(_settings, max_examples=_EXAMPLES)
@given(_hurting, _SEEDS)
async def test_resolvers_that_do_all_wrong_are_answered_for_alike(generated: list[DocumentNode], seed: int) -> None:
    later = adversarial_schema(asynchronous=True)
    for question, chosen in _questions(adversarial_schema(asynchronous=False), generated, seed):
        await compare(replace(question, root=partial(adversarial_root, chosen, asynchronous=False)))
        of_later = replace(question, schema=later, root=partial(adversarial_root, chosen, asynchronous=True))
        await compare(of_later, exact=False, times=1)


@_settings
@given(_of_branches(), _SEEDS)
async def test_batches_that_do_all_wrong_are_answered_for_alike(generated: list[DocumentNode], seed: int) -> None:
    for question, _ in _questions(BRANCHES, generated, seed):
        plan = question.compiled()
        for salt in (1, 2, 3, 1):
            await compare(replace(question, context=partial(Asked, salt)), plan=plan, exact=False, times=1)


@_settings
@given(st.deferred(_of_our_own), _SEEDS)
async def test_operations_on_our_own_schema_are_answered_alike(generated: list[DocumentNode], seed: int) -> None:
    for question, chosen in _questions(stubbed_schema(), generated, seed):
        await compare(replace(question, root=Made("Query", chosen)), times=1)

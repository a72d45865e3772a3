"""Chosen operations on both executors: what each of them is about, random ones meet only by chance."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import strawberry
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
)

from api.derivation import derived
from domain.kernel.errors import Forbidden, Invalid
from tests.api.execution.adversarial import adversarial_root, adversarial_schema
from tests.api.execution.both import ask, both, compare, left_to_graphql_core
from tests.api.execution.branches import BRANCHES, Asked, Branch, Bud, Leaf, Twig

if TYPE_CHECKING:
    from graphql import ExecutionResult

_SEEDS = 25
OPERATIONS = {
    "nulls where none may be, at every depth": """
        { appleCube { intMust stoneAllMust { intMust nodeMust { intMust } } grownGridMust { stringMust } }
          nodeManyMust { appleMust { fruitMust { __typename } } } whateverGrid { ... on Node { idMust } } }
    """,
    "lists of lists of all leaves": """
        { intGrid intCube intManyMust floatManyMust stringManyMust idManyMust booleanManyMust colourManyMust oddManyMust
          stoneCube { intGridMust intCube oddManyMust } }
    """,
    "leaves that cannot be written": """
        { appleMany { int float string id boolean colour odd intMust floatMust }
          stoneManyMust { int float string id boolean colour odd } }
    """,
    "types that are resolved wrongly": """
        { nodeMany { __typename id ... on Apple { onlyApple } ... on Pear { onlyPear } ... on Stone { onlyStone } }
          fruitGrid { __typename ... on Grown { ripe id } }
          whateverCube { __typename ... on Stone { differs } ... on Node { node { __typename } } } }
    """,
    "the same fields from fragments on everything": """
        { whateverMany { ...A ... on Grown { ripe ...B } ... on Node { ...B id } ... on Stone { node { ...B } } } }
        fragment A on Node { node { id ... on Apple { differs } } ...B }
        fragment B on Node { node { int ... on Pear { differs } ...C } grown { ...C } }
        fragment C on Grown { ripe fruit { __typename ... on Pear { onlyPear } } }
    """,
    "fields that are asked for again and again": """
        { a: apple { id } a: apple { int } ... { a: apple { stone { id } } } ... on Query { a: apple { stone { int } } }
          b: appleMany { stoneMany { id } stoneMany { id float } x: stoneMany { id } } b: appleMany { id } }
    """,
    "conditions everywhere": """
        query ($yes: Boolean = true, $no: Boolean! = false) {
          __typename @include(if: $yes) appleMany @skip(if: $no) { id @include(if: $no) int @skip(if: $no)
            ... on Apple @include(if: $yes) { ripe ...F @skip(if: $yes) } ... @skip(if: $no) { stone { __typename } } }
          stone @include(if: $yes) @skip(if: $yes) { id } ...G @include(if: $yes) }
        fragment F on Apple { onlyApple } fragment G on Query { appleMany { string } never: int @include(if: $no) }
    """,
    "arguments": """
        query ($n: Int = 5, $t: String, $c: Colour = GREEN, $g: Given, $salt: Int) {
          a: echo b: echo(number: null, needed: 1) c: echo(number: $n, text: $t) d: echo(colours: [RED, $c])
          e: echo(given: {names: ["a"], deeper: {flag: null, point: {x: 1, y: 2.5}}}) f: echo(given: $g)
          g: echo(ids: [[1, "a"], null]) h: echo(choice: {a: "x"}) i: echo(odd: {any: [1, "thing", $n]})
          j: echo(ids: 1) salted: nodeMany(salt: $salt) { node(salt: 1) { id } } }
    """,
    "a null that takes the answer with it": "{ appleMany { id } must: intMust nodeMany { idMust } }",
    "mutations": """
        mutation ($salt: Int) { a: apple { intMust } b: appleMust { nodeMany(salt: $salt) { idMust } }
          c: stoneMany { id } d: grown { ripe } __typename }
    """,
}


@pytest.mark.parametrize("about", OPERATIONS)
async def test_synchronous_resolvers(about: str) -> None:
    question_of = partial(ask, adversarial_schema(asynchronous=False), OPERATIONS[about])
    plan = question_of().compiled()
    for seed in range(_SEEDS):
        question = question_of(root=partial(adversarial_root, seed, asynchronous=False))
        await compare(question, plan=plan, times=1)


@pytest.mark.parametrize("about", OPERATIONS)
async def test_asynchronous_resolvers(about: str) -> None:
    question_of = partial(ask, adversarial_schema(asynchronous=True), OPERATIONS[about])
    plan = question_of().compiled()
    for seed in range(_SEEDS):
        question = question_of(root=partial(adversarial_root, seed, asynchronous=True))
        await compare(question, plan=plan, times=1, exact=False)


@pytest.mark.parametrize("error", [StopIteration(), KeyError("key"), RuntimeError(), TimeoutError("too late")])
async def test_any_exception_of_a_scalar_is_one_values_error(error: Exception) -> None:
    def write(value: str) -> str:
        if value == "b":
            raise error
        return value.upper()

    kind = GraphQLObjectType("Kind", {"v": GraphQLField(GraphQLScalarType("Odd", coerce_output_value=write))})
    schema = GraphQLSchema(GraphQLObjectType("Query", {name: GraphQLField(kind) for name in "abc"}))
    many = build_schema("type Kind { v: Odd } scalar Odd type Query { all: [Kind] values: [Odd] }")
    odd: Any = many.get_type("Odd")
    odd.coerce_output_value = write
    root = {name: {"v": name} for name in "abc"}
    answer = await both(schema, "{ a { v } b { v } c { v } }", root=root)
    assert answer.data == {"a": {"v": "A"}, "b": {"v": None}, "c": {"v": "C"}}
    answer = await both(many, "{ all { v } values }", root={"all": list(root.values()), "values": list("abc")})
    assert answer.data == {"all": [{"v": "A"}, {"v": None}, {"v": "C"}], "values": ["A", None, "C"]}


async def test_a_condition_that_is_null_is_left_to_graphql_core() -> None:
    source = "query ($c: Boolean = true) { int @include(if: $c) }"
    schema = adversarial_schema(asynchronous=False)
    question = ask(schema, source, variables={"c": None}, root=partial(adversarial_root, 1, asynchronous=False))
    answer = await left_to_graphql_core(question)
    assert answer.data is None


async def _branches(selected: str, *roots: Any, context: Any = Asked, **options: Any) -> ExecutionResult:
    """What is selected of these branches."""
    fields = f"query ($yes: Boolean = true) {{ branches(seed: 1) @include(if: $yes) {{ {selected} }} }}"
    schema: Any = _with_branches(list(roots)) if roots else BRANCHES
    return await both(schema, fields, context=context, exact=False, **options)


def _with_branches(roots: list[Any]) -> Any:
    @strawberry.type
    class Query:
        @strawberry.field
        def branches(self, seed: int) -> list[Branch | None]:
            return roots

    return strawberry.Schema(Query, types=[Twig, Leaf])._schema


SEEDS = (3, 4, 5)


def _some() -> list[Branch]:
    return [Branch(seed=seed) for seed in SEEDS]


async def test_a_batch_is_read_once_for_a_level() -> None:
    contexts: list[Asked] = []

    def context() -> Asked:
        contexts.append(Asked())
        return contexts[-1]

    await _branches("bud { size } again: bud { size } some { bud { size } }", *_some(), context=context)
    theirs, *ours = (sorted(context.calls) for context in contexts)
    assert all(calls == ours[0] for calls in ours)
    # A DataLoader has `bud` and `again` in one.
    assert len(ours[0]) == len(theirs) + 1 == 4


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "the whole batch failed"),
        ("told", "the whole batch was refused"),
        ("wrongNumber", "Received wrong number of results in dataloader, expected: 3, received: 4"),
        ("nobody", "'NoneType' object is not iterable"),
    ],
)
async def test_a_batch_that_fails_is_an_error_of_each_object(name: str, message: str) -> None:
    answer = await _branches(f"id {name}", *_some())
    assert answer.data == {"branches": [{"id": str(seed), name: None} for seed in SEEDS]}
    assert [(error.message, error.path) for error in answer.errors or ()] == [
        (message, ["branches", index, name]) for index in range(3)
    ]


async def test_the_arguments_of_a_batch() -> None:
    answer = await _branches("numbers(times: 3, shape: LONG) other: numbers needed(times: 1)", *_some())
    assert answer.data is not None
    assert answer.data["branches"][0] == {"numbers": "9 Shape.LONG", "other": "6 None", "needed": "3 None"}


async def test_what_a_batch_refuses_stays_what_it_is() -> None:
    answer = await _branches("numbers(times: -1)", *_some())
    assert all(isinstance(error.original_error, Invalid) for error in answer.errors or ())
    assert len(answer.errors or ()) == 3


async def test_an_error_of_one_object_leaves_the_others_alone() -> None:
    objects = [Branch(seed=seed) for seed in range(200)]
    answer = await _branches("id numbers needed bud { size } branches { id } some { id }", *objects)
    assert answer.data is not None
    rows = answer.data["branches"]
    assert any(row is None for row in rows)
    assert any(row is not None for row in rows)
    assert answer.errors


async def test_a_permission_that_is_missing_is_an_error_of_each_object() -> None:
    class Nobody:
        def scope(self, permission: Any) -> Any:
            raise Forbidden(permission)

    answer = await _branches("id bud { size } numbers", *_some(), context=lambda: Asked(actor=Nobody()))
    assert answer.data == {"branches": [{"id": str(seed), "bud": None, "numbers": None} for seed in SEEDS]}
    assert all(isinstance(error.original_error, Forbidden) for error in answer.errors or ())


async def test_a_type_that_decides_by_the_value_is_asked_for_each() -> None:
    answer = await _branches("bud { size } either { ... on Bud { size } }", *[Branch(seed=seed) for seed in range(60)])
    messages = {error.message for error in answer.errors or ()}
    assert "Expected value of type 'Bud' but got: <Bud instance>." in messages


@strawberry.type
class Grafted(Branch):
    """A branch that has its own way with some fields."""

    number: int = derived("", lambda self: 1000)

    @property
    def depth(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return 2000


async def test_a_class_below_has_its_own_fields() -> None:
    objects = [Branch(seed=7), Grafted(seed=7), Twig(seed=7)]
    answer = await _branches("number depth id", *objects)
    assert answer.data is not None
    assert answer.data["branches"][1] == {"number": 1000, "depth": 2000, "id": "7"}


async def test_an_object_of_a_sister_type_has_no_fields_of_this_type() -> None:
    # Strawberry takes whatever has an interface in common for an object of the type.
    answer = await _branches("id number", *_some(), Leaf(seed=3))
    assert answer.data is not None
    assert answer.data["branches"][-1] is None


async def test_a_plan_that_learned_from_some_objects_holds_for_others() -> None:
    objects: list[Any] = []
    schema = _with_branches(objects)
    question = ask(schema, "{ branches(seed: 1) { id number depth size { depth name shapes } shape } }", context=Asked)
    plan = question.compiled()
    for seed in range(40):
        objects[:] = [Branch(seed=seed), Twig(seed=seed + 1)]
        await compare(question, plan=plan, exact=False)
        objects[:] = [None, Bud(seed=seed), Branch(seed=seed + 2), RuntimeError("none")]
        await compare(question, plan=plan, exact=False)


async def test_fields_with_extensions_permissions_and_parents() -> None:
    selected = """
        loud rooted shouted shoutedSoon(times: 2) guarded parental
        a: wished(wish: {}) b: wished(wish: {shape: ROUND, more: [{times: 1}]}, also: null)
    """
    answer = await _branches(selected, *[Branch(seed=seed) for seed in range(12)])
    assert answer.data is not None
    row = answer.data["branches"][1]
    assert {name: row[name] for name in ("loud", "rooted", "shoutedSoon", "guarded", "parental")} == {
        "loud": "LOUD",
        "rooted": "root 1",
        "shoutedSoon": "SOON SOON ",
        "guarded": "guarded",
        "parental": "parental 1",
    }
    assert answer.data["branches"][3]["guarded"] is None
    answer = await _branches("guardedSoon", *[Branch(seed=seed) for seed in range(12)])
    assert {error.message for error in answer.errors or ()} == {"Not this one.", "Not yet."}


async def test_executions_of_one_plan_at_the_same_time() -> None:
    source = """
        query ($yes: Boolean = true) { branches(seed: 4, many: 4) @include(if: $yes) {
          id number came slow(times: 2) size { depth } bud { size } some { id twig { id numbers } } either { __typename } } }
    """
    questions = [ask(BRANCHES, source, context=partial(Asked, salt)) for salt in range(30)]
    plan = questions[0].compiled()
    await asyncio.gather(*(compare(question, plan=plan, exact=False) for question in questions))


async def test_an_error_that_was_located_before_stays_there() -> None:
    def resolve(_source: Any, _info: Any) -> Any:
        raise GraphQLError("elsewhere", path=["elsewhere", 1])

    kind = GraphQLNonNull(GraphQLString)
    field = GraphQLField(kind, resolve=resolve)
    schema = GraphQLSchema(GraphQLObjectType("Query", {"a": field, "b": GraphQLField(GraphQLString, resolve=resolve)}))
    assert await both(schema, "{ b }") == ({"b": None}, [{"message": "elsewhere", "path": ["elsewhere", 1]}])
    assert (await both(schema, "{ a b }")).data is None


async def test_one_exception_at_many_places() -> None:
    for error in (RuntimeError("the same"), GraphQLError("the same")):
        schema = build_schema("type Query { a: [Int] b: Int c: [[Int!]] }")
        root = {"a": [error, 1, error], "b": error, "c": [[error, 1], error, [2, error]]}
        answer = await both(schema, "{ a b c }", root=root)
        assert answer.data == {"a": [None, 1, None], "b": None, "c": [None, None, None]}
        assert len(answer.errors or ()) == 6


async def test_attributes_that_have_to_be_waited_for() -> None:
    answer = await _branches("came later slow(times: 2, shapes: [ROUND])", *[Branch(seed=seed) for seed in range(20)])
    assert answer.data is not None
    assert {row["came"] for row in answer.data["branches"] if row is not None} == {"came", "was there"}


async def test_a_plan_is_not_changed_by_what_was_skipped_of_it() -> None:
    source = "query ($c: Boolean!) { a: string @skip(if: $c) b: string @include(if: $c) }"
    schema = GraphQLSchema(GraphQLObjectType("Query", {"string": GraphQLField(GraphQLString)}))
    for condition in (True, False, True):
        answer = await both(schema, source, variables={"c": condition}, root={"string": "x"})
        assert answer == ({"b" if condition else "a": "x"}, None)

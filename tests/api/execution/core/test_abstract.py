"""From graphql-core's test_abstract: interfaces and unions, and how the type of a value is found."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from graphql import (
    ExecutionResult,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    build_schema,
)

from tests.api.execution.both import both

ON_INTERFACE = "{ pets { name ... on Dog { woofs } ... on Cat { meows } } }"
ON_UNION = "{ pets { ... on Dog { name woofs } ... on Cat { name meows } } }"
ODIE = {"name": "Odie", "woofs": True}
GARFIELD = {"name": "Garfield", "meows": False}
FAILED = "We are testing this error"
UNRESOLVED = (
    "Abstract type 'Pet' must resolve to an Object type at runtime for field 'Query.{}'. Either the 'Pet' type should"
    " provide a 'resolve_type' function or each possible type should provide an 'is_type_of' function."
)

both_ways = pytest.mark.parametrize("asynchronous", [False, True])


class Dog(NamedTuple):
    name: str
    woofs: bool


class Cat(NamedTuple):
    name: str
    meows: bool


async def _come(value: Any) -> Any:
    return value


async def _fail() -> Any:
    raise RuntimeError(FAILED)


def _is(kind: type, *, asynchronous: bool) -> Any:
    if asynchronous:
        return lambda value, _info: _come(isinstance(value, kind))
    return lambda value, _info: isinstance(value, kind)


def _fails(*, asynchronous: bool) -> Any:
    def fail(*_: Any) -> Any:
        if asynchronous:
            return _fail()
        raise RuntimeError(FAILED)

    return fail


def _pets(*, union: bool = False, dog: Any = None, cat: Any = None, resolve_type: Any = None) -> GraphQLSchema:
    """A schema with these ways to find out what a pet is."""
    name = {"name": GraphQLField(GraphQLString)}
    interface = GraphQLInterfaceType("Pet", name, resolve_type=resolve_type)
    interfaces = [] if union else [interface]
    dogs = GraphQLObjectType("Dog", {**name, "woofs": GraphQLField(GraphQLBoolean)}, interfaces, dog)
    cats = GraphQLObjectType("Cat", {**name, "meows": GraphQLField(GraphQLBoolean)}, interfaces, cat)
    pet: Any = GraphQLUnionType("Pet", [dogs, cats], resolve_type) if union else interface
    pets = GraphQLField(GraphQLList(pet), resolve=lambda *_: [Dog("Odie", woofs=True), Cat("Garfield", meows=False)])
    return GraphQLSchema(GraphQLObjectType("Query", {"pets": pets}), types=[dogs, cats])


@both_ways
async def test_the_types_of_an_interface_say_what_they_are(*, asynchronous: bool) -> None:
    schema = _pets(dog=_is(Dog, asynchronous=asynchronous), cat=_is(Cat, asynchronous=asynchronous))
    assert await both(schema, ON_INTERFACE) == ({"pets": [ODIE, GARFIELD]}, None)


@both_ways
async def test_the_types_of_a_union_say_what_they_are(*, asynchronous: bool) -> None:
    schema = _pets(union=True, dog=_is(Dog, asynchronous=asynchronous), cat=_is(Cat, asynchronous=asynchronous))
    assert await both(schema, ON_UNION) == ({"pets": [ODIE, GARFIELD]}, None)


def _all_failed(message: str) -> ExecutionResult:
    answer: Any = (
        {"pets": [None, None]},
        [{"message": message, "locations": [(1, 3)], "path": ["pets", index]} for index in range(2)],
    )
    return answer


@both_ways
async def test_a_type_may_fail_to_say_what_it_is(*, asynchronous: bool) -> None:
    assert await both(_pets(dog=_fails(asynchronous=asynchronous)), ON_INTERFACE) == _all_failed(FAILED)


@both_ways
async def test_an_interface_may_fail_to_resolve_its_type(*, asynchronous: bool) -> None:
    assert await both(_pets(resolve_type=_fails(asynchronous=asynchronous)), ON_INTERFACE) == _all_failed(FAILED)


@both_ways
async def test_nobody_says_what_a_value_is(*, asynchronous: bool) -> None:
    schema = _pets(dog=_is(int, asynchronous=asynchronous))
    assert await both(schema, ON_INTERFACE) == _all_failed(UNRESOLVED.format("pets"))


@both_ways
async def test_an_interface_resolves_its_type(*, asynchronous: bool) -> None:
    def resolve_type(value: Any, _info: Any, _type: Any) -> Any:
        name = type(value).__name__
        return _come(name) if asynchronous else name

    assert await both(_pets(resolve_type=resolve_type), ON_INTERFACE) == ({"pets": [ODIE, GARFIELD]}, None)
    assert await both(_pets(union=True, resolve_type=resolve_type), ON_UNION) == ({"pets": [ODIE, GARFIELD]}, None)


class DogObject:
    __typename = "Dog"
    name = "Odie"
    woofs = True


class CatObject:
    __typename = "Cat"
    name = "Garfield"
    meows = False


class AnyPet:
    __typename = "Pet"
    name: str | None = None


class DogPet(AnyPet):
    __typename = "Dog"
    woofs: bool | None = None


class Odie(DogPet):
    name = "Odie"
    woofs = True


class CatPet(AnyPet):
    __typename = "Cat"
    meows: bool | None = None


class Tabby(CatPet):
    pass


class Garfield(Tabby):
    name = "Garfield"
    meows = False


@pytest.mark.parametrize("kind", ["union Pet = Cat | Dog", "interface Pet { name: String }"])
@pytest.mark.parametrize(
    "pets",
    [
        [{"__typename": "Dog", **ODIE}, {"__typename": "Cat", **GARFIELD}],
        [DogObject(), CatObject()],
        [Odie(), Garfield()],
    ],
    ids=["dict", "object", "inheritance"],
)
async def test_a_value_says_itself_what_it_is(kind: str, pets: list[Any]) -> None:
    implements = "implements Pet" if kind.startswith("interface") else ""
    schema = build_schema(
        f"""
        type Query {{ pets: [Pet] }}
        {kind}
        type Cat {implements} {{ name: String meows: Boolean }}
        type Dog {implements} {{ name: String woofs: Boolean }}
        """
    )
    assert await both(schema, ON_UNION, root={"pets": pets}) == ({"pets": [ODIE, GARFIELD]}, None)


@pytest.mark.parametrize(
    ("typename", "message"),
    [
        (None, UNRESOLVED.format("pet")),
        ("Human", "Abstract type 'Pet' was resolved to a type 'Human' that does not exist inside the schema."),
        ("String", "Abstract type 'Pet' was resolved to a non-object type 'String'."),
        ("__Schema", "Runtime Object type '__Schema' is not a possible type for 'Pet'."),
    ],
)
async def test_a_wrong_type_is_a_useful_error(typename: str | None, message: str) -> None:
    answer = await both(_one_pet(), "{ pet { name } }", root={"pet": {"__typename": typename}})
    assert answer == ({"pet": None}, [{"message": message, "locations": [(1, 3)], "path": ["pet"]}])


async def test_a_type_is_resolved_by_its_name_alone() -> None:
    schema = _one_pet()
    interface: Any = schema.get_type("Pet")
    interface.resolve_type = lambda *_: []
    answer = await both(schema, "{ pet { name } }", root={"pet": {"__typename": None}})
    message = (
        "Abstract type 'Pet' must resolve to an Object type at runtime for field 'Query.pet' with value"
        " {'__typename': None}, received '[]', which is not a valid Object type name."
    )
    assert answer == ({"pet": None}, [{"message": message, "locations": [(1, 3)], "path": ["pet"]}])


def _one_pet() -> GraphQLSchema:
    return build_schema(
        """
        type Query { pet: Pet }
        interface Pet { name: String }
        type Cat implements Pet { name: String }
        type Dog implements Pet { name: String }
        """
    )

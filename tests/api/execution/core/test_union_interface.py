"""From graphql-core's test_union_interface: fragments on interfaces and unions of several kinds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
)

from tests.api.execution.both import both


@dataclass
class Animal:
    name: str
    mother: Any = None
    father: Any = None
    progeny: list[Any] = field(default_factory=list[Any])


@dataclass
class Dog(Animal):
    barks: bool = True


@dataclass
class Cat(Animal):
    meows: bool = False


@dataclass
class Plant:
    name: str


@dataclass
class Person(Animal):
    pets: list[Any] = field(default_factory=list[Any])
    friends: list[Any] = field(default_factory=list[Any])
    responsibilities: list[Any] = field(default_factory=list[Any])


NAMED = GraphQLInterfaceType("Named", {"name": GraphQLField(GraphQLString)})
LIFE: Any = GraphQLInterfaceType("Life", lambda: {"progeny": GraphQLField(GraphQLList(LIFE))})
MAMMAL: Any = GraphQLInterfaceType("Mammal", lambda: _mammal(MAMMAL), interfaces=[LIFE])


def _mammal(kind: Any) -> dict[str, GraphQLField]:
    return {
        "progeny": GraphQLField(GraphQLList(kind)),
        "mother": GraphQLField(kind),
        "father": GraphQLField(kind),
    }


def _type(name: str, kind: type, **own: Any) -> Any:
    type_: Any = GraphQLObjectType(
        name,
        lambda: {
            "name": GraphQLField(GraphQLString),
            **{key: GraphQLField(kind_of()) for key, kind_of in own.items()},
            **_mammal(type_),
        },
        interfaces=[MAMMAL, LIFE, NAMED],
        is_type_of=lambda value, _info: isinstance(value, kind),
    )
    return type_


async def _unsure(_value: Any, _info: Any) -> bool:
    raise RuntimeError("Not sure if this is a plant")


def _resolve_pet(value: Any, _info: Any, _type: Any) -> str:
    return type(value).__name__


DOG = _type("Dog", Dog, barks=lambda: GraphQLBoolean)
CAT = _type("Cat", Cat, meows=lambda: GraphQLBoolean)
PLANT = GraphQLObjectType("Plant", {"name": GraphQLField(GraphQLString)}, [NAMED], is_type_of=_unsure)
PET = GraphQLUnionType("Pet", [DOG, CAT], resolve_type=_resolve_pet)
PET_OR_PLANT = GraphQLUnionType("PetOrPlant", [PLANT, DOG, CAT])
PERSON = _type(
    "Person",
    Person,
    pets=lambda: GraphQLList(PET),
    friends=lambda: GraphQLList(NAMED),
    responsibilities=lambda: GraphQLList(PET_OR_PLANT),
)
SCHEMA = GraphQLSchema(PERSON, types=[PET])


def _john() -> Person:
    garfield, odie, liz = Cat("Garfield"), Dog("Odie"), Person("Liz")
    garfield.mother = Cat("Garfield's Mom", progeny=[garfield])
    odie.mother = Dog("Odie's Mom", progeny=[odie])
    return Person("John", pets=[garfield, odie], friends=[liz, odie], responsibilities=[garfield, Plant("Fern")])


GARFIELD = {"__typename": "Cat", "name": "Garfield", "meows": False}
ODIE = {"__typename": "Dog", "name": "Odie", "barks": True}
LIZ = {"__typename": "Person", "name": "Liz"}


@pytest.mark.parametrize(
    ("source", "data"),
    [
        (
            "{ __typename name pets { __typename ... on Dog { name barks } ... on Cat { name meows } } }",
            {"__typename": "Person", "name": "John", "pets": [GARFIELD, ODIE]},
        ),
        ("{ friends { __typename name ... on Dog { barks } ... on Cat { meows } } }", {"friends": [LIZ, ODIE]}),
        (
            """
            { friends { __typename name ... on Dog { barks }
              ... on Mammal { mother { __typename ... on Dog { name barks } ... on Cat { name meows } } } } }
            """,
            {
                "friends": [
                    {**LIZ, "mother": None},
                    {**ODIE, "mother": {"__typename": "Dog", "name": "Odie's Mom", "barks": True}},
                ]
            },
        ),
        (
            """
            { friends { __typename name ...DogBarks ...CatMeows } }
            fragment DogBarks on Dog { barks }
            fragment CatMeows on Cat { meows }
            """,
            {"friends": [LIZ, ODIE]},
        ),
        (
            """
            { pets { ...PetFields ... on Mammal { mother { ...ProgenyFields } } } friends { ...FriendFields } }
            fragment PetFields on Pet { __typename ... on Dog { name barks } ... on Cat { name meows } }
            fragment FriendFields on Named { __typename name ... on Dog { barks } ... on Cat { meows } }
            fragment ProgenyFields on Life { progeny { __typename } }
            """,
            {
                "pets": [
                    {**GARFIELD, "mother": {"progeny": [{"__typename": "Cat"}]}},
                    {**ODIE, "mother": {"progeny": [{"__typename": "Dog"}]}},
                ],
                "friends": [LIZ, ODIE],
            },
        ),
    ],
)
async def test_fragments_apply_to_what_is_of_their_type(source: str, data: Any) -> None:
    assert await both(SCHEMA, source, root=_john) == (data, None)


async def test_a_type_resolver_is_told_about_the_execution() -> None:
    told: list[Any] = []

    def resolve_type(_value: Any, info: Any, _type: Any) -> str:
        told.append((info.schema, info.root_value, info.context, info.field_name, info.path.as_list()))
        return "Person"

    named = GraphQLInterfaceType("Named", {"name": GraphQLField(GraphQLString)}, resolve_type=resolve_type)
    fields = {"name": GraphQLField(GraphQLString), "friends": GraphQLField(GraphQLList(named))}
    schema = GraphQLSchema(GraphQLObjectType("Person", fields, [named]))
    root = Person("John", friends=[Person("Liz")])
    answer = await both(schema, "{ name, friends { name } }", root=root, context={"authToken": "123abc"})
    assert answer == ({"name": "John", "friends": [{"name": "Liz"}]}, None)
    path = told[0][-1]
    assert path[0] == "friends"
    assert told == [(schema, root, {"authToken": "123abc"}, "friends", path)] * len(told)


async def test_a_type_that_is_found_does_not_wait_for_the_others() -> None:
    source = "{ responsibilities { __typename ... on Dog { name barks } ... on Cat { name meows } } }"
    answer = await both(SCHEMA, source, root=lambda: Person("John", responsibilities=[Cat("Garfield")]))
    assert answer == ({"responsibilities": [GARFIELD]}, None)
    await asyncio.sleep(0)


async def test_a_type_that_nobody_is_sure_of_is_an_error() -> None:
    answer = await both(SCHEMA, "{ responsibilities { __typename } }", root=_john)
    assert answer.data == {"responsibilities": [{"__typename": "Cat"}, None]}
    assert [error.message for error in answer.errors or ()] == ["Not sure if this is a plant"]


async def test_a_type_check_that_fails_at_once_beside_one_that_fails_later() -> None:
    searchable = GraphQLInterfaceType("Searchable", {"id": GraphQLField(GraphQLString)})

    def throw(_value: Any, _info: Any) -> bool:
        raise RuntimeError("threw")

    types = [
        GraphQLObjectType("Later", {"id": GraphQLField(GraphQLString)}, [searchable], is_type_of=_unsure),
        GraphQLObjectType("Now", {"id": GraphQLField(GraphQLString)}, [searchable], is_type_of=throw),
    ]
    search = GraphQLField(searchable, resolve=lambda *_: {"id": "x"})
    schema = GraphQLSchema(GraphQLObjectType("Query", {"search": search}), types=types)
    answer = await both(schema, "{ search { __typename id } }")
    assert answer == ({"search": None}, [{"message": "threw", "locations": [(1, 3)], "path": ["search"]}])
    await asyncio.sleep(0)

"""Derived fields: worked out when they are asked for, and the same whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import strawberry

from api.derivation import DERIVATION, Derivation, derived


def _joined(first: str, second: str) -> str:
    return f"{first} {second}"


def _length(person: Person) -> int:
    return len(person.whole)


@dataclass
class _Entity:
    first: str = "Ada"
    second: str = "Lovelace"


@strawberry.type
class Person:
    entity: strawberry.Private[_Entity]
    first: str = derived("A path.", "entity.first")
    whole: str = derived("Of two paths.", _joined, "entity.first", "entity.second")
    length: int = derived("Of the object.", _length)
    named: str = derived("Of named paths.", _joined, second="entity.first", first="entity.second")


@strawberry.type
class Query:
    @strawberry.field
    def person(self) -> Person:
        return Person(entity=_Entity())


def test_an_instance_is_given_its_entity_only() -> None:
    person = Person(entity=_Entity())
    assert (person.first, person.whole, person.named) == ("Ada", "Ada Lovelace", "Lovelace Ada")
    with pytest.raises(TypeError):
        Person(entity=_Entity(), first="Grace")  # pyright: ignore[reportCallIssue]


def test_strawberry_takes_it_for_a_plain_field() -> None:
    schema = strawberry.Schema(query=Query)
    answer = schema.execute_sync("{ person { first whole named } }")
    assert answer.data == {"person": {"first": "Ada", "whole": "Ada Lovelace", "named": "Lovelace Ada"}}


def test_the_metadata_reads_what_the_property_reads() -> None:
    person = Person(entity=_Entity(first="Grace"))
    fields = {field.python_name: field for field in Person.__strawberry_definition__.fields}  # pyright: ignore[reportAttributeAccessIssue]
    for name in ("first", "whole", "length", "named"):
        derivation: Derivation = fields[name].metadata[DERIVATION]
        assert derivation.reader()(person) == getattr(person, name)


def test_a_path_that_leads_nowhere_is_the_error_of_who_asks() -> None:
    with pytest.raises(AttributeError):
        Derivation(paths=("entity.third",)).reader()(SimpleNamespace(entity=_Entity()))

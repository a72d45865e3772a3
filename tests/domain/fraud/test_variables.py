"""The vocabulary of rules."""

from __future__ import annotations

import re

from domain.fraud.list_kind import KIND_OF_VARIABLE, STANDARD_LISTS, ListKind
from domain.fraud.variables import VARIABLES, VariableType


def test_every_variable_has_one_name_of_two_parts_and_a_meaning() -> None:
    names = [variable.name for variable in VARIABLES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", name) for name in names)
    assert all(variable.meaning.endswith(".") and variable.unknown for variable in VARIABLES)


def test_what_identifies_a_person_is_personal() -> None:
    personal = {variable.name for variable in VARIABLES if variable.personal}
    assert personal == {"card.fingerprint", "customer.email", "customer.domain", "ip.address", "device.id"}


def test_only_the_score_comes_with_the_authorization() -> None:
    assert [variable.name for variable in VARIABLES if variable.after_authorization] == ["gateway.score"]


def test_lists_hold_values_of_variables_that_are_texts() -> None:
    types = {variable.name: variable.type for variable in VARIABLES}
    assert all(types[name] is VariableType.STRING for name in KIND_OF_VARIABLE)
    assert set(KIND_OF_VARIABLE.values()) == set(ListKind)
    assert {kind for kind, _ in STANDARD_LISTS.values()} == set(ListKind)

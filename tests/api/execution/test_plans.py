"""Plans and costs are shared by requests that differ in nothing that they depend on."""

from __future__ import annotations

from typing import Any

import pytest
from graphql.execution.values import VariableValues, get_variable_values

from api.execution.costs import Costs
from api.execution.documents import Document, Documents
from api.execution.guard import Limits
from api.execution.plans import Plans
from tests.api.execution.graph import core

_CONDITIONAL = (
    "query($a: Boolean!, $n: Int) { parent { name @include(if: $a) items(first: $n) { nodes { parent { name } } } } }"
)


@pytest.fixture
def documents() -> Documents:
    return Documents(core, Limits(), introspection=True, suggestions=False)


def given(document: Document, **variables: Any) -> VariableValues:
    values = get_variable_values(core, document.operation(None).variable_definitions or (), variables)
    assert isinstance(values, VariableValues), values
    return values


def test_a_plan_serves_all_requests_with_the_same_answers_to_conditions(documents: Documents) -> None:
    plans, document = Plans(core), documents.read(_CONDITIONAL)
    operation = document.operation(None)
    first = plans.of(document, operation, given(document, a=True, n=1))
    assert first is not None
    assert plans.of(document, operation, given(document, a=True, n=50)) is first
    other = plans.of(document, operation, given(document, a=False, n=1))
    assert other is not first
    assert len(plans) == 2


def test_a_plan_keeps_no_variable_but_those_of_conditions(documents: Documents) -> None:
    document = documents.read(_CONDITIONAL)
    deciding = document.facts.deciding(given(document, a=True, n=7))
    assert (deciding.coerced, list(deciding.sources)) == ({"a": True}, ["a"])


def test_operations_of_one_document_have_plans_of_their_own(documents: Documents) -> None:
    plans, document = Plans(core), documents.read("query A { name } query B { parent { name } }")
    found = [plans.of(document, document.operation(name), VariableValues({}, {})) for name in ("A", "B", "A")]
    assert found[0] is found[2]
    assert found[0] is not found[1]


@pytest.mark.parametrize(
    "text",
    ["{ __schema { types { name } } }", '{ name ...F } fragment F on Query { __type(name: "Item") { name } }'],
)
def test_introspection_is_left_to_graphql_core(documents: Documents, text: str) -> None:
    plans, document = Plans(core), documents.read(text)
    for _ in range(2):
        assert plans.of(document, document.operation(None), VariableValues({}, {})) is None
    assert (len(plans), plans.fields_kept) == (1, 0)


def test_a_condition_without_an_answer_is_left_to_graphql_core(documents: Documents) -> None:
    document = documents.read("query($a: Boolean = true) { name @include(if: $a) }")
    assert Plans(core).of(document, document.operation(None), given(document, a=None)) is None


def test_the_fields_of_all_plans_are_bounded(documents: Documents) -> None:
    plans = Plans(core, most_fields=10)
    for name in "abcdefghijkl":
        document = documents.read(f"{{ {name}: parent {{ name tags {{ name }} }} }}")
        plans.of(document, document.operation(None), VariableValues({}, {}))
    assert (len(plans), plans.fields_kept) == (2, 8)


def test_a_cost_is_read_once_for_each_size(documents: Documents) -> None:
    costs, document = Costs(core), documents.read(_CONDITIONAL)
    operation = document.operation(None)
    sizes = [(True, 1), (False, 1), (True, 50), (True, None)]
    found = [costs.of(document, operation, given(document, a=a, n=n)) for a, n in sizes]
    assert found[0] == found[1] < found[2]
    assert len(costs) == 3

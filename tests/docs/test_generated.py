from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.cel.language import CelLanguage
from app.settings import Settings, settings_table
from domain.disputes.reason_codes.catalogue import catalogue
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.variables import VARIABLES
from tests.docs.fraud_expressions import EXAMPLES
from tests.docs.fraud_expressions import PAGE as FRAUD_EXPRESSIONS
from tests.docs.generated import COMMAND, MACHINES, OPERATIONS, REASON_CODES, machines, pages

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", [MACHINES, OPERATIONS, REASON_CODES, FRAUD_EXPRESSIONS], ids=lambda path: path.name)
def test_what_follows_from_the_code_is_current(page: Path) -> None:
    assert page.read_text() == pages()[page], f"Run: .venv/bin/{COMMAND}"


def test_every_machine_names_all_of_its_states() -> None:
    assert len(machines()) >= 5
    for table in machines().values():
        assert set(table) == set(type(next(iter(table))))


def test_every_setting_has_its_row() -> None:
    table = settings_table()
    assert all(f"`{field.validation_alias}`" in table for field in Settings.model_fields.values())


def test_every_reason_code_has_its_row() -> None:
    rows = pages()[REASON_CODES].splitlines()
    for codes in catalogue().values():
        for code in codes.values():
            assert any(row.startswith(f"| `{code.code}` | {code.name}") for row in rows)


def test_every_variable_has_its_row() -> None:
    rows = pages()[FRAUD_EXPRESSIONS].splitlines()
    for variable in VARIABLES:
        assert any(row.startswith(f"| `{variable.name}` | {variable.type} | ") for row in rows)


def test_every_example_of_a_rule_stands() -> None:
    language = CelLanguage()
    lists = {name: kind for name, (kind, _) in STANDARD_LISTS.items()}
    needs = [language.check(expression, lists) for expression in EXAMPLES.values()]
    assert list(language.compile(list(EXAMPLES.values())).needs) == needs

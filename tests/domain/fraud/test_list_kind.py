"""Which lists there always are, and what can be looked for in them."""

from __future__ import annotations

from domain.fraud.fraud_list import FraudList
from domain.fraud.list_kind import KIND_OF_VARIABLE, STANDARD_LISTS, ListEffect, ListKind
from domain.fraud.variables import VARIABLES, VariableType
from domain.kernel.ids import PLATFORM


def test_one_to_block_and_one_to_allow_of_each_kind() -> None:
    for effect in (ListEffect.BLOCK, ListEffect.ALLOW):
        assert {kind for kind, does in STANDARD_LISTS.values() if does is effect} == set(ListKind)
    assert len(STANDARD_LISTS) == 2 * len(ListKind)
    for name, (kind, effect) in STANDARD_LISTS.items():
        assert FraudList(merchant_id=PLATFORM, name=name, kind=kind, effect=effect).name == name


def test_every_kind_is_a_texts_kind() -> None:
    texts = {variable.name for variable in VARIABLES if variable.type is VariableType.STRING}
    assert set(KIND_OF_VARIABLE) <= texts
    assert set(KIND_OF_VARIABLE.values()) == set(ListKind)

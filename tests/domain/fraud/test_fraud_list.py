"""A list has a name that rules can say, and its entries a reason."""

from __future__ import annotations

import pytest

from domain.fraud.fraud_list import LONGEST_REASON
from domain.kernel.errors import Invalid
from tests.builders.fraud import a_list, an_entry


@pytest.mark.parametrize("name", ["a", "regulars", "blocked_2", "x" * 60])
def test_names(name: str) -> None:
    assert a_list(name=name).name == name


@pytest.mark.parametrize("name", ["", "Regulars", "2nd", "_x", "a-b", "a b", "ü", "x" * 61, "a\n"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        a_list(name=name)
    assert refused.value.path == ("name",)


@pytest.mark.parametrize("text", [" ", "x" * (LONGEST_REASON + 1), "4242 4242 4242 4242"])
def test_texts_are_clean(text: str) -> None:
    for make in (lambda: an_entry(reason=text), lambda: a_list(description=text)):
        with pytest.raises(Invalid):
            make()

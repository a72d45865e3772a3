"""The one function that reads transition tables."""

from __future__ import annotations

from enum import StrEnum

import pytest

from domain.kernel.machine import TransitionNotAllowed, advance, finals


class Light(StrEnum):
    RED = "RED"
    GREEN = "GREEN"
    BROKEN = "BROKEN"


TABLE = {
    Light.RED: frozenset({Light.GREEN, Light.BROKEN}),
    Light.GREEN: frozenset({Light.RED}),
    Light.BROKEN: frozenset[Light](),
}


def test_an_arrow_leads_to_its_target() -> None:
    assert advance(TABLE, "light", Light.RED, Light.GREEN) is Light.GREEN


@pytest.mark.parametrize(
    ("current", "target"), [(Light.RED, Light.RED), (Light.GREEN, Light.BROKEN), (Light.BROKEN, Light.RED)]
)
def test_without_an_arrow_it_says_so(current: Light, target: Light) -> None:
    with pytest.raises(TransitionNotAllowed, match=f"A light that is {current} cannot become {target}."):
        advance(TABLE, "light", current, target)


def test_nothing_leaves_a_final_status() -> None:
    assert finals(TABLE) == {Light.BROKEN}

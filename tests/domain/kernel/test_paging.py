"""A page is asked for from one edge, in one direction, within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.kernel.paging import DEFAULT_PAGE, MAX_PAGE, PageRequest

SIZES = st.none() | st.integers(-3, 105)
CURSORS = st.none() | st.text(max_size=3)


@given(SIZES, CURSORS, SIZES, CURSORS)
def test_every_mix_of_arguments(first: int | None, after: str | None, last: int | None, before: str | None) -> None:
    forward = first is not None or after is not None
    backward = last is not None or before is not None
    size = last if backward else first
    try:
        page = PageRequest.of(first, after, last, before)
    except Invalid as refusal:
        assert (forward and backward) or (size is not None and not 1 <= size <= MAX_PAGE)
        assert refusal.path == ("last" if backward else "first",)
        return
    assert not (forward and backward)
    assert page == PageRequest(
        limit=size if size is not None else DEFAULT_PAGE, cursor=before if backward else after, backward=backward
    )


def test_without_arguments_it_is_the_first_page() -> None:
    assert PageRequest.of() == PageRequest(limit=25, cursor=None, backward=False)


@pytest.mark.parametrize("size", [0, -1, 101, 2**31])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(Invalid, match="1 to 100 rows"):
        PageRequest.of(first=size)
    with pytest.raises(Invalid, match="1 to 100 rows"):
        PageRequest.of(last=size)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.pages.html import Html, html, joined, markup


def test_what_goes_into_a_hole_is_escaped_unless_it_is_markup() -> None:
    assert html('<a href="{link}">{text}</a>', link='"><script>', text=Html("<b>x</b>")) == (
        '<a href="&quot;&gt;&lt;script&gt;"><b>x</b></a>'
    )


def test_pieces_join_unchanged() -> None:
    assert joined([Html("<i>"), markup("<"), Html("</i>")]) == "<i>&lt;</i>"


@given(st.text())
def test_no_text_leaves_its_hole(text: str) -> None:
    filled = html('<p title="{text}">{text}</p>', text=text)

    assert filled.count("<") == 2
    assert filled.count('"') == 2


def test_braces_in_a_value_are_no_holes() -> None:
    assert html("{text}", text="{other}") == "{other}"

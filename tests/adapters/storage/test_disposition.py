"""RFC 6266, for every name."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.storage.disposition import attachment


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ("receipt.pdf", "receipt.pdf", "receipt.pdf"),
        ("my receipt.pdf", "my receipt.pdf", "my%20receipt.pdf"),
        ("réçu.pdf", "r__u.pdf", "r%C3%A9%C3%A7u.pdf"),
        ('a"b\\c.pdf', "a_b_c.pdf", "a%22b%5Cc.pdf"),
        ("100%.pdf", "100%.pdf", "100%25.pdf"),
        ("a;b='c'.pdf", "a;b='c'.pdf", "a%3Bb%3D%27c%27.pdf"),
    ],
)
def test_names(name: str, plain: str, extended: str) -> None:
    assert attachment(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_no_name_breaks_out(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    plain, extended = header.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert not set(plain) & set('"\\')
    assert unquote(extended) == name

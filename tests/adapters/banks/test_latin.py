"""Names in the characters that banks take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.banks.latin import ALLOWED, latin


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Kaffeewerk Berlin GmbH", "Kaffeewerk Berlin GmbH"),
        ("Müller & Söhne", "Muller + Sohne"),
        ("Panadería Ñandú S.R.L.", "Panaderia Nandu S.R.L."),
        ("Łódź — Straße", "Lodz -- Strasse"),
        ("Ωmega", "Omega"),
        ("a@b_c", "a(at)b-c"),
        ("  much \n\t space  ", "much space"),
        ("//a///b//", "a/b"),
        ("<Nm>&amp;", "Nm +amp"),
        ("☃", ""),
        ("", ""),
    ],
)
def test_what_becomes_of_a_text(text: str, written: str) -> None:
    assert latin(text, 70) == written


def test_it_is_cut_to_its_length() -> None:
    assert latin("ab cd", 3) == "ab"
    assert latin("ab/cd", 3) == "ab"


@given(st.text(), st.integers(1, 140))
def test_whatever_the_text_the_bank_can_read_it(text: str, longest: int) -> None:
    written = latin(text, longest)
    assert set(written) <= ALLOWED
    assert len(written) <= longest
    assert "//" not in written
    assert written == written.strip("/ ")
    assert latin(written, longest) == written

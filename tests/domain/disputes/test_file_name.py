"""Names are plain: no path, nothing unseen, and the ending of the type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.disputes.file_content import FileType
from domain.disputes.file_name import LONGEST_NAME, clean_name
from domain.kernel.errors import Invalid

PDF, JPEG = FileType.PDF, FileType.JPEG


@pytest.mark.parametrize(
    ("given_name", "kind", "name"),
    [
        ("receipt.pdf", PDF, "receipt.pdf"),
        ("Receipt.PDF", PDF, "Receipt.pdf"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("photo.JPG", JPEG, "photo.jpg"),
        ("photo", JPEG, "photo.jpg"),
        ("invoice.exe", PDF, "invoice.exe.pdf"),
        ("photo.png", PDF, "photo.png.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Users\\ada\\letter.pdf", PDF, "letter.pdf"),
        ("a\u2044b.pdf", PDF, "a\u2044b.pdf"),
        ("a\uff0fb.pdf", PDF, "b.pdf"),
        ("ann\u202efdp.exe", PDF, "annfdp.exe.pdf"),
        ("zero\u200bwidth\ufeff.pdf", PDF, "zerowidth.pdf"),
        ('what: "this"?.pdf', PDF, "what_ _this__.pdf"),
        ("  spaces   here .pdf", PDF, "spaces here.pdf"),
        ("...hidden.pdf", PDF, "hidden.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("réçu 领收书.pdf", PDF, "réçu 领收书.pdf"),
        ("receipt.pdf.pdf", PDF, "receipt.pdf.pdf"),
    ],
)
def test_names(given_name: str, kind: FileType, name: str) -> None:
    assert clean_name(given_name, kind) == name


@pytest.mark.parametrize(
    "given_name",
    ["", "   ", "...", "a/", "\u202e", "line\nbreak.pdf", "nul\0.pdf", "x" * 256, "4242 4242 4242 4242.pdf"],
)
def test_no_name_at_all(given_name: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_name(given_name, PDF)
    assert refused.value.path == ("fileName",)


def test_long_names_keep_their_ending() -> None:
    name = clean_name("x" * 250 + ".pdf", PDF)
    assert (len(name), name[-5:]) == (LONGEST_NAME, "x.pdf")


@given(st.text(max_size=250), st.sampled_from(FileType))
def test_whatever_the_name_is(given_name: str, kind: FileType) -> None:
    try:
        name = clean_name(given_name, kind)
    except Invalid:
        assume(False)
        raise
    assert name.endswith(kind.endings)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set('/\\<>:"|?*')
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for character in name)
    assert name == name.strip(" .")
    assert clean_name(name, kind) == name

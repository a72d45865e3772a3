"""How large regular expressions are, before they are compiled."""

from __future__ import annotations

import pytest

from adapters.cel.pattern import LONGEST_PATTERN, PatternRefused, weight


@pytest.mark.parametrize(
    ("pattern", "heavy"),
    [
        ("", 1),
        ("abc", 4),
        ("^a+$", 5),
        ("a{10}", 11),
        ("a{2,10}", 11),
        ("a{9,}", 11),
        ("a{0}", 2),
        ("{a}", 4),
        ("(ab){10}", 31),
        ("(?:a{5}){5}", 31),
        ("(?P<name>a)", 3),
        ("[a-z]{10}", 11),
        ("[]a]{10}", 11),
        ("[a{9}]", 2),
        ("[[:alpha:]]{10}", 11),
        ("[[:^alpha:]]", 5),
        ("[^a]{10}", 41),
        (".{10}", 41),
        (r"\.{10}", 11),
        (r"\d\w\s", 4),
        (r"\D\W\S", 13),
        (r"[\D]", 5),
        (r"[\]]{10}", 11),
        ("é", 5),
        ("[é]", 6),
        (r"[\x{e9}]", 6),
        ("(?i)ab", 7),
        ("(?i)[à-ÿ]", 101),
        ("(a", 3),
        (")", 2),
        ("[", 2),
    ],
)
def test_weights(pattern: str, heavy: int) -> None:
    assert weight(pattern) == heavy


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a" * (LONGEST_PATTERN + 1), "at most 100 characters"),
        ("(.{200}){5}$", "at most 100 times"),
        ("(a{10}){11}", "at most 100 times"),
        ("((a{5}){5}){5}", "at most 100 times"),
        ("a{10}{11}", "at most 100 times"),
        ("a{101}", "at most 100 times"),
        (".{50}.{50}", "too large"),
        ("(" * 10 + "a{100}a{100}b", "too large"),
        (r"\pL", "too many characters"),
        (r"[\P{Greek}]", "too many characters"),
        (r"\Qabc\E", "Write a backslash"),
    ],
)
def test_what_is_too_large(pattern: str, message: str) -> None:
    with pytest.raises(PatternRefused, match=message):
        weight(pattern)

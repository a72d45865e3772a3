"""Each fact has a stable code and says what to do."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("The payment"), "NOT_FOUND"),
        (Forbidden("payments:write"), "PERMISSION_DENIED"),
        (Invalid(("amount",), "Too much."), "INVALID_INPUT"),
        (Conflict("It is captured already."), "INVALID_STATE"),
        (Unavailable("Try again."), "UNAVAILABLE"),
    ],
)
def test_codes_are_stable(error: DomainError, code: str) -> None:
    assert error.code == code
    assert str(error) == error.message != ""


def test_an_invalid_value_is_found_by_its_path_from_outside() -> None:
    inner = Invalid(("email",), "This is not an e-mail address.")
    outer = inner.under("input", "customer")
    assert outer.path == ("input", "customer", "email")
    assert outer.message == inner.message


def test_what_is_forbidden_names_the_permission() -> None:
    assert Forbidden("refunds:write").permission == "refunds:write"
    assert "refunds:write" in Forbidden("refunds:write").message

"""How often a password may be wrong."""

from __future__ import annotations

from app.demo.identity_provider.failure_limit import FailureLimit


def test_the_window_opens_with_the_first_failure() -> None:
    now = [100.0]
    limit = FailureLimit(lambda: now[0], allowed=2, window_seconds=60)
    limit.failed("ada")
    now[0] = 130
    assert limit.wait_seconds("ada") == 0
    limit.failed("ada")
    assert limit.wait_seconds("ada") == 30
    assert limit.wait_seconds("bo") == 0
    now[0] = 160
    assert limit.wait_seconds("ada") == 0


def test_success_forgets_the_failures() -> None:
    limit = FailureLimit(lambda: 0.0, allowed=1, window_seconds=60)
    limit.failed("ada")
    assert limit.wait_seconds("ada") == 60
    limit.succeeded("ada")
    assert limit.wait_seconds("ada") == 0

"""What went wrong with a sign-in: one line for the audit log, one page for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.oidc.errors import CodeRefused, ProviderRefused, ProviderUnavailable
from domain.identity.errors import SignInRefused
from domain.kernel.errors import DomainError, Invalid, Unavailable
from web.pages.error_page import error_page
from web.sso.ports import sign_on_actor

if TYPE_CHECKING:
    from starlette.responses import Response

    from domain.identity.actor import Realm
    from domain.kernel.events import JsonValue
    from web.sso.ports import SsoPorts

_RETRY_SECONDS = 5
_STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (Unavailable, 503),
    (SignInRefused, 403),
    (Invalid, 403),
    (ProviderRefused, 502),
)


class CallbackRefused(DomainError):
    """What the browser brought back is not the end of a sign-in that it began."""

    code = "SIGN_IN_FAILED"

    def __init__(self, reason: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status


class TooManySignIns(DomainError):
    """The limit of an address or account is reached."""

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many sign-ins in a short time. Wait a moment, then try again.")
        self.retry_after_seconds = max(1, round(seconds + 0.5))


async def record_refusal(ports: SsoPorts, realm: Realm, error: DomainError, address: str) -> None:
    """Put it in the audit log, without anything that the browser or the provider wrote unasked."""
    actor = sign_on_actor(address)
    async with ports.people.units.begin(actor, "identity.sign_in_refused") as unit:
        await unit.audit.record(
            actor=actor,
            action="user.sign_in_refused",
            subject_type="User",
            subject_id=None,
            merchant_id=None,
            data={"realm": realm.value, "code": error.code, **_facts(error)},
        )
        await unit.commit()


def refusal_page(ports: SsoPorts, realm: Realm, error: DomainError) -> Response:
    """What the person sees."""
    wait = _RETRY_SECONDS if isinstance(error, Unavailable) else None
    return error_page(
        _status(error),
        "You are not signed in",
        _text(error),
        https=ports.https,
        again=None if isinstance(error, TooManySignIns) else f"/sign-in/{realm.value.lower()}",
        retry_after_seconds=error.retry_after_seconds if isinstance(error, TooManySignIns) else wait,
    )


def _status(error: DomainError) -> int:
    if isinstance(error, CallbackRefused | TooManySignIns):
        return error.status
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 400)


def _text(error: DomainError) -> str:
    """Errors of sign-in speak to people already; others are about our insides."""
    if isinstance(error, Invalid):
        return "Your sign-in provider names an e-mail address that Paydesk cannot use. Ask an administrator."
    if isinstance(error, Unavailable) and not isinstance(error, ProviderUnavailable):
        return "Paydesk cannot sign anybody in now. Try again in a moment."
    return error.message


def _facts(error: DomainError) -> dict[str, JsonValue]:
    match error:
        case ProviderRefused():
            return {"check": error.check.value, "detail": error.detail}
        case ProviderUnavailable():
            return {"detail": error.detail}
        case SignInRefused() | CallbackRefused():
            return {"reason": str(error.reason)}
        case CodeRefused():
            return {"reason": "CODE_REFUSED"}
        case _:
            return {}

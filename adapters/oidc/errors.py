"""How a sign-in at a provider fails."""

from __future__ import annotations

from enum import StrEnum

from domain.kernel.errors import DomainError, Unavailable


class Check(StrEnum):
    """Which rule an answer of a provider broke: for the audit log and the tests, never for the page."""

    DISCOVERY = "DISCOVERY"
    DISCOVERY_ISSUER = "DISCOVERY_ISSUER"
    CALLBACK_ISSUER = "CALLBACK_ISSUER"
    TOKEN_RESPONSE = "TOKEN_RESPONSE"  # noqa: S105 - a name
    NO_ID_TOKEN = "NO_ID_TOKEN"  # noqa: S105 - a name
    FORMAT = "FORMAT"
    TYPE = "TYPE"
    ALGORITHM = "ALGORITHM"
    KEY = "KEY"
    SIGNATURE = "SIGNATURE"
    ISSUER = "ISSUER"
    AUDIENCE = "AUDIENCE"
    AUTHORIZED_PARTY = "AUTHORIZED_PARTY"
    TIME = "TIME"
    SUBJECT = "SUBJECT"
    NONCE = "NONCE"
    ACCESS_TOKEN_HASH = "ACCESS_TOKEN_HASH"  # noqa: S105 - a name
    USERINFO = "USERINFO"
    USERINFO_SUBJECT = "USERINFO_SUBJECT"
    LOGOUT_EVENT = "LOGOUT_EVENT"
    TOKEN_ID = "TOKEN_ID"  # noqa: S105 - a name


class ProviderRefused(DomainError):
    """The provider answered something that we do not believe. `detail` is for the log: it holds no secret."""

    code = "SIGN_IN_FAILED"

    def __init__(self, check: Check, detail: str) -> None:
        super().__init__("The sign-in provider gave an answer that Paydesk cannot trust. Try again, then ask for help.")
        self.check = check
        self.detail = detail


class CodeRefused(DomainError):
    """The provider does not take the code that the browser brought: used before, expired, or never given."""

    code = "SIGN_IN_FAILED"

    def __init__(self) -> None:
        super().__init__("This sign-in has been used or has expired. Start again.")


class ProviderUnavailable(Unavailable):
    """The provider does not answer in time, or answers with a failure of its own."""

    def __init__(self, detail: str) -> None:
        super().__init__("The sign-in provider does not answer now. Try again in a moment.")
        self.detail = detail

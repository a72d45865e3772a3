"""The provider's configuration: who it is, which applications it serves, who may sign in to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import urlsplit

from authlib.common.security import is_secure_transport
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from pathlib import Path

# These would end a directive or a source in a Content-Security-Policy, into which the origins of URIs are written.
_UNSAFE_IN_POLICY = frozenset(" \t\r\n;,'\"")


def _absolute_uri(value: str) -> str:
    """An http(s) URI with a host and no fragment."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "#" in value:
        message = "must be an absolute http or https URI without a fragment"
        raise ValueError(message)
    if _UNSAFE_IN_POLICY & set(value) or not value.isascii():
        message = "must be ASCII, percent-encoded, without blanks, quotes, commas or semicolons"
        raise ValueError(message)
    return value


def _issuer(value: str) -> str:
    """An absolute URI that Authlib takes for safe: https, or http on the loopback."""
    _absolute_uri(value)
    if not is_secure_transport(value) or "?" in value or value.endswith("/"):
        message = "must be https, or http on localhost, without a query and without a slash at the end"
        raise ValueError(message)
    return value


Uri = Annotated[str, AfterValidator(_absolute_uri)]
Text = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    """Immutable, and strict about names, so that a typing mistake in the file is an error and not a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ClientConfig(_Frozen):
    """One application. Its `client_id` is also the name of the realm whose users may sign in to it."""

    client_id: Text
    client_secret: Text
    name: str = ""
    redirect_uris: Annotated[tuple[Uri, ...], Field(min_length=1)]
    post_logout_redirect_uris: tuple[Uri, ...] = ()
    backchannel_logout_uri: Uri | None = None

    @property
    def display_name(self) -> str:
        """What the pages call the application."""
        return self.name or self.client_id

    @property
    def origins(self) -> tuple[str, ...]:
        """Where the pages may send a browser on behalf of this client."""
        uris = (urlsplit(uri) for uri in (*self.redirect_uris, *self.post_logout_redirect_uris))
        return tuple(sorted({f"{uri.scheme}://{uri.netloc}" for uri in uris}))


class UserConfig(_Frozen):
    """One account. `realm` is the `client_id` of the application that it may sign in to; `role` is only shown."""

    sub: Text
    email: Text
    email_verified: bool = True
    name: Text
    password: Text
    realm: Text
    role: str = ""
    groups: tuple[str, ...] = ()


class IdentityProviderConfig(_Frozen):
    """The whole file."""

    issuer: Annotated[str, AfterValidator(_issuer)]
    clients: tuple[ClientConfig, ...]
    users: tuple[UserConfig, ...]

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> Self:
        for what, names in (
            ("client_id", [client.client_id for client in self.clients]),
            ("sub", [user.sub for user in self.users]),
            ("email", [user.email.casefold() for user in self.users]),
        ):
            if len(set(names)) != len(names):
                message = f"every {what} must be there only once"
                raise ValueError(message)
        unknown = {user.realm for user in self.users} - {client.client_id for client in self.clients}
        if unknown:
            message = f"users belong to realms that are no client: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        return self

    def client(self, client_id: str | None) -> ClientConfig | None:
        """The client of that id."""
        return next((client for client in self.clients if client.client_id == client_id), None)

    def user_with_email(self, email: str) -> UserConfig | None:
        """The account with that address, written in whatever case."""
        wanted = email.strip().casefold()
        return next((user for user in self.users if user.email.casefold() == wanted), None)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the provider over TLS, so that cookies can be `Secure`."""
        return self.issuer.startswith("https:")

    @property
    def issuer_path(self) -> str:
        """The path under which the issuer stands, without a slash at the end; mostly empty."""
        return urlsplit(self.issuer).path


def load_config(path: Path) -> IdentityProviderConfig:
    """Read the JSON file; raise `OSError` or `pydantic.ValidationError`, which names the wrong field."""
    return IdentityProviderConfig.model_validate_json(path.read_bytes())

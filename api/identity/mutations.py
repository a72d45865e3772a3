"""The mutations of the team: people are invited, API clients are made and shut out."""

import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from api.context import Context
from api.describing import attribute
from api.errors import InvalidInput, InvalidState, NotFound, PermissionDenied
from api.fields import mutation
from api.identity.enums import ClientAuthMethod, MerchantRole, Permission
from api.identity.types import ApiClient, api_client
from domain.identity.create_api_client import CreateApiClient, create_api_client
from domain.identity.disable_api_client import DisableApiClient, disable_api_client
from domain.identity.invite_user import InviteUser, invite_user
from domain.identity.permission import Permission as Rule
from domain.kernel.errors import Invalid
from domain.kernel.events import JsonValue
from domain.kernel.ids import Prefix, format_id, parse_id


@strawberry.input(description="A person who shall belong to a merchant.")
class InviteUserInput:
    """For `inviteUser`."""

    merchant_id: strawberry.ID | None = attribute("The merchant; may be left out by who acts for one.", default=None)
    email: str = attribute("The e-mail address that the identity provider has to verify at the first sign-in.")
    role: MerchantRole = attribute("What the person shall be.")


@strawberry.input(description="A machine that shall call the API.")
class CreateApiClientInput:
    """For `createApiClient`."""

    merchant_id: strawberry.ID | None = attribute("The merchant; may be left out by who acts for one.", default=None)
    name: str = attribute("The name, at most 100 characters.")
    scopes: list[Permission] = attribute("What it may do: at most what you may.")
    auth_method: ClientAuthMethod | None = attribute(
        "How it proves who it is at the token endpoint.", default=ClientAuthMethod.SECRET_BASIC
    )
    jwks: str | None = attribute(
        "For PRIVATE_KEY_JWT: its public keys, a JWK Set (RFC 7517) as JSON, at most 10,000 characters.", default=None
    )


@strawberry.input(description="A machine that shall no longer call the API.")
class DisableApiClientInput:
    """For `disableApiClient`."""

    client_id: strawberry.ID = attribute("The client.")


@strawberry.type(description="An invitation is open; the person accepts it by signing in.")
class InviteUserPayload:
    """Of `inviteUser`."""

    invitation_id: strawberry.ID = attribute("The invitation.")
    email: str = attribute("To whom.")
    role: MerchantRole = attribute("As what.")
    expires_at: datetime = attribute("Until when it can be accepted.")


@strawberry.type(description="A client was made; its secret is shown this once.")
class CreateApiClientPayload:
    """Of `createApiClient`."""

    client: ApiClient = attribute("The client; its id is the OAuth2 client id.")
    secret: str | None = attribute("The secret, never shown again; none for PRIVATE_KEY_JWT.")


@strawberry.type(description="A client is shut out; its tokens are dead within a second.")
class DisableApiClientPayload:
    """Of `disableApiClient`."""

    client: ApiClient = attribute("The client.")


InviteUserResult = Annotated[
    InviteUserPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("InviteUserResult", description="What `inviteUser` answers with."),
]
CreateApiClientResult = Annotated[
    CreateApiClientPayload | InvalidInput | NotFound | PermissionDenied,
    strawberry.union("CreateApiClientResult", description="What `createApiClient` answers with."),
]
DisableApiClientResult = Annotated[
    DisableApiClientPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("DisableApiClientResult", description="What `disableApiClient` answers with."),
]


@mutation(Rule.TEAM_WRITE, "Invite a person to a merchant.")
async def invite(context: Context, input: InviteUserInput) -> InviteUserResult:  # noqa: A002 - GraphQL's word
    """Run `invite_user`."""
    command = InviteUser(merchant_id=_merchant_id(context, input.merchant_id), email=input.email, role=input.role)
    invitation = await invite_user(context.identity, context.actor, command)
    return InviteUserPayload(
        invitation_id=strawberry.ID(format_id(Prefix.INVITATION, invitation.id)),
        email=invitation.email,
        role=input.role,
        expires_at=invitation.expires_at,
    )


@mutation(Rule.TEAM_WRITE, "Make an API client with at most the permissions that you have.")
async def create(context: Context, input: CreateApiClientInput) -> CreateApiClientResult:  # noqa: A002
    """Run `create_api_client`."""
    command = CreateApiClient(
        merchant_id=_merchant_id(context, input.merchant_id),
        name=input.name,
        scopes=frozenset(input.scopes),
        auth_method=input.auth_method or ClientAuthMethod.SECRET_BASIC,
        jwks=None if input.jwks is None else _jwks(input.jwks),
    )
    created = await create_api_client(context.identity, context.actor, command)
    return CreateApiClientPayload(client=api_client(created.client), secret=created.secret)


@mutation(Rule.TEAM_WRITE, "Shut an API client out for good.")
async def disable(context: Context, input: DisableApiClientInput) -> DisableApiClientResult:  # noqa: A002
    """Run `disable_api_client`."""
    command = DisableApiClient(client_id=parse_id(Prefix.CLIENT, input.client_id, ("clientId",)))
    return DisableApiClientPayload(
        client=api_client(await disable_api_client(context.identity, context.actor, command))
    )


def _jwks(text: str) -> dict[str, JsonValue]:
    try:
        keys = json.loads(text)
    except ValueError:
        keys = None
    if not isinstance(keys, dict):
        raise Invalid(("jwks",), 'Give a JWK Set as JSON: {"keys": [...]}.')
    return keys


def _merchant_id(context: Context, text: str | None) -> UUID:
    return context.actor.only_merchant if text is None else parse_id(Prefix.MERCHANT, text, ("merchantId",))


@strawberry.type
class IdentityMutations:
    """The fields that identity adds to Mutation."""

    invite_user = invite
    create_api_client = create
    disable_api_client = disable

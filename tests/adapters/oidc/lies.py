"""What a dishonest provider may answer: each lie with the check that has to find it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from adapters.oidc.errors import Check
from tests.adapters.oidc.forger import CLIENT_ID, CLIENT_SECRET, ISSUER, NOTHING, Forger, at, symmetric

if TYPE_CHECKING:
    from collections.abc import Callable


def lie(**changes: Any) -> Callable[[Forger], None]:
    def change(forger: Forger) -> None:
        for name, value in changes.items():
            assert hasattr(forger, name)
            setattr(forger, name, value)

    return change


def claim(**claims: Any) -> Callable[[Forger], None]:
    return lie(claims=claims)


def unsigned(forger: Forger) -> None:
    head, body, _ = forger.id_token().split(".")
    del head
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "one"}).encode()).rstrip(b"=").decode()
    forger.token_response = {"id_token": f"{header}.{body}."}


def signed_with_public_key(forger: Forger) -> None:
    """The classic: our secret, or the public key's text, as an HMAC key."""
    forger.signer = symmetric(json.dumps(forger.key.as_dict(private=False)))
    forger.algorithm = "HS256"


def signed_with_client_secret(forger: Forger) -> None:
    forger.signer = symmetric(CLIENT_SECRET * 3)
    forger.algorithm = "HS256"


def another_key(forger: Forger) -> None:
    forger.signer = forger.other_key


def own_key_in_header(forger: Forger) -> None:
    forger.signer = forger.other_key
    forger.header = {"jwk": forger.other_key.as_dict(private=False)}


def changed_after_signing(forger: Forger) -> None:
    head, body, signature = forger.id_token().split(".")
    padded = body + "=" * (-len(body) % 4)
    claims = {**json.loads(base64.urlsafe_b64decode(padded)), "sub": "mallory"}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    forger.token_response = {"id_token": f"{head}.{forged}.{signature}"}


def encryption_key(forger: Forger) -> None:
    forger.published = [{**forger.key.as_dict(private=False), "use": "enc"}]


def two_keys_of_one_id(forger: Forger) -> None:
    forger.published = [forger.key.as_dict(private=False), forger.other_key.as_dict(private=False)]


def two_keys_without_id(forger: Forger) -> None:
    two_keys_of_one_id(forger)
    forger.header = {"kid": NOTHING}


def allowed_elsewhere(forger: Forger) -> None:
    """RS256 with a published key, by a provider whose metadata names ES256 only."""
    forger.signer, forger.algorithm, forger.header = forger.rsa, "RS256", {"kid": "rsa"}


FAULTS = {
    "no ID token": (lie(token_response={"id_token": NOTHING}), Check.NO_ID_TOKEN),
    "ID token is null": (lie(token_response={"id_token": None}), Check.NO_ID_TOKEN),
    "ID token is a number": (lie(token_response={"id_token": 7}), Check.FORMAT),
    "ID token is text": (lie(token_response={"id_token": "abc"}), Check.FORMAT),
    "ID token has a broken header": (lie(token_response={"id_token": "e30x.e30.e30"}), Check.FORMAT),
    "ID token is huge": (claim(padding="x" * 20_000), Check.FORMAT),
    "alg none": (unsigned, Check.ALGORITHM),
    "HS256 with the public key": (signed_with_public_key, Check.ALGORITHM),
    "HS256 with our secret": (signed_with_client_secret, Check.ALGORITHM),
    "an algorithm not in the metadata": (allowed_elsewhere, Check.ALGORITHM),
    "another's key": (another_key, Check.SIGNATURE),
    "key in the header": (own_key_in_header, Check.SIGNATURE),
    "changed after signing": (changed_after_signing, Check.SIGNATURE),
    "unknown critical header": (lie(header={"crit": ["b64x"], "b64x": True}), Check.SIGNATURE),
    "unknown kid": (lie(header={"kid": "two"}), Check.KEY),
    "kid is a number": (lie(header={"kid": 7}), Check.FORMAT),
    "encryption key": (encryption_key, Check.KEY),
    "two keys of one id": (two_keys_of_one_id, Check.KEY),
    "two keys without id": (two_keys_without_id, Check.KEY),
    "no keys": (lie(published=[]), Check.KEY),
    "an access token": (lie(header={"typ": "at+jwt"}), Check.TYPE),
    "a logout token": (lie(header={"typ": "logout+jwt"}), Check.TYPE),
    "another issuer": (claim(iss="https://evil.example"), Check.ISSUER),
    "issuer with a slash": (claim(iss=f"{ISSUER}/"), Check.ISSUER),
    "no issuer": (claim(iss=NOTHING), Check.ISSUER),
    "another audience": (claim(aud="someone"), Check.AUDIENCE),
    "another audience with azp ours": (claim(aud="someone", azp=CLIENT_ID), Check.AUDIENCE),
    "audience holds our name in another": (claim(aud=f"{CLIENT_ID}-2"), Check.AUDIENCE),
    "no audience": (claim(aud=NOTHING), Check.AUDIENCE),
    "empty audiences": (claim(aud=[]), Check.AUDIENCE),
    "audience is no text": (claim(aud=[CLIENT_ID, 7]), Check.AUDIENCE),
    "azp is another": (claim(azp="someone"), Check.AUTHORIZED_PARTY),
    "azp is null": (claim(azp=None), Check.AUTHORIZED_PARTY),
    "several audiences without azp": (claim(aud=[CLIENT_ID, "someone"]), Check.AUTHORIZED_PARTY),
    "several audiences, azp another": (claim(aud=[CLIENT_ID, "someone"], azp="someone"), Check.AUTHORIZED_PARTY),
    "expired": (claim(exp=at(-90)), Check.TIME),
    "no exp": (claim(exp=NOTHING), Check.TIME),
    "exp is text": (claim(exp="9999999999"), Check.TIME),
    "exp is true": (claim(exp=True), Check.TIME),
    "no iat": (claim(iat=NOTHING), Check.TIME),
    "iat in the future": (claim(iat=at(3600)), Check.TIME),
    "iat long ago": (claim(iat=at(-3600)), Check.TIME),
    "nbf is true": (claim(nbf=True), Check.TIME),
    "not valid yet": (claim(nbf=at(3600)), Check.TIME),
    "another nonce": (claim(nonce="of another request"), Check.NONCE),
    "no nonce": (claim(nonce=NOTHING), Check.NONCE),
    "nonce is a list": (claim(nonce=["the nonce"]), Check.NONCE),
    "at_hash of another token": (claim(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), Check.ACCESS_TOKEN_HASH),
    "at_hash is empty": (claim(at_hash=""), Check.ACCESS_TOKEN_HASH),
    "at_hash without access token": (lie(token_response={"access_token": NOTHING}), Check.ACCESS_TOKEN_HASH),
    "no subject": (claim(sub=NOTHING), Check.SUBJECT),
    "empty subject": (claim(sub=""), Check.SUBJECT),
    "subject is a number": (claim(sub=7), Check.SUBJECT),
    "subject is long": (claim(sub="a" * 256), Check.SUBJECT),
    "subject with a NUL": (claim(sub="a\x00"), Check.SUBJECT),
    "userinfo of another": (lie(userinfo={"sub": "mallory", "email": "m@example.com"}), Check.USERINFO_SUBJECT),
    "userinfo without subject": (lie(userinfo={"email": "m@example.com"}), Check.USERINFO_SUBJECT),
    "token response is an error": (
        lie(token_status=400, token_response={"error": "invalid_client"}),
        Check.TOKEN_RESPONSE,
    ),
    "token response is HTML": (lie(raw_token_body=b"<html>"), Check.TOKEN_RESPONSE),
    "token response is a list": (lie(raw_token_body=b"[]"), Check.TOKEN_RESPONSE),
    "token response is a text": (lie(raw_token_body=b'"error"'), Check.TOKEN_RESPONSE),
    "token response is not UTF-8": (lie(raw_token_body=b"\xff\xfe"), Check.TOKEN_RESPONSE),
    "discovery of another issuer": (lie(discovery={"issuer": "https://evil.example"}), Check.DISCOVERY_ISSUER),
    "discovery without issuer": (lie(discovery={"issuer": NOTHING}), Check.DISCOVERY_ISSUER),
    "token endpoint without TLS": (lie(discovery={"token_endpoint": "http://idp.example/token"}), Check.DISCOVERY),
    "no token endpoint": (lie(discovery={"token_endpoint": NOTHING}), Check.DISCOVERY),
    "an address that breaks a header": (
        lie(discovery={"end_session_endpoint": "https://x.example/; y"}),
        Check.DISCOVERY,
    ),
    "only symmetric algorithms": (lie(discovery={"id_token_signing_alg_values_supported": ["HS256"]}), Check.DISCOVERY),
    "no PKCE with S256": (lie(discovery={"code_challenge_methods_supported": ["plain"]}), Check.DISCOVERY),
}

"""The metadata and the keys over HTTP."""

from __future__ import annotations

from authlib.oidc.discovery import OpenIDProviderMetadata

from tests.app.demo.identity_provider.serving import plain_http


async def test_the_metadata_is_complete_and_true(provider: str) -> None:
    async with plain_http() as http:
        document = (await http.get(f"{provider}/.well-known/openid-configuration")).json()
        metadata = OpenIDProviderMetadata(document)
        assert metadata["issuer"] == provider
        assert metadata["authorization_response_iss_parameter_supported"] is True
        assert metadata["backchannel_logout_session_supported"] is True
        assert metadata["code_challenge_methods_supported"] == ["S256"]
        metadata.validate_issuer()
        assert metadata["id_token_signing_alg_values_supported"] == ["ES256"]
        for name, value in document.items():
            if name.endswith("_endpoint"):
                assert (await http.get(value)).status_code in {200, 400, 401, 405}, name
        [key] = (await http.get(document["jwks_uri"])).json()["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key

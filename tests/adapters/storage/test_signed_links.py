"""Files elsewhere: links that the storage itself checks, and objects that say by themselves that they are attachments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from obstore.store import AzureStore

from adapters.storage.link_token import LinkTokens
from adapters.storage.opening import open_storage
from adapters.storage.signed_links import SignedLinks
from domain.kernel.clock import SystemClock
from tests.adapters.storage.s3_stand_in import ENVIRONMENT, StandInS3, s3_stand_in
from tests.builders.files import a_document, an_evidence_file

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

CLOCK = SystemClock()
CONTENT = a_document()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Generator[StandInS3]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with s3_stand_in() as s3:
        yield s3


@pytest.fixture
def links(s3: StandInS3, tmp_path: Path) -> SignedLinks:
    tokens = LinkTokens("secret", CLOCK)
    opened = open_storage("s3://bucket/prefix", s3.url, directory=tmp_path, tokens=tokens, public_url="", clock=CLOCK)
    assert isinstance(opened, SignedLinks)
    return opened


@pytest.fixture
async def client() -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


async def test_a_file_goes_straight_to_the_storage(
    links: SignedLinks, s3: StandInS3, client: httpx2.AsyncClient
) -> None:
    file = an_evidence_file(content=CONTENT, expires_at=CLOCK.now() + timedelta(minutes=15))
    link = await links.upload_link(file)
    sent = await client.request(link.method, link.url, content=CONTENT, headers=dict(link.headers))
    assert sent.status_code == 200
    assert s3.objects[f"/bucket/prefix/{file.upload_key}"][0] == CONTENT
    assert await links.read(file.upload_key, len(CONTENT)) == CONTENT
    seconds = int(parse_qs(urlsplit(link.url).query)["X-Amz-Expires"][0])
    assert 0 < seconds <= 15 * 60


async def test_a_file_comes_as_an_attachment(links: SignedLinks, client: httpx2.AsyncClient) -> None:
    file = an_evidence_file(content=CONTENT, name="réçu.pdf")
    await links.keep(file, CONTENT)
    got = await client.get(await links.download_link(file, CLOCK.now() + timedelta(minutes=5)))
    assert (got.status_code, got.content) == (200, CONTENT)
    assert got.headers["content-type"] == "application/pdf"
    assert (
        got.headers["content-disposition"] == "attachment; filename=\"r__u.pdf\"; filename*=UTF-8''r%C3%A9%C3%A7u.pdf"
    )


async def test_a_link_opens_one_object_in_one_way(
    links: SignedLinks, s3: StandInS3, client: httpx2.AsyncClient
) -> None:
    file = an_evidence_file(content=CONTENT, expires_at=CLOCK.now() + timedelta(minutes=15))
    other = an_evidence_file(content=CONTENT)
    await links.keep(file, CONTENT)
    await links.keep(other, CONTENT)
    upload = (await links.upload_link(file)).url
    download = await links.download_link(file, CLOCK.now() + timedelta(minutes=5))
    before = dict(s3.objects)
    attempts = [
        client.put(upload.replace(file.upload_key, file.stored_key), content=b"MZ"),
        client.put(download, content=b"MZ"),
        client.get(upload),
        client.get(download.replace(file.key, other.key)),
        client.get(download.replace("X-Amz-Expires=", "X-Amz-Expires=9")),
        client.get(download[:-1] + ("0" if download[-1] != "0" else "1")),
        client.delete(download),
    ]
    assert [(await attempt).status_code for attempt in attempts] == [403] * 7
    assert s3.objects == before


async def test_a_link_that_has_expired(links: SignedLinks, client: httpx2.AsyncClient) -> None:
    file = an_evidence_file(content=CONTENT)
    await links.keep(file, CONTENT)
    link = await links.download_link(file, CLOCK.now())
    while (got := await client.get(link)).status_code != 403:
        assert got.status_code == 200


async def test_azure_wants_to_know_the_kind_of_blob() -> None:
    store = AzureStore("container", account_name="account", account_key="a2V5")
    link = await SignedLinks(store, CLOCK).upload_link(an_evidence_file(expires_at=CLOCK.now() + timedelta(minutes=15)))
    assert link.headers == {"content-type": "application/pdf", "x-ms-blob-type": "BlockBlob"}
    assert {"sig", "se", "sp"} <= set(parse_qs(urlsplit(link.url).query))

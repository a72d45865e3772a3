"""A storage elsewhere that signs its own links: files go straight to it and come straight from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import obstore
from obstore.store import AzureStore

from adapters.storage.objects import StoredObjects, translated
from domain.disputes.storage import UploadLink

if TYPE_CHECKING:
    from datetime import datetime

    from obstore.store import GCSStore, S3Store

    from domain.disputes.evidence_file import EvidenceFile
    from domain.kernel.clock import Clock


class SignedLinks(StoredObjects):
    """Satisfies `domain.disputes.storage.ObjectStorage` on S3, what is compatible with it, Google and Azure.

    A link names an object and a time, no more: how large what comes is, and what, is looked at afterwards. That a
    download is an attachment stands with the object.
    """

    def __init__(self, store: S3Store | GCSStore | AzureStore, clock: Clock) -> None:
        super().__init__(lambda: store)
        self._signing = store
        self._clock = clock

    async def upload_link(self, file: EvidenceFile) -> UploadLink:
        """A link that writes the file's `upload_key` until the file's `expires_at`, and nothing else."""
        headers = self.upload_headers(file.content_type.value)
        url = await self.signed("PUT", file.upload_key, file.expires_at)
        return UploadLink(url=url, headers=headers, expires_at=file.expires_at)

    async def download_link(self, file: EvidenceFile, expires_at: datetime) -> str:
        """An address that gives the file's `stored_key` as an attachment under its name."""
        return await self.signed("GET", file.stored_key, expires_at)

    async def signed(self, method: Literal["GET", "PUT"], key: str, expires_at: datetime) -> str:
        """An address for one method on one object."""
        with translated():
            return await obstore.sign_async(self._signing, method, key, self._until(expires_at))

    def upload_headers(self, content_type: str) -> dict[str, str]:
        """What has to be sent with an upload."""
        azure = isinstance(self._signing, AzureStore)
        return {"content-type": content_type, **({"x-ms-blob-type": "BlockBlob"} if azure else {})}

    def _until(self, moment: datetime) -> timedelta:
        return max(moment - self._clock.now(), timedelta(seconds=1))

"""What a dispute has posted is found in the ledger by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.disputes.notice import NoticeType

if TYPE_CHECKING:
    from tests.api.disputes.docket import Docket

ENTRIES = "query($f: LedgerEntryFilter) { ledgerEntries(filter: $f) { nodes { id kind dispute { id } } } }"


async def test_the_entries_of_a_dispute(docket: Docket) -> None:
    payment = await docket.payment()
    dispute = await docket.hear(payment, case_reference="one")
    await docket.hear(payment, NoticeType.WON, minutes=9, case_reference="one")
    other = await docket.hear(payment, case_reference="other")

    async def entries(**wanted: Any) -> list[Any]:
        return (await docket.graph.run(ENTRIES, {"f": wanted}))["ledgerEntries"]["nodes"]

    found = await entries(disputeId=dispute)
    assert [entry["kind"] for entry in found] == ["DISPUTE_REVERSAL", "DISPUTE"]
    assert {entry["dispute"]["id"] for entry in found} == {dispute}
    assert found == [entry for entry in await entries(paymentId=payment) if entry in found]
    assert [entry["kind"] for entry in await entries(disputeId=other)] == ["DISPUTE"]
    assert await entries(disputeId=dispute, kind=["CAPTURE"]) == []


async def test_what_is_no_dispute(docket: Docket) -> None:
    payment = await docket.payment()
    error = await docket.graph.refused(ENTRIES, {"f": {"disputeId": payment}})
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "dsp_" in error["message"]

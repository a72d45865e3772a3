"""What the mutations of reconciliation take."""

from datetime import date

import strawberry

from api.describing import attribute
from api.money import MoneyInput
from api.payments.inputs import KEY
from api.reconciliation.enums import Resolution
from api.scalars import BigInt

ITEM = "The item."


@strawberry.input(description="A file of bank statements that is about to be uploaded.")
class CreateStatementUploadInput:
    """For `createStatementUpload`."""

    file_name: str = attribute("Its name.")
    size_bytes: BigInt = attribute("Its exact size in bytes.")


@strawberry.input(description="A file of bank statements: one that was uploaded, or the text of a small one.")
class ImportStatementInput:
    """For `importStatement`."""

    upload_id: strawberry.ID | None = attribute(
        "The import of `createStatementUpload`, whose file was sent.", default=None
    )
    text: str | None = attribute("A file of at most a megabyte in UTF-8, instead of an upload.", default=None)
    name: str | None = attribute("What to call the text.", default=None)


@strawberry.input(description="A quarantined file to read again.")
class RetryStatementImportInput:
    """For `retryStatementImport`. Needs no key: what was stored is not stored twice."""

    import_id: strawberry.ID = attribute("The import.")


@strawberry.input(description="A file that somebody wants to look at.")
class CreateStatementDownloadInput:
    """For `createStatementDownload`."""

    import_id: strawberry.ID = attribute("The import.")


@strawberry.input(description="What an entry is: a payout or its return, or a remittance.")
class MatchReconciliationItemInput:
    """For `matchReconciliationItem`."""

    idempotency_key: str = attribute(KEY)
    item_id: strawberry.ID = attribute(ITEM)
    payout_id: strawberry.ID | None = attribute("The payout that left or came back.", default=None)
    remittance_id: strawberry.ID | None = attribute("Or the remittance that came.", default=None)
    note: str | None = attribute("How that is known; at most 1,000 characters.", default=None)


@strawberry.input(description="What an entry was that matches nothing.")
class ResolveReconciliationItemInput:
    """For `resolveReconciliationItem`."""

    idempotency_key: str = attribute(KEY)
    item_id: strawberry.ID = attribute(ITEM)
    resolution: Resolution = attribute("What it was.")
    note: str = attribute("How that is known, and what happens now; at most 1,000 characters.")
    payout_id: strawberry.ID | None = attribute(
        "For an AMOUNT_DIFFERENCE: the payout that the entry has paid; only the difference goes to suspense.",
        default=None,
    )


@strawberry.input(description="Who works on an item.")
class AssignReconciliationItemInput:
    """For `assignReconciliationItem`."""

    item_id: strawberry.ID = attribute(ITEM)
    owner_id: strawberry.ID | None = attribute("One of the staff; nobody when left out.", default=None)


@strawberry.input(description="What a gateway says it pays out to us.")
class RecordRemittanceInput:
    """For `recordRemittance`. Needs no key: a gateway's reference is one remittance."""

    gateway: str = attribute("The gateway.")
    reference: str = attribute("What the gateway calls it, and what the bank's entry will carry.")
    gross: MoneyInput = attribute("What the gateway has collected.")
    costs: MoneyInput = attribute("What it and the networks keep of that; zero when nothing.")
    expected_on: date | None = attribute("The day on which it is to come.", default=None)

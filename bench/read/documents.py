"""What is asked for: what a portal shows in a list and on a page of one payment."""

from __future__ import annotations

LIST = """
query PaymentList($first: Int!) {
  payments(first: $first) {
    nodes {
      id status captureMode
      amount { amount minorUnits currency }
      amountCaptured { amount minorUnits currency }
      amountRefunded { amount minorUnits currency }
      method { type brand last4 }
      reference createdAt
      customer { id email name }
      refunds { id status amount { amount minorUnits currency } reason createdAt }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
DETAIL = """
query PaymentDetail($id: ID!) {
  payment(id: $id) {
    id status captureMode
    amount { ...money } amountAuthorized { ...money } amountCapturable { ...money } amountCaptured { ...money }
    amountRefunded { ...money } amountRefundable { ...money } amountDisputed { ...money }
    method { type brand last4 expiryMonth expiryYear bin country funding wallet fingerprint }
    reference description metadata { key value } gateway declineCode declineMessage
    nextAction { __typename ... on RedirectAction { url expiresAt } }
    riskScore hasUnknownOutcome createdAt updatedAt authorizedAt capturedAt authorizationExpiresAt
    merchant { id name status country currency }
    customer { id email name country createdAt }
    captures { id status amount { ...money } final fee { ...money } createdAt }
    refunds { id status amount { ...money } reason failureCode createdAt }
    operations { id type status gateway gatewayReference amount { ...money } responseCode requestedAt completedAt }
    ledgerEntries { id kind postings { account direction amount { ...money } } postedAt }
    timeline { nodes { id sequence type name occurredAt amount { ...money } actor } pageInfo { hasNextPage endCursor } }
    availableActions { action allowed reason maxAmount { ...money } requiresApproval }
  }
}
fragment money on Money { amount minorUnits currency }
"""
STAFF = """
query StaffPaymentList($first: Int!) {
  payments(first: $first) {
    nodes {
      id status
      amount { amount minorUnits currency }
      amountCaptured { amount minorUnits currency }
      amountRefunded { amount minorUnits currency }
      method { type brand last4 }
      reference riskScore createdAt
      merchant { id name }
      customer { id email name }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
# The same rows, columns and relations in PostGraphile's own schema. Amounts stay minor units and ids UUIDs: it has
# nothing to format them with, and is spared it.
POSTGRAPHILE_LIST = """
query PaymentList($first: Int!, $merchantId: UUID!) {
  allPayments(first: $first, condition: { merchantId: $merchantId }, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
    nodes {
      rowId status captureMode currency amountMinor capturedMinor refundedMinor
      methodType brand last4 reference createdAt
      customerByMerchantIdAndCustomerId { rowId email name }
      refundsByMerchantIdAndPaymentIdList(orderBy: [ROW_ID_ASC]) {
        rowId status amountMinor currency reason createdAt
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
LIST_ROWS = 50
STAFF_ROWS = 100

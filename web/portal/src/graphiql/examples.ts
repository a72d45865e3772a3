// The example operations: one tab each. The files stand on their own and validate against the schema; the page only
// replaces the ids and amounts by the viewer's own, and gives every idempotency key a fresh end.

import type { GraphiQLProps } from "graphiql";

import balancesAndLedger from "./examples/balances-and-ledger.graphql?raw";
import balancesAndLedgerVariables from "./examples/balances-and-ledger.json?raw";
import captureInParts from "./examples/capture-in-parts.graphql?raw";
import captureInPartsVariables from "./examples/capture-in-parts.json?raw";
import createPayment from "./examples/create-payment.graphql?raw";
import createPaymentVariables from "./examples/create-payment.json?raw";
import disputes from "./examples/disputes.graphql?raw";
import disputesVariables from "./examples/disputes.json?raw";
import fraudReviews from "./examples/fraud-reviews.graphql?raw";
import fraudReviewsVariables from "./examples/fraud-reviews.json?raw";
import fraudRules from "./examples/fraud-rules.graphql?raw";
import fraudRulesVariables from "./examples/fraud-rules.json?raw";
import paymentStory from "./examples/payment-story.graphql?raw";
import paymentStoryVariables from "./examples/payment-story.json?raw";
import payments from "./examples/payments.graphql?raw";
import paymentsVariables from "./examples/payments.json?raw";
import refund from "./examples/refund.graphql?raw";
import refundVariables from "./examples/refund.json?raw";
import whoAmI from "./examples/who-am-i.graphql?raw";
import type { Samples } from "./samples";

export type Tabs = NonNullable<GraphiQLProps["defaultTabs"]>;

/** Values by the name of the variable or field they replace; what is missing or undefined stays as written. */
type Replacements = Readonly<Record<string, unknown>>;

/** The tabs of a first visit, in the order in which a newcomer reads them. */
export function exampleTabs(samples: Samples): Tabs {
  const { merchantId, paymentId, capturable, refundable } = samples;
  const merchantIds = merchantId && [merchantId];
  return [
    { query: whoAmI },
    { query: payments, variables: paymentsVariables },
    { query: paymentStory, variables: fill(paymentStoryVariables, { id: paymentId }) },
    { query: createPayment, variables: fill(createPaymentVariables, { merchantId }) },
    {
      query: captureInParts,
      variables: fill(captureInPartsVariables, { paymentId: capturable?.id, amount: capturable?.amount }),
    },
    {
      query: refund,
      variables: fill(refundVariables, { paymentId: refundable?.id, amount: refundable?.amount }),
    },
    { query: disputes, variables: disputesVariables },
    { query: fraudReviews, variables: fraudReviewsVariables },
    { query: fraudRules, variables: fraudRulesVariables },
    { query: balancesAndLedger, variables: fill(balancesAndLedgerVariables, { merchantId, merchantIds }) },
  ];
}

function fill(variables: string, replacements: Replacements): string {
  const filled: unknown = JSON.parse(variables, (name, value: unknown) => {
    if (name === "idempotencyKey") return `${String(value)}-${randomSuffix()}`;
    return replacements[name] ?? value;
  });
  return JSON.stringify(filled, null, 2);
}

function randomSuffix(): string {
  // Not crypto.randomUUID: it is missing where the page is opened over plain HTTP by another name than localhost.
  return crypto.getRandomValues(new Uint32Array(2)).reduce((text, part) => text + part.toString(36), "");
}

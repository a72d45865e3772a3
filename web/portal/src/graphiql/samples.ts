// What the examples talk about: payments that exist, taken from the viewer's own lists.

import { send } from "./fetcher";
import document from "./samples.graphql?raw";
import type { CurrentSession } from "./session";

export interface Amount {
  readonly amount: string;
  readonly currency: string;
}

/** Each part is missing when the viewer has nothing of the kind, or may not see it. */
export interface Samples {
  readonly merchantId?: string | undefined;
  readonly paymentId?: string | undefined;
  readonly capturable?: { readonly id: string; readonly amount: Amount } | undefined;
  readonly refundable?: { readonly id: string; readonly amount: Amount } | undefined;
}

// The page opens without samples rather than late.
const PATIENCE_MILLISECONDS = 3000;

/** The viewer's samples, or none: never rejects, since the examples are worth showing without them. */
export async function readSamples(session: CurrentSession): Promise<Samples> {
  if (session.value.kind !== "signed-in") return {};
  try {
    const response = await send(session, {
      method: "POST",
      body: JSON.stringify({ query: document, operationName: "ExampleSamples" }),
      headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json" },
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    return parseSamples((await response.json()) as Answer);
  } catch {
    return {};
  }
}

interface Answer {
  readonly data?: {
    readonly newest: { readonly nodes: readonly { readonly id: string; readonly merchant: { readonly id: string } }[] };
    readonly capturable: { readonly nodes: readonly { readonly id: string; readonly amountCapturable: Amount }[] };
    readonly refundable: { readonly nodes: readonly { readonly id: string; readonly amountRefundable: Amount }[] };
  } | null;
}

function parseSamples({ data }: Answer): Samples {
  if (!data) return {};
  const newest = data.newest.nodes[0];
  const capturable = data.capturable.nodes[0];
  const refundable = data.refundable.nodes[0];
  return {
    merchantId: newest?.merchant.id,
    paymentId: newest?.id,
    capturable: capturable && { id: capturable.id, amount: half(capturable.amountCapturable) },
    refundable: refundable && { id: refundable.id, amount: half(refundable.amountRefundable) },
  };
}

/** Half of an amount, rounded down, with the same fraction digits; on integers, since money is never a float. */
function half({ amount, currency }: Amount): Amount {
  const fractionDigits = amount.includes(".") ? amount.length - amount.indexOf(".") - 1 : 0;
  const minor = (BigInt(amount.replace(".", "")) / 2n).toString().padStart(fractionDigits + 1, "0");
  const whole = minor.slice(0, minor.length - fractionDigits);
  return { amount: fractionDigits ? `${whole}.${minor.slice(-fractionDigits)}` : whole, currency };
}

import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";

import type { CurrentSession } from "./session";

export const ENDPOINT = "/graphql";
const ACCEPT = "application/graphql-response+json, application/json";

/**
 * Sends operations as the signed-in person, or as the bearer of the token in the headers editor.
 *
 * A bearer token leaves the cookie at home, so that no request has two identities.
 */
export function createFetcher(session: CurrentSession): Fetcher {
  return createGraphiQLFetcher({
    url: ENDPOINT,
    subscriptionUrl: webSocketUrl(),
    headers: { accept: ACCEPT },
    // Its multipart reader would ask for answers in a format that the API does not speak.
    enableIncrementalDelivery: false,
    fetch: (_url, request) => send(session, request ?? {}),
  });
}

/** One operation over HTTP, as GraphiQL or the page itself wants it sent. */
export async function send(session: CurrentSession, request: RequestInit): Promise<Response> {
  const headers = new Headers(request.headers);
  const bearer = headers.has("authorization");
  if (!bearer && session.value.kind === "signed-in") headers.set("x-paydesk-csrf", session.value.csrfToken);
  const response = await fetch(ENDPOINT, { ...request, headers, credentials: bearer ? "omit" : "same-origin" });
  if (!bearer && (response.status === 401 || response.status === 403)) void session.refresh();
  await requireJson(response);
  return response;
}

async function requireJson(response: Response): Promise<void> {
  const type = response.headers.get("content-type") ?? "no content type";
  if (/[/+]json\b/.test(type)) return;
  const text = (await response.text()).slice(0, 300);
  throw new Error(`The server answered ${response.status} with ${type} instead of JSON. ${text}`);
}

function webSocketUrl(): string {
  const url = new URL(ENDPOINT, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

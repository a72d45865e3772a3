// Who is looking: read from the server, and read again when the server refuses a request, since the session may have
// ended or a new one may have begun in another tab.

export type Realm = "STAFF" | "MERCHANT";

export type Session =
  | { readonly kind: "signed-in"; readonly csrfToken: string; readonly name: string; readonly realm: Realm }
  | { readonly kind: "signed-out" }
  | { readonly kind: "unreadable"; readonly why: string };

/** The session as the page knows it, with those who want to hear of changes. */
export class CurrentSession {
  value: Session = { kind: "signed-out" };
  readonly #listeners = new Set<() => void>();

  /** Ask the server again; never rejects, a failure becomes an `unreadable` session. */
  async refresh(): Promise<void> {
    this.value = await readSession();
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Session => this.value;
}

async function readSession(): Promise<Session> {
  try {
    const response = await fetch("/session", {
      credentials: "same-origin",
      cache: "no-store",
      headers: { accept: "application/json" },
    });
    if (!response.ok) return { kind: "unreadable", why: `the server answered ${response.status}` };
    return parseSession(await response.json());
  } catch (error) {
    return { kind: "unreadable", why: error instanceof Error ? error.message : "the server did not answer" };
  }
}

function parseSession(body: unknown): Session {
  if (typeof body !== "object" || body === null || !("signed_in" in body)) {
    return { kind: "unreadable", why: "the answer was not a session" };
  }
  if (body.signed_in !== true) return { kind: "signed-out" };
  const { csrf_token, name, realm } = body as Record<string, unknown>;
  if (typeof csrf_token !== "string" || typeof name !== "string" || (realm !== "STAFF" && realm !== "MERCHANT")) {
    return { kind: "unreadable", why: "the answer was not a session" };
  }
  return { kind: "signed-in", csrfToken: csrf_token, name, realm };
}

import { useSyncExternalStore, type ReactNode } from "react";

import type { CurrentSession, Realm } from "./session";

const REALMS: Record<Realm, string> = { STAFF: "staff", MERCHANT: "a merchant's user" };

/** The line above GraphiQL that says as whom operations are sent. */
export function SessionBar({ session, onRestore }: { session: CurrentSession; onRestore: () => void }): ReactNode {
  return (
    <header className="session-bar">
      <h1>Paydesk GraphiQL</h1>
      <span className="who" role="status">
        <Who session={session} />
      </span>
      <button type="button" onClick={onRestore}>
        Restore the examples
      </button>
    </header>
  );
}

function Who({ session }: { session: CurrentSession }): ReactNode {
  const current = useSyncExternalStore(session.subscribe, session.snapshot);
  if (current.kind === "signed-in") {
    return (
      <>
        Signed in as <b>{current.name}</b> ({REALMS[current.realm]}) · <a href="/">Home</a> · <a href="/me">Sign out</a>
      </>
    );
  }
  return (
    <>
      {current.kind === "signed-out"
        ? "You are not signed in: "
        : `Your session could not be read (${current.why}). Reload the page, or `}
      sign in <a href="/sign-in/staff">as staff</a> / <a href="/sign-in/merchant">as merchant</a>, or put{" "}
      <code>{'{ "Authorization": "Bearer …" }'}</code> into Headers and re-fetch the schema.
    </>
  );
}

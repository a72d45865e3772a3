import type { Storage } from "@graphiql/toolkit";

const PREFIX = "graphiql:";
const TAB_KEYS = ["tabState", "query", "variables"];
// What GraphiQL keeps as JSON of its own making; the rest are texts of the editors and settings.
const DOCUMENTS = new Set(["tabState", "queries", "favorites"].map((name) => PREFIX + name));

// GraphiQL writes its tabs a moment after they change: such a write may come between forgetting and leaving.
let forgotten = false;

/**
 * The browser's storage without request headers.
 *
 * GraphiQL keeps tabs and history there; the history would keep a pasted bearer token for as long as the browser lives.
 */
export const storageWithoutHeaders: Storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => {
    if (!forgotten) localStorage.setItem(key, DOCUMENTS.has(key) ? withoutHeaders(value) : value);
  },
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ourKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ourKeys().length;
  },
};

/** Forget the open tabs, and keep nothing more of this visit: the next one begins with the examples. */
export function forgetTabs(): void {
  forgotten = true;
  for (const key of TAB_KEYS) localStorage.removeItem(PREFIX + key);
}

function ourKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function withoutHeaders(document: string): string {
  return JSON.stringify(JSON.parse(document, (key, part: unknown) => (key === "headers" ? null : part)));
}

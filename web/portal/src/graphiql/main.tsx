import "./workers";
// The parts of graphiql/style.css without its fonts, which would be 340 kB, and without Monaco's style, which comes
// with the editor.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./page.css";

import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";

import { exampleTabs, type Tabs } from "./examples";
import { createFetcher } from "./fetcher";
import { readSamples } from "./samples";
import { SessionBar } from "./session-bar";
import { CurrentSession } from "./session";
import { forgetTabs, storageWithoutHeaders } from "./storage";

function Page({ session, fetcher, tabs }: { session: CurrentSession; fetcher: Fetcher; tabs: Tabs }): ReactNode {
  return (
    <>
      <SessionBar session={session} onRestore={restoreExamples} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={tabs}
          defaultEditorToolsVisibility="variables"
          storage={storageWithoutHeaders}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
        >
          {/* The heading above says it. */}
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

function restoreExamples(): void {
  if (!window.confirm("Close all tabs and open the examples again? The history keeps what you have run.")) return;
  forgetTabs();
  window.location.reload();
}

async function open(root: HTMLElement): Promise<void> {
  const session = new CurrentSession();
  await session.refresh();
  const tabs = exampleTabs(await readSamples(session));
  createRoot(root).render(
    <StrictMode>
      <Page session={session} fetcher={createFetcher(session)} tabs={tabs} />
    </StrictMode>,
  );
}

const root = document.getElementById("root");
if (root) void open(root);

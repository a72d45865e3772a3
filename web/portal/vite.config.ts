import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * GraphiQL's tabs as a list of buttons.
 *
 * It gives each list item the role of a tab and puts two buttons inside: assistive technology takes what is inside a tab
 * for mere text, so nobody who depends on it could close one.
 */
function reachableTabs(): Plugin {
  const replacements = [
    ['role: "tablist",', ""],
    ['role: "tab",', ""],
    ['"aria-selected": isActive,', '"aria-current": isActive || void 0,'],
  ] as const;
  return {
    name: "reachable-tabs",
    transform(code, id) {
      if (!id.endsWith("@graphiql/react/dist/components/tabs/index.js")) return null;
      for (const [before] of replacements) {
        if (!code.includes(before)) this.error(`GraphiQL's tabs have changed, there is no ${before} any more`);
      }
      return { code: replacements.reduce((text, [before, after]) => text.replace(before, after), code), map: null };
    },
  };
}

// The page is served at /graphql and its assets below /static/graphiql/, so the addresses in it are absolute.
// build.py gives the output folder on the command line, and moves what is finished into web/static/graphiql.
export default defineConfig({
  root: here("src/graphiql"),
  base: "/static/graphiql/",
  cacheDir: here("node_modules/.vite"),
  publicDir: false,
  plugins: [react(), reachableTabs()],
  worker: { format: "es" },
  build: {
    outDir: here("../static/graphiql"),
    emptyOutDir: true,
    target: "es2022",
    // The workers are large, and are not part of what a visit waits for.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      onLog(level, log, report) {
        // "use no memo" in GraphiQL's modules is for a compiler that has already run.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
    },
  },
});

// Runs the GraphQL-over-HTTP audits against a server; prints one JSON object per audit.
// usage: node audit.mjs <endpoint>, with the access token in the environment as TOKEN
import { auditServer } from "graphql-http";

const [url] = process.argv.slice(2);
const fetchFn = (address, init = {}) =>
  fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${process.env.TOKEN}` } });

for (const result of await auditServer({ url, fetchFn })) {
  const { id, name, status, reason } = result;
  console.log(JSON.stringify({ id, name, status, reason }));
}

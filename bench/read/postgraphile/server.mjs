// PostGraphile as its documentation recommends it for production: grafserv on Node's own HTTP server, one process, no
// GraphiQL, no websockets, no watching, relations as plain lists where they are small.
//
// A request with a token is verified and fenced to its merchant as the documentation says: by settings of a transaction.
// One without runs in the fence that the connection itself was opened with, and costs neither.
import { createServer } from "node:http";

import jsonwebtoken from "jsonwebtoken";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { DATABASE_HOST, DATABASE_USER, DATABASE_NAME, DATABASE_OPTIONS, POOL_SIZE, PORT, TOKEN_SECRET } = process.env;

function context({ node }) {
  const header = node?.req.headers.authorization;
  if (header === undefined) return {};
  const { role, merchants } = jsonwebtoken.verify(header.slice("Bearer ".length), TOKEN_SECRET, {
    algorithms: ["HS256"],
    audience: "postgraphile",
  });
  return { pgSettings: { role, "paydesk.merchants": merchants } };
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      schemas: ["public"],
      poolConfig: {
        host: DATABASE_HOST,
        user: DATABASE_USER,
        database: DATABASE_NAME,
        options: DATABASE_OPTIONS,
        max: Number(POOL_SIZE),
      },
      pubsub: false,
    }),
  ],
  schema: { defaultBehavior: "+connection +list -insert -update -delete" },
  grafserv: { graphqlPath: "/graphql", graphiql: false, graphiqlOnGraphQLGET: false, websockets: false, watch: false },
  grafast: { explain: false, context },
});

const served = instance.createServ(grafserv);
const server = createServer();
await served.addTo(server);
// Listening is the sign that it is ready: the schema is there by now.
await instance.getSchema();
server.listen(Number(PORT), "127.0.0.1");

// A certified OpenID provider as a peer: one provider, two clients, people who can be changed while it runs.
// It ends when its standard input closes, so that it never outlives the tests.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";

import * as oidc from "oidc-provider";

const { port, paydesk } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;
const people = new Map();

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });

const client = (realm) => ({
  client_id: `paydesk-${realm}`,
  // Characters that only survive when both halves of Basic credentials are form-encoded (RFC 6749, section 2.3.1).
  client_secret: `${realm}+secret/with:every%kind of=character`,
  redirect_uris: [`${paydesk}/sign-in/${realm}/callback`],
  post_logout_redirect_uris: [`${paydesk}/`],
  backchannel_logout_uri: `${paydesk}/backchannel-logout/${realm}`,
  backchannel_logout_session_required: true,
  response_types: ["code"],
  grant_types: ["authorization_code"],
  id_token_signed_response_alg: "ES256",
});

const provider = new oidc.Provider(issuer, {
  clients: [client("staff"), client("merchant")],
  jwks: { keys: [{ ...key, use: "sig", alg: "ES256", kid: "tests" }] },
  cookies: { keys: ["of the tests"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  scopes: ["openid"],
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  // The provider's guard against requests to loopback addresses, where Paydesk is here, stands in the dispatcher.
  fetch: (url, { dispatcher: _guard, ...options }) => fetch(url, options),
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
  // Consent is the demo provider's business; here everybody agrees.
  async loadExistingGrant(context) {
    const { session, client: asking, params } = context.oidc;
    const before = session.grantIdFor(asking.clientId);
    if (before) return context.oidc.provider.Grant.find(before);
    const grant = new context.oidc.provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
});

const body = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

provider.use(async (context, next) => {
  const { path, method } = context;
  if (path === "/test/people" && method === "PUT") {
    for (const [sub, claims] of Object.entries(JSON.parse(await body(context.req)))) people.set(sub, claims);
    context.body = "";
    return;
  }
  if (path.startsWith("/interaction/") && method === "GET") {
    context.type = "html";
    context.body = '<form method="post"><input name="sub"><button>Sign in</button></form>';
    return;
  }
  if (path.startsWith("/interaction/") && method === "POST") {
    const sub = new URLSearchParams(await body(context.req)).get("sub");
    const result = sub ? { login: { accountId: sub } } : { error: "access_denied", error_description: "<b>no</b>" };
    context.respond = false;
    await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
    return;
  }
  await next();
});

const server = provider.listen(port, "localhost");
await once(server, "listening");
console.log("ready");
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

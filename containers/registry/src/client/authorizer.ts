/** Authorization at registries: Basic, and Bearer tokens from the token server a registry names (token authentication spec). */
import { RegistryError } from "../errors.ts";
import { drain } from "./answer.ts";
import type { Credentials } from "./credentials.ts";
import type { Send, Sending } from "./transport.ts";

/** Who asks for what. */
export interface Identity {
  readonly registry: string;
  readonly scope: string;
  readonly auth: Credentials | undefined;
  /** Whether a token server may be asked over plain HTTP. */
  readonly insecure: boolean;
  readonly trust: Sending["trust"];
  readonly signal: AbortSignal | undefined;
}

/** Remembers what worked, so that a pull of many blobs asks for one token. */
export interface Authorizer {
  /** The Authorization header that worked lately for this identity. */
  known(identity: Identity): string | undefined;
  /** The header that answers a challenge; undefined where there are no credentials to answer with. Throws UNAUTHORIZED. */
  answer(identity: Identity, challenge: string): Promise<string | undefined>;
}

/** What the authorizer needs: where credentials are, and a way to send a request. */
export interface AuthorizerDeps {
  readonly credentials: ((registry: string) => Promise<Credentials | undefined>) | undefined;
  readonly send: Send;
}

const MAX_TOKEN_ANSWER = 256 * 1024;
/** Seconds a token counts where the server does not say, and the margin kept before its end. */
const DEFAULT_LIFE = 60;
const MARGIN = 10;
const MAX_REMEMBERED = 512;

/** Makes an authorizer with an empty memory. */
export function createAuthorizer({ credentials, send }: AuthorizerDeps): Authorizer {
  const remembered = new Map<string, { readonly header: string; readonly until: number }>();

  async function fetchToken(identity: Identity, parameters: Map<string, string>, login: Credentials | undefined) {
    const realm = URL.parse(parameters.get("realm") ?? "");
    if (realm === null || (realm.protocol !== "https:" && !(identity.insecure && realm.protocol === "http:"))) {
      throw new RegistryError("UNAUTHORIZED", `registry ${identity.registry} names an unusable token server`);
    }
    const service = parameters.get("service");
    const asked = parameters.get("scope");
    const scope = asked === undefined || identity.scope.startsWith(`${asked} `) ? identity.scope : asked;
    const init: Sending =
      login?.identityToken === undefined
        ? byGet(realm, service, scope, login)
        : byPost(login.identityToken, service, scope);
    const response = await send(realm, { ...init, trust: identity.trust, signal: identity.signal });
    const body = await drain(response, MAX_TOKEN_ANSWER);
    if (response.status !== 200) {
      const who = login === undefined ? "anonymous access, a login is required," : `the login of "${login.username}"`;
      throw new RegistryError(
        "UNAUTHORIZED",
        `token server ${realm.host} refused ${who} to ${identity.registry} (status ${response.status})`,
      );
    }
    return readToken(body, realm.host);
  }

  return {
    known(identity) {
      const found = remembered.get(keyOf(identity));
      return found !== undefined && found.until > performance.now() ? found.header : undefined;
    },
    async answer(identity, challenge) {
      const { scheme, parameters } = parseChallenge(challenge);
      if (identity.auth?.registryToken !== undefined) return `Bearer ${identity.auth.registryToken}`;
      const login = identity.auth ?? (await credentials?.(identity.registry));
      let header: string;
      let life = Number.POSITIVE_INFINITY;
      if (scheme === "basic") {
        if (login === undefined) return undefined;
        header = basic(login);
      } else if (scheme === "bearer") {
        const token = await fetchToken(identity, parameters, login);
        header = `Bearer ${token.token}`;
        life = token.life;
      } else {
        throw new RegistryError(
          "UNAUTHORIZED",
          `registry ${identity.registry} asks for the unsupported authorization scheme "${scheme}"`,
        );
      }
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(keyOf(identity), { header, until: performance.now() + (life - MARGIN) * 1000 });
      return header;
    },
  };
}

/** Takes a WWW-Authenticate header apart: `Bearer realm="…",service="…"` (RFC 9110, 11.6.1). The first challenge counts. */
export function parseChallenge(header: string): { scheme: string; parameters: Map<string, string> } {
  const scheme = /^\s*([\w-]+)/.exec(header)?.[1]?.toLowerCase() ?? "";
  const parameters = new Map<string, string>();
  for (const [, key = "", quoted, plain] of header.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    parameters.set(key.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return { scheme, parameters };
}

function byGet(realm: URL, service: string | undefined, scope: string, login: Credentials | undefined): Sending {
  if (service !== undefined) realm.searchParams.set("service", service);
  for (const each of scope.split(" ").filter(Boolean)) realm.searchParams.append("scope", each);
  return login === undefined ? {} : { headers: { authorization: basic(login) } };
}

// The OAuth2 form: an identity token is exchanged for an access token.
function byPost(identityToken: string, service: string | undefined, scope: string): Sending {
  const form = {
    grant_type: "refresh_token",
    refresh_token: identityToken,
    client_id: "skiff",
    scope,
    service: service ?? "",
  };
  const body = Buffer.from(new URLSearchParams(form).toString());
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.byteLength) };
  return { method: "POST", headers, body };
}

function readToken(body: Buffer, host: string): { token: string; life: number } {
  let answer: { token?: unknown; access_token?: unknown; expires_in?: unknown } | null;
  try {
    answer = JSON.parse(body.toString("utf8"));
  } catch (error) {
    // Not passed on as the cause: a parser's message quotes what may be a token.
    if (!(error instanceof SyntaxError)) throw error;
    answer = null;
  }
  const token = answer?.token ?? answer?.access_token;
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
    throw new RegistryError("UNAUTHORIZED", `token server ${host} gave no token`);
  const life = typeof answer?.expires_in === "number" ? answer.expires_in : DEFAULT_LIFE;
  return { token, life };
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function keyOf({ registry, scope, auth }: Identity): string {
  return JSON.stringify([registry, scope, auth?.username, auth?.password, auth?.identityToken]);
}

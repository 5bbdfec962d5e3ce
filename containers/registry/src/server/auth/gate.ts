/** Who may do what at a registry: logins by Basic (RFC 7617) or by Bearer tokens that the registry itself gives. */
import { isRepository } from "../../reference.ts";
import { jsonReply, type Reply } from "../handler.ts";
import type { VerifyLogin } from "./htpasswd.ts";
import { createTokens } from "./tokens.ts";

export type Action = "pull" | "push" | "delete";

/** A request as the gate sees it. */
export interface Visit {
  /** The address the registry goes by for this client: `https://host:port`. */
  readonly origin: string;
  readonly authorization: string | undefined;
  /** What is asked for; undefined where it is of no repository. */
  readonly repository: string | undefined;
  readonly action: Action;
}

/** Answers a visit: the right to go on, or the reply that says what is missing. */
export interface Gate {
  enter(
    visit: Visit,
  ): Promise<{ readonly may: (repository: string, action: Action) => boolean } | { readonly refusal: Reply }>;
  /** GET /token: a token for those who log in (Docker's token authentication). */
  token(visit: Pick<Visit, "authorization" | "origin">, query: URLSearchParams): Promise<Reply>;
}

/** `scheme` is what is asked of who brings nothing; a right login by Basic is taken in both. */
export function createGate(verify: VerifyLogin, scheme: "basic" | "bearer", now: () => number): Gate {
  const tokens = createTokens();

  async function login(authorization: string | undefined): Promise<string | undefined> {
    const encoded = /^basic +([A-Za-z0-9+/=]{1,4096})$/i.exec(authorization ?? "")?.[1];
    if (encoded === undefined) return undefined;
    const text = Buffer.from(encoded, "base64").toString("utf8");
    const colon = text.indexOf(":");
    const username = text.slice(0, colon);
    return colon > 0 && (await verify(username, text.slice(colon + 1))) ? username : undefined;
  }

  return {
    async enter({ origin, authorization, repository, action }) {
      const token = /^bearer +([\w.-]{1,16384})$/i.exec(authorization ?? "")?.[1];
      const grant = token === undefined ? undefined : tokens.read(token, now());
      if (grant !== undefined) {
        const may = (name: string, wanted: Action) =>
          grant.access.some(
            (each) => each.repository === name && (each.actions.includes(wanted) || each.actions.includes("*")),
          );
        if (repository === undefined || may(repository, action)) return { may };
      } else if ((await login(authorization)) !== undefined) return { may: () => true };
      const scope =
        repository === undefined
          ? ""
          : `,scope="repository:${repository}:${action === "pull" ? "pull" : action === "push" ? "pull,push" : action}"`;
      const challenge =
        scheme === "basic"
          ? 'Basic realm="skiff registry"'
          : `Bearer realm="${origin}/token",service="skiff registry"${scope}`;
      return { refusal: unauthorized(challenge) };
    },
    async token({ authorization, origin }, query) {
      const username = await login(authorization);
      if (username === undefined) return unauthorized(`Basic realm="${origin}"`);
      const access = query.getAll("scope").flatMap((scopes) => scopes.split(" ").flatMap(accessOf));
      const token = tokens.sign({ username, access }, now());
      const issued = new Date(now()).toISOString();
      return jsonReply(
        { token, access_token: token, expires_in: tokens.life, issued_at: issued },
        { "cache-control": "no-store" },
      );
    },
  };
}

function accessOf(scope: string) {
  const [, repository = "", actions = ""] = /^repository:([^:]+):([a-z,*]+)$/.exec(scope) ?? [];
  return isRepository(repository) ? [{ repository, actions: actions.split(",") }] : [];
}

function unauthorized(challenge: string): Reply {
  const errors = [{ code: "UNAUTHORIZED", message: "authentication required" }];
  return { ...jsonReply({ errors }, { "www-authenticate": challenge }), status: 401 };
}

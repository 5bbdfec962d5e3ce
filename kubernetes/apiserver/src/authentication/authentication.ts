/** Who asks: every way to prove it, in the order they are tried. */
import type { Call, User } from "../call.ts";
import { type Reloaded, reloaded } from "../configuration/reloaded.ts";
import type { Log } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";
import {
  type AnonymousOptions,
  type AuthenticationConfiguration,
  parseAuthenticationConfiguration,
} from "./authentication-configuration.ts";
import { bearerToken } from "./bearer-token.ts";
import { bootstrapTokens } from "./bootstrap-tokens.ts";
import { jwtAuthenticator } from "./jwt/jwt-authenticator.ts";
import type { JwtIssuer } from "./jwt/jwt-configuration.ts";
import { type RequestHeaderOptions, requestHeaderUser } from "./request-header.ts";
import type { TokenAuthority } from "./service-account-tokens.ts";
import {
  type TokenAuthenticator,
  type TokenAuthenticators,
  TokenRefusedError,
  tokenAuthenticators,
} from "./token-authenticator.ts";
import { tokenFile } from "./token-file.ts";
import { type TokenWebhookOptions, tokenWebhook } from "./webhook/token-webhook.ts";

/** The ways to prove who one is, besides client certificates and service account tokens, which always hold. */
export interface AuthenticationOptions {
  /** Path of a static token file. */
  readonly tokenFile?: string | undefined;
  /** Whether bootstrap tokens are taken; false when missing. */
  readonly bootstrapTokens?: boolean | undefined;
  readonly jwt?: readonly JwtIssuer[] | undefined;
  /** Path of an AuthenticationConfiguration, looked at again when it changes. Its issuers are taken besides `jwt`. */
  readonly configurationFile?: string | undefined;
  readonly webhook?: TokenWebhookOptions | undefined;
  readonly requestHeader?: RequestHeaderOptions | undefined;
  /** Anonymous requests are let in everywhere when missing: what they may do is for authorization to say. */
  readonly anonymous?: AnonymousOptions | undefined;
}

/** Finds out who makes requests. */
export interface Authentication extends Disposable {
  readonly tokens: TokenAuthenticators;
  /** The user, or undefined for a request to be refused. Answers at once where nobody has to be asked. */
  userOf(call: Call): User | undefined | Promise<User | undefined>;
}

/** Who nobody is. */
export const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

const NOTHING: AuthenticationConfiguration = { jwt: [], anonymous: undefined };

/** What authentication works with. */
export interface AuthenticationDeps {
  readonly caches: Caches;
  readonly serviceAccounts: TokenAuthority;
  readonly clock: { now(): number };
  readonly log: Log;
}

/** All ways of the options together. Rejects when a file named by them cannot be used. */
export async function createAuthentication(
  options: AuthenticationOptions,
  deps: AuthenticationDeps,
): Promise<Authentication> {
  const { caches, serviceAccounts, clock, log } = deps;
  const configured = await configuration(options.configurationFile, clock, log);
  const before: TokenAuthenticator[] = [
    ...(options.tokenFile === undefined ? [] : [tokenFile(options.tokenFile)]),
    {
      name: "service account",
      audienceAware: true,
      authenticate: (token, audiences) => serviceAccounts.authenticate(token, audiences),
    },
    ...(options.bootstrapTokens ? [bootstrapTokens(caches, clock)] : []),
    ...(await Promise.all((options.jwt ?? []).map((issuer) => jwtAuthenticator(issuer, clock)))),
  ];
  const after = options.webhook ? [tokenWebhook(options.webhook, clock)] : [];
  const assembled = new WeakMap<object, TokenAuthenticators>();
  const current = (): TokenAuthenticators => {
    const { value } = configured;
    let tokens = assembled.get(value);
    if (!tokens) {
      tokens = tokenAuthenticators([...before, ...value.issuers, ...after], serviceAccounts.audiences);
      assembled.set(value, tokens);
    }
    return tokens;
  };
  const frontProxy = options.requestHeader && requestHeaderUser(options.requestHeader);

  const byToken = async (token: string): Promise<User | undefined> => {
    try {
      return (await current().authenticate(token))?.user;
    } catch (error) {
      if (!(error instanceof TokenRefusedError)) throw error;
      log.debug("a bearer token was refused", { error: error.message });
      return undefined;
    }
  };

  const anonymous = ({ path }: Call): User | undefined => {
    const { enabled, paths } = configured.value.anonymous ?? options.anonymous ?? { enabled: true };
    return enabled && (paths === undefined || paths.includes(path)) ? ANONYMOUS : undefined;
  };

  return {
    tokens: { authenticate: (token, audiences) => current().authenticate(token, audiences) },
    userOf(call) {
      const { incoming } = call;
      const proxied = frontProxy?.(incoming);
      if (proxied) return proxied;
      if (incoming.certificateUser) return incoming.certificateUser;
      const token = bearerToken(incoming);
      return token === undefined ? anonymous(call) : byToken(token);
    },
    [Symbol.dispose]: () => configured[Symbol.dispose](),
  };
}

interface Configured {
  readonly issuers: readonly TokenAuthenticator[];
  readonly anonymous: AnonymousOptions | undefined;
}

async function configuration(
  path: string | undefined,
  clock: { now(): number },
  log: Log,
): Promise<Reloaded<Configured>> {
  const make = async ({ jwt, anonymous }: AuthenticationConfiguration): Promise<Configured> => ({
    issuers: await Promise.all(jwt.map((issuer) => jwtAuthenticator(issuer, clock))),
    anonymous,
  });
  if (path === undefined) return { value: await make(NOTHING), [Symbol.dispose]: () => undefined };
  return reloaded(path, (text) => make(parseAuthenticationConfiguration(text, path)), log);
}

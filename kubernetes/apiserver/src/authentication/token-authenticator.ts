import type { User } from "../call.ts";

/** Whose a token is, and which of the audiences it was asked for it is good for. */
export interface Authenticated {
  readonly user: User;
  readonly audiences: readonly string[];
}

/**
 * Tells whose a bearer token is. Asked concurrently, for every request with a token that nobody before it knew. Answers undefined for a
 * token it does not know, and throws when it cannot tell, or knows the token and why it is not good: the next is then asked all the same.
 */
export interface TokenAuthenticator {
  readonly name: string;
  /** Whether its tokens say whom they are for. Others are good for this server's own audiences, and it is asked for no others. */
  readonly audienceAware?: boolean;
  authenticate(
    token: string,
    audiences: readonly string[],
  ): Promise<Authenticated | undefined> | Authenticated | undefined;
}

/** All kinds of tokens, in the order they are tried. */
export interface TokenAuthenticators {
  /** `audiences` defaults to the server's own. Throws TokenRefusedError where nobody knew the token and somebody says why. */
  authenticate(token: string, audiences?: readonly string[]): Promise<Authenticated | undefined>;
}

/** What the authenticators said of a token nobody vouches for. Never the token itself. */
export class TokenRefusedError extends Error {
  override readonly name = "TokenRefusedError";
}

/** The authenticators as one. */
export function tokenAuthenticators(all: readonly TokenAuthenticator[], own: readonly string[]): TokenAuthenticators {
  return {
    async authenticate(token, audiences = own) {
      const problems: string[] = [];
      const ours = audiences.filter((audience) => own.includes(audience));
      for (const { name, authenticate, audienceAware } of all) {
        if (!audienceAware && ours.length === 0) continue;
        try {
          const found = await authenticate(token, audienceAware ? audiences : ours);
          if (found) return found;
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          problems.push(`${name}: ${error.message}`);
        }
      }
      if (problems.length > 0) throw new TokenRefusedError(problems.join(", "));
      return undefined;
    },
  };
}

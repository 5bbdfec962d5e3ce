import { StatusError } from "@skiff/api";

/** Where a chunked list goes on: after this key, at this revision. */
export interface Continue {
  readonly revision: number;
  readonly after: string;
}

/** The revision of a token whose list goes on with whatever is there now. */
export const INCONSISTENT_CONTINUE = -1;

/** An opaque token for the next page. */
export function encodeContinue(revision: number, lastKey: string): string {
  const token = { v: "meta.k8s.io/v1", rv: revision, start: `${lastKey}\0` };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** Reads a token. Throws StatusError 400 for what this server did not make. */
export function decodeContinue(token: string): Continue {
  try {
    const parsed = JSON.parse(Buffer.from(token, "base64url").toString()) as Record<string, unknown> | null;
    const { v, rv, start } = parsed ?? {};
    const isRevision = typeof rv === "number" && Number.isSafeInteger(rv) && (rv > 0 || rv === INCONSISTENT_CONTINUE);
    if (v === "meta.k8s.io/v1" && isRevision && typeof start === "string" && start.endsWith("\0")) {
      return { revision: rv, after: start.slice(0, -1) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw StatusError.badRequest(
    "invalid continue token: continue key is not valid: the token was not made by this server",
  );
}

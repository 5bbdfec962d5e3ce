/** Tokens that a registry gives to those who logged in: JSON Web Tokens (RFC 7519), signed with a key of this process. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** What a token allows: actions per repository. */
export interface Grant {
  readonly username: string;
  readonly access: readonly { readonly repository: string; readonly actions: readonly string[] }[];
}

/** Makes and reads tokens. */
export interface Tokens {
  /** Seconds a token counts. */
  readonly life: number;
  /** `now` in milliseconds since the epoch. */
  sign(grant: Grant, now: number): string;
  /** The grant of a token made here that still counts. */
  read(token: string, now: number): Grant | undefined;
}

const LIFE = 300;
const HEADER = encode({ typ: "JWT", alg: "HS256" });

/** Tokens signed with a new random key: those of an earlier process count no more, and clients get others. */
export function createTokens(): Tokens {
  const key = randomBytes(32);
  const signature = (text: string) => createHmac("sha256", key).update(text).digest();
  return {
    life: LIFE,
    sign(grant, now) {
      const text = `${HEADER}.${encode({ ...grant, exp: Math.floor(now / 1000) + LIFE })}`;
      return `${text}.${signature(text).toString("base64url")}`;
    },
    read(token, now) {
      const [header, payload, signed = ""] = token.split(".");
      const expected = signature(`${header}.${payload}`);
      const actual = Buffer.from(signed, "base64url");
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
      const grant = JSON.parse(Buffer.from(payload ?? "", "base64url").toString("utf8")) as Grant & { exp: number };
      return grant.exp * 1000 > now ? grant : undefined;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

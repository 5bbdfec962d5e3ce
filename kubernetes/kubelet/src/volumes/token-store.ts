/** Service account tokens for Pods, asked for once and renewed in time. */
import type { TokenRequest } from "@skiff/api/authentication/v1";
import type { Pod, ServiceAccountTokenProjection } from "@skiff/api/core/v1";
import { serviceAccounts } from "@skiff/api/resources";
import type { Client } from "@skiff/client";

const DAY_MS = 86_400_000;

export interface Token {
  readonly token: string;
  /** From when on a new one is due, in milliseconds since the epoch. */
  readonly renewAt: number;
}

/** Keeps tokens in memory only. */
export class TokenStore {
  readonly #client: Pick<Client, "createSubresource">;
  readonly #now: () => number;
  readonly #tokens = new Map<string, Map<string, Token>>();

  constructor(o: { client: Pick<Client, "createSubresource">; now: () => number }) {
    this.#client = o.client;
    this.#now = o.now;
  }

  /** A token for the Pod's service account, bound to the Pod; the one given before while it is not due for renewal. */
  async get(pod: Pod, projection: ServiceAccountTokenProjection): Promise<Token> {
    const uid = pod.metadata.uid ?? "";
    const { audience = "", expirationSeconds = 3600 } = projection;
    const key = JSON.stringify([audience, expirationSeconds]);
    const known = this.#tokens.get(uid)?.get(key);
    if (known && this.#now() < known.renewAt) return known;
    const token = await this.#request(pod, audience, expirationSeconds);
    const ofPod = this.#tokens.get(uid) ?? new Map<string, Token>();
    this.#tokens.set(uid, ofPod.set(key, token));
    return token;
  }

  /** Forgets the tokens of a Pod that is gone. */
  forget(uid: string): void {
    this.#tokens.delete(uid);
  }

  async #request(pod: Pod, audience: string, expirationSeconds: number): Promise<Token> {
    const { namespace, name = "", uid } = pod.metadata;
    const account = { namespace, name: pod.spec.serviceAccountName || "default" };
    const request: TokenRequest = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name: account.name },
      spec: {
        ...(audience ? { audiences: [audience] } : {}),
        expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
      },
    };
    const { status } = await this.#client.createSubresource<unknown, TokenRequest>(
      serviceAccounts,
      account,
      "token",
      request,
    );
    if (!status?.token) throw new Error("the server answered a TokenRequest without a token");
    const now = this.#now();
    const expires = Date.parse(status.expirationTimestamp ?? "") || now + expirationSeconds * 1000;
    return { token: status.token, renewAt: Math.min(now + (expires - now) * 0.8, now + DAY_MS) };
  }
}

/** Tokens another server knows: asked with a TokenReview (authentication.k8s.io/v1), its answers remembered for a while. */
import { createHash } from "node:crypto";
import type { TokenReview, UserInfo } from "@skiff/api/authentication/v1";
import { ExpiringMap } from "../../remote/expiring-map.ts";
import { readRemoteServer } from "../../remote/kubeconfig.ts";
import { remoteCaller } from "../../remote/remote-call.ts";
import type { Authenticated, TokenAuthenticator } from "../token-authenticator.ts";

/** Where the webhook is, and how long its answers hold. */
export interface TokenWebhookOptions {
  readonly kubeconfig: string;
  /** 120,000 when missing. */
  readonly cacheTtlMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;
const REMEMBERED = 4096;

/** An authenticator that asks the webhook; it speaks of its token in no error and no log. */
export function tokenWebhook(options: TokenWebhookOptions, clock: { now(): number }): TokenAuthenticator {
  const { kubeconfig, cacheTtlMs = 120_000 } = options;
  const caller = remoteCaller(readRemoteServer(kubeconfig));
  // Under a digest: the tokens themselves are not what this process should keep.
  const known = new ExpiringMap<{ readonly answer: Authenticated | undefined }>(REMEMBERED, clock);
  const asking = new Map<string, Promise<Authenticated | undefined>>();

  const ask = async (token: string, audiences: readonly string[]): Promise<Authenticated | undefined> => {
    const body = {
      kind: "TokenReview",
      apiVersion: "authentication.k8s.io/v1",
      metadata: {},
      spec: { token, audiences },
    };
    const review = (await caller.call({ method: "POST", body, timeoutMs: TIMEOUT_MS, attempts: ATTEMPTS })) as
      | Partial<TokenReview>
      | undefined;
    const status = review?.status;
    if (status?.authenticated !== true) {
      if (status?.error) throw new Error(status.error);
      return undefined;
    }
    const { username, uid, groups = [], extra }: UserInfo = status.user ?? {};
    if (!username) throw new Error("the webhook vouches for a user without a name");
    // A webhook that says nothing of audiences knows none but the server's own.
    const good = status.audiences?.length ? audiences.filter((one) => status.audiences?.includes(one)) : audiences;
    if (good.length === 0) return undefined;
    return { user: { name: username, groups, ...(uid && { uid }), ...(extra && { extra }) }, audiences: good };
  };

  return {
    name: "webhook",
    authenticate(token, audiences) {
      const key = createHash("sha256")
        .update(JSON.stringify([token, audiences]))
        .digest("base64");
      const remembered = known.get(key);
      if (remembered) return remembered.answer;
      let answer = asking.get(key);
      if (!answer) {
        answer = ask(token, audiences)
          .then((found) => {
            known.set(key, { answer: found }, cacheTtlMs);
            return found;
          })
          .finally(() => asking.delete(key));
        asking.set(key, answer);
      }
      return answer;
    },
  };
}

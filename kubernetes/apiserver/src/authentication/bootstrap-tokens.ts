/** Bootstrap tokens: `<id>.<secret>`, kept as Secrets `bootstrap-token-<id>` in kube-system, for nodes that have no certificate yet. */
import { timingSafeEqual } from "node:crypto";
import type { Secret } from "@skiff/api/core/v1";
import { secrets } from "@skiff/api/resources";
import type { Caches } from "../state/caches.ts";
import type { TokenAuthenticator } from "./token-authenticator.ts";

const FORM = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const GROUP = "system:bootstrappers";
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/** Knows the bootstrap tokens whose Secrets are there, not expired, and meant for authentication. */
export function bootstrapTokens(caches: Caches, clock: { now(): number }): TokenAuthenticator {
  return {
    name: "bootstrap token",
    authenticate(token, audiences) {
      const [, id = "", secretPart = ""] = FORM.exec(token) ?? [];
      if (id === "") return undefined;
      const entry = caches.of(secrets).entries.get(`kube-system/bootstrap-token-${id}`);
      const secret = entry?.object as unknown as Secret | undefined;
      if (secret?.type !== "bootstrap.kubernetes.io/token" || secret.metadata.deletionTimestamp) return undefined;
      const said = (key: string) => Buffer.from(secret.data?.[key] ?? "", "base64").toString();
      if (said("token-id") !== id || !same(said("token-secret"), secretPart)) return undefined;
      const expires = said("expiration");
      if (expires !== "" && !(Date.parse(expires) > clock.now())) return undefined;
      if (said("usage-bootstrap-authentication") !== "true") return undefined;
      const groups = said("auth-extra-groups")
        .split(",")
        .filter((group) => group !== "");
      const odd = groups.find((group) => !EXTRA_GROUP.test(group));
      if (odd !== undefined) throw new Error(`the group ${JSON.stringify(odd)} is not one a bootstrap token may give`);
      return { user: { name: `system:bootstrap:${id}`, groups: [...new Set([GROUP, ...groups])].sort() }, audiences };
    },
  };
}

function same(stored: string, given: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

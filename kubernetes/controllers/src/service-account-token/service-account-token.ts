/** Fills Secrets of type `kubernetes.io/service-account-token` with a token of the account they name, and deletes them with it. */
import { isNotFound } from "@skiff/api";
import type { Secret } from "@skiff/api/core/v1";
import { secrets, serviceAccounts } from "@skiff/api/resources";
import { mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";

const TYPE = "kubernetes.io/service-account-token";
const NAME = "kubernetes.io/service-account.name";
const UID = "kubernetes.io/service-account.uid";
const BY_ACCOUNT = "service-account";

/** Issues tokens that are kept in Secrets. */
export interface LegacyTokens {
  issueLegacy(account: { name: string; uid: string }, namespace: string, secret: string): Promise<string>;
}

export function serviceAccountTokenController({ client, informers, legacyTokens, rootCa }: ControllerDeps): Reconciler {
  const tokens = informers.for(secrets, { fieldSelector: `type=${TYPE}` });
  const accounts = informers.for(serviceAccounts);
  tokens.cache.addIndex(BY_ACCOUNT, (secret) => [accountOf(secret)]);
  const keysOf = (account: string) => tokens.cache.byIndex(BY_ACCOUNT, account).map(keyOf);
  return {
    name: "serviceaccount-token",
    watches: [self(tokens), mapped(accounts, (account) => keysOf(keyOf(account)))],
    async reconcile(key, signal) {
      const secret = tokens.cache.get(key);
      if (!legacyTokens || !secret || secret.metadata.deletionTimestamp) return;
      const { name, namespace = "", annotations = {} } = secret.metadata;
      const account = accounts.cache.get(accountOf(secret));
      const uid = account?.metadata.uid ?? "";
      if (!account || (annotations[UID] && annotations[UID] !== uid)) {
        const { uid: own, resourceVersion } = secret.metadata;
        await client
          .delete(secrets, secret.metadata, { preconditions: { uid: own, resourceVersion }, signal })
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
        return;
      }
      const base64 = (text: string) => Buffer.from(text).toString("base64");
      const wanted = { "ca.crt": base64(rootCa), namespace: base64(namespace) };
      const { data = {} } = secret;
      const complete = data.token && data["ca.crt"] === wanted["ca.crt"] && data.namespace === wanted.namespace;
      if (complete && annotations[UID]) return;
      const token =
        data.token ?? base64(await legacyTokens.issueLegacy({ name: account.metadata.name, uid }, namespace, name));
      const metadata = { ...secret.metadata, annotations: { ...annotations, [UID]: uid } };
      await client.update(secrets, { ...secret, metadata, data: { ...data, ...wanted, token } }, { signal });
    },
  };
}

function accountOf({ metadata }: Secret): string {
  return `${metadata.namespace}/${metadata.annotations?.[NAME] ?? ""}`;
}

function keyOf({
  metadata,
}: {
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** POST serviceaccounts/token: TokenRequest (authentication.k8s.io/v1). */
import { StatusError } from "@skiff/api";
import type { TokenRequest } from "@skiff/api/authentication/v1";
import type { Pod } from "@skiff/api/core/v1";
import { nodes, pods, secrets, serviceAccounts } from "@skiff/api/resources";
import type { BoundObject } from "../../authentication/service-account-tokens.ts";
import type { Handler } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import { timestamp } from "../../objects/timestamp.ts";
import type { Server } from "../../server-parts.ts";
import { keyOf } from "../target.ts";
import { admitPart } from "./admit-part.ts";

const KIND = {
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenRequest",
  typeName: "authentication/v1.TokenRequest",
};
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

/** Issues a token for the account, bound to the object the request names. */
export function requestToken({
  caches,
  tokens,
  clock,
  admission,
}: Pick<Server, "caches" | "tokens" | "clock" | "admission">): Handler {
  return async (call) => {
    const draft = await readObject(call, KIND);
    await admitPart(admission, call, "CREATE", KIND, draft);
    const { spec } = draft as unknown as TokenRequest;
    await caches.fresh();
    const account = caches.of(serviceAccounts).entries.get(keyOf(call.info))?.object;
    if (!account) throw StatusError.notFound(serviceAccounts, call.info.name);
    const { name, namespace = "", uid = "" } = account.metadata;
    const seconds = spec.expirationSeconds ?? 3600;
    checkSeconds(seconds);
    const granted = Math.min(seconds, tokens.maxExpirationSeconds ?? seconds);
    const bound = spec.boundObjectRef ? boundObject(caches, namespace, name, spec.boundObjectRef) : undefined;
    const audiences = spec.audiences ?? [];
    const issued = await tokens.issue({ namespace, name, uid, audiences, seconds: granted, bound });
    call.auditAnnotations?.set("authentication.kubernetes.io/issued-credential-id", `JTI=${issued.id}`);
    const object = {
      kind: KIND.kind,
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name, namespace, creationTimestamp: timestamp(clock.now()) },
      spec: { ...spec, audiences: audiences.length > 0 ? audiences : tokens.audiences, expirationSeconds: granted },
      status: { token: issued.token, expirationTimestamp: timestamp(issued.expires.getTime()) },
    };
    return { type: "object", code: 201, object };
  };
}

function checkSeconds(seconds: number): void {
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return;
  const detail =
    seconds < LEAST_SECONDS
      ? "may not specify a duration less than 10 minutes"
      : "may not specify a duration larger than 2^32 seconds";
  throw StatusError.invalid({ group: KIND.group, kind: KIND.kind }, "", [
    { type: "FieldValueInvalid", field: "spec.expirationSeconds", badValue: seconds, detail },
  ]);
}

function boundObject(
  caches: Server["caches"],
  namespace: string,
  account: string,
  ref: { readonly kind?: string | undefined; readonly name?: string | undefined; readonly uid?: string | undefined },
): BoundObject {
  const { kind, name = "" } = ref;
  if (kind !== "Pod" && kind !== "Secret" && kind !== "Node") {
    throw StatusError.badRequest(`cannot bind token for serviceaccount to object of type ${kind}`);
  }
  const info = { Pod: pods, Secret: secrets, Node: nodes }[kind];
  const found = caches.of(info).entries.get(kind === "Node" ? name : `${namespace}/${name}`)?.object;
  if (!found) throw StatusError.notFound(info, name);
  const uid = found.metadata.uid ?? "";
  if (ref.uid && ref.uid !== uid) {
    const why = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw StatusError.conflict(info, name, why);
  }
  const pod = kind === "Pod" ? (found as unknown as Pod).spec : undefined;
  if (pod && pod.serviceAccountName !== account) {
    throw StatusError.badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  }
  const nodeName = pod?.nodeName;
  const node = nodeName ? caches.of(nodes).entries.get(nodeName)?.object : undefined;
  return { kind, name, uid, ...(node && { node: { name: node.metadata.name, uid: node.metadata.uid ?? "" } }) };
}

/** ServiceAccount: every Pod runs as an account of its namespace, and finds that account's token where clients look for it. */
import { type Mutable, StatusError } from "@skiff/api";
import type { PodSpec, ServiceAccount } from "@skiff/api/core/v1";
import { pods, serviceAccounts } from "@skiff/api/resources";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { anyOf, subresource, whole } from "../targets.ts";
import { arrivals } from "./arrivals.ts";
import { foreignSecret, mentionsSecret } from "./secret-references.ts";
import { mountToken } from "./token-volume.ts";

const MIRROR = "kubernetes.io/config.mirror";
/** Every namespace gets an account of this name, a moment after it was made: whoever comes at once waits for it. */
const DEFAULT = "default";
const DEFAULT_WAIT_MS = 1_500;
const ENFORCE = "kubernetes.io/enforce-mountable-secrets";

/** The plugin. */
export function serviceAccount({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const cache = caches.of(serviceAccounts);
  const arrival = arrivals(cache);
  const find = (key: string) => cache.entries.get(key)?.object as unknown as ServiceAccount | undefined;
  const accountOf = (request: AdmissionRequest, name: string): ServiceAccount | Promise<ServiceAccount> => {
    const key = `${request.namespace}/${name}`;
    return find(key) ?? lateAccountOf(request, key, name);
  };
  const lateAccountOf = async (request: AdmissionRequest, key: string, name: string): Promise<ServiceAccount> => {
    await caches.fresh();
    if (!find(key) && name === DEFAULT) await arrival(key, DEFAULT_WAIT_MS, request.call.incoming.signal);
    const found = find(key);
    if (found) return found;
    const { message } = StatusError.notFound({ group: "", plural: "serviceaccount" }, name);
    throw refusal(request, `error looking up service account ${key}: ${message}`);
  };
  return {
    name: "ServiceAccount",
    concerns: anyOf(whole(pods, "CREATE"), subresource(pods, "ephemeralcontainers", "UPDATE")),
    mutate(request) {
      const { object } = request;
      if (request.operation !== "CREATE" || !object || isMirror(request)) return;
      const spec = object.spec as Mutable<PodSpec>;
      spec.serviceAccountName ||= DEFAULT;
      spec.serviceAccount = spec.serviceAccountName;
      const complete = (account: ServiceAccount) => {
        if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
          spec.imagePullSecrets = structuredClone(account.imagePullSecrets) as Mutable<PodSpec>["imagePullSecrets"];
        }
        if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
      };
      const account = accountOf(request, spec.serviceAccountName);
      return account instanceof Promise ? account.then(complete) : complete(account);
    },
    validate(request) {
      const spec = request.object?.spec as PodSpec;
      if (isMirror(request)) return checkMirror(request, spec);
      if (!spec.serviceAccountName) {
        const why = `no service account specified for pod ${request.namespace}/${request.name}`;
        throw refusal(request, why);
      }
      const check = (account: ServiceAccount) => {
        if (account.metadata.annotations?.[ENFORCE]?.toLowerCase() !== "true") return;
        const why = foreignSecret(spec, account, request.subresource === "ephemeralcontainers");
        if (why !== undefined) throw refusal(request, why);
      };
      const account = accountOf(request, spec.serviceAccountName);
      return account instanceof Promise ? account.then(check) : check(account);
    },
  };
}

function isMirror({ object }: AdmissionRequest): boolean {
  return object?.metadata.annotations?.[MIRROR] !== undefined;
}

/** What the kubelet runs from a file on its node may use nothing that belongs to an account. */
function checkMirror(request: AdmissionRequest, spec: PodSpec): void {
  if (spec.serviceAccountName) throw refusal(request, "a mirror pod may not reference service accounts");
  if (mentionsSecret(spec)) throw refusal(request, "a mirror pod may not reference secrets");
  const projectsToken = spec.volumes?.some((v) => v.projected?.sources?.some((s) => s.serviceAccountToken));
  if (projectsToken) throw refusal(request, "a mirror pod may not use ServiceAccountToken volume projections");
}

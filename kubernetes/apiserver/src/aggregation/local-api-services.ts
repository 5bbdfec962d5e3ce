/** The APIServices of what this server itself answers: made when missing, removed when no definition serves them any more. */
import { isAlreadyExists, isNotFound, type ResourceInfo, type Transport } from "@skiff/api";
import type { APIService } from "@skiff/api/apiregistration/v1";
import { apiServices as apiServiceResource } from "@skiff/api/resources";
import { timestamp } from "../objects/timestamp.ts";
import type { ApiObject } from "../state/api-object.ts";
import type { ObjectWriter } from "../state/object-writer.ts";
import type { ServedResources } from "../state/served-resources.ts";
import type { ApiServices } from "./api-services.ts";
import { LOCAL } from "./availability.ts";

/** Whether an APIService of ours is made again when it is missing while the server runs, or only as it starts. */
const LABEL = "kube-aggregator.kubernetes.io/automanaged";
const BUILT_IN = "onstart";
const DEFINED = "true";

/** By group: the higher, the earlier in lists of groups and in the choice of a resource by its short name. */
const GROUP_PRIORITY: Readonly<Record<string, number>> = {
  "": 18_000,
  apps: 17_800,
  "events.k8s.io": 17_750,
  "authentication.k8s.io": 17_700,
  "authorization.k8s.io": 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  "certificates.k8s.io": 17_300,
  "networking.k8s.io": 17_200,
  policy: 17_100,
  "rbac.authorization.k8s.io": 17_000,
  "storage.k8s.io": 16_800,
  "apiextensions.k8s.io": 16_700,
  "admissionregistration.k8s.io": 16_700,
  "scheduling.k8s.io": 16_600,
  "coordination.k8s.io": 16_500,
  "node.k8s.io": 16_300,
  "discovery.k8s.io": 16_200,
  "flowcontrol.apiserver.k8s.io": 16_100,
  "internal.apiserver.k8s.io": 16_000,
  "resource.k8s.io": 15_900,
};
const DEFINED_PRIORITY = { groupPriorityMinimum: 1000, versionPriority: 100 };
/** The group of APIServices themselves is not registered: it is what registers. */
const UNREGISTERED = "apiregistration.k8s.io";

/** What keeping them takes. */
export interface LocalApiServicesDeps {
  readonly apiServices: ApiServices;
  readonly served: Pick<ServedResources, "all">;
  readonly transport: Transport;
  readonly writer: Pick<ObjectWriter, "create">;
  readonly clock: { now(): number };
}

/** Makes what is missing and removes what nothing serves any more. Safe to repeat, and to do in several servers at once. */
export async function keepLocalApiServices({
  apiServices,
  served,
  transport,
  writer,
  clock,
}: LocalApiServicesDeps): Promise<void> {
  const wanted = new Map(localApiServices(served.all()).map((service) => [service.metadata.name, service]));
  const present = new Map(apiServices.all().map((service) => [service.metadata.name, service]));
  const missing = [...wanted.values()].filter(({ metadata }) => !present.has(metadata.name));
  const stale = [...present.values()].filter(
    ({ metadata, spec }) => metadata.labels?.[LABEL] !== undefined && !spec.service && !wanted.has(metadata.name),
  );
  // Written with their status in one go: this server knows that it is there, and need not ask its own admission.
  const create = (service: APIService) => {
    const condition = { type: "Available", lastTransitionTime: timestamp(clock.now()), ...LOCAL };
    const metadata = { ...service.metadata, uid: crypto.randomUUID(), creationTimestamp: timestamp(clock.now()) };
    return writer.create(apiServiceResource, {
      ...service,
      metadata,
      status: { conditions: [condition] },
    } as ApiObject);
  };
  await Promise.all([
    ...missing.map((service) => create(service).catch(unless(isAlreadyExists))),
    ...stale.map(({ metadata: { name } }) =>
      transport.call({ verb: "delete", resource: apiServiceResource, name }).catch(unless(isNotFound)),
    ),
  ]);
}

/** The APIServices that say that this server answers the group versions of these resources. */
export function localApiServices(resources: readonly ResourceInfo[]): readonly APIService[] {
  const byName = Map.groupBy(
    resources.filter(({ group }) => group !== UNREGISTERED),
    ({ group, version }) => `${version}.${group}`,
  );
  return Array.from(byName, ([name, [info]]): APIService => {
    const { group = "", version = "", objectType } = info ?? {};
    const custom = objectType !== undefined;
    return {
      kind: "APIService",
      apiVersion: "apiregistration.k8s.io/v1",
      metadata: { name, labels: { [LABEL]: custom ? DEFINED : BUILT_IN } },
      spec: {
        ...(group !== "" && { group }),
        version,
        ...(custom ? DEFINED_PRIORITY : builtInPriority(group, version)),
      },
    };
  });
}

function builtInPriority(group: string, version: string) {
  const groupPriorityMinimum = GROUP_PRIORITY[group] ?? DEFINED_PRIORITY.groupPriorityMinimum;
  if (group === "") return { groupPriorityMinimum, versionPriority: 1 };
  return { groupPriorityMinimum, versionPriority: group === "autoscaling" && version === "v2" ? 30 : 15 };
}

/** Takes one kind of failure for none. */
function unless(expected: (error: unknown) => boolean): (error: unknown) => void {
  return (error) => {
    if (!expected(error)) throw error;
  };
}

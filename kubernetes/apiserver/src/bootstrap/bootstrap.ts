import { isAlreadyExists, isConflict, isNotFound, type ResourceInfo, type Transport } from "@skiff/api";
import { endpointSlices, endpoints, services } from "@skiff/api/resources";
import type { BootstrapObject } from "../generated/bootstrap-policy.ts";
import { isMandatory } from "../priority/default-flow-control.ts";
import type { ServerEndpoint } from "../services/server-presence.ts";
import { bootstrapObjects, type WantedObject } from "./bootstrap-objects.ts";
import { policyChange } from "./reconcile-policy.ts";

const MANAGER = { fieldManager: "skiff-apiserver" };

/** Says "false" on a flow schema or priority level that its owner keeps as it is. */
const AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

type Present = { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };

/** Objects written at once. */
const WIDTH = 32;

/** Where the API is found: by Pods through the `kubernetes` Service, and the servers behind it. */
export interface ApiAddresses {
  readonly clusterIp: string;
  readonly servers: readonly ServerEndpoint[];
}

/** Makes sure of the namespaces, roles and priority classes, of `more`, and of the `kubernetes` Service. Safe to repeat. */
export async function bootstrap(
  transport: Transport,
  kubernetes: ApiAddresses,
  more: readonly WantedObject[] = [],
): Promise<void> {
  const wanted = [...bootstrapObjects(), ...more];
  const [first, rest] = [
    wanted.filter((w) => w.info.kind === "Namespace"),
    wanted.filter((w) => w.info.kind !== "Namespace"),
  ];
  await ensureAll(transport, first);
  await ensureAll(transport, rest);
  await ensureKubernetesService(transport, kubernetes);
}

/** Makes sure of the `kubernetes` Service and what is behind it, which anybody may have deleted. Safe to repeat. */
export async function ensureKubernetesService(
  transport: Transport,
  { clusterIp, servers }: ApiAddresses,
): Promise<void> {
  await ensure(transport, kubernetesService(clusterIp));
  // A slice has one port: servers of one cluster listen on the same one.
  const port = Math.min(...servers.map((server) => server.port));
  const addresses = servers.filter((server) => server.port === port).map(({ address }) => address);
  await ensure(transport, kubernetesEndpoints(addresses, port));
  await ensure(transport, kubernetesEndpointSlice(addresses, port));
}

async function ensureAll(transport: Transport, wanted: readonly WantedObject[]): Promise<void> {
  const queue = wanted.values();
  const worker = async () => {
    for (const one of queue) await ensure(transport, one);
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
}

async function ensure(transport: Transport, { info, object, reconcile }: WantedObject): Promise<void> {
  const { name, namespace } = object.metadata;
  const at = { resource: info, namespace, name };
  try {
    const present = (await transport.call({ verb: "get", ...at })) as Present;
    const change = reconcile ? changeOf(info, present, object) : undefined;
    if (change === undefined) return;
    if ("replace" in change) {
      await transport.call({ verb: "delete", ...at });
      await transport.call({ verb: "create", resource: info, namespace, body: object, query: MANAGER });
      return;
    }
    await transport.call({ verb: "patch", ...at, patchType: "merge", body: change.patch, query: MANAGER });
  } catch (error) {
    if (isConflict(error)) return; // another server brings it up to date at this moment
    if (!isNotFound(error)) throw error;
    try {
      await transport.call({ verb: "create", resource: info, namespace, body: object, query: MANAGER });
    } catch (raced) {
      if (!isAlreadyExists(raced)) throw raced;
    }
  }
}

/** What has to change for `present` to be as it should; users' additions to policy stay, and what they took over is theirs. */
function changeOf(info: ResourceInfo, present: Present, wanted: BootstrapObject) {
  if (info.group === "rbac.authorization.k8s.io") return policyChange(present, wanted);
  const automatic = present.metadata?.annotations?.[AUTO_UPDATE] !== "false" || isMandatory(wanted.metadata.name);
  return covers(present, wanted) || !automatic ? undefined : { patch: wanted };
}

/** Whether `present` has everything `wanted` says. */
function covers(present: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return present === wanted;
  if (typeof present !== "object" || present === null) return false;
  if (Array.isArray(wanted) && (present as unknown[]).length !== wanted.length) return false;
  return Object.entries(wanted).every(([key, value]) => covers((present as Record<string, unknown>)[key], value));
}

const LABELS = { component: "apiserver", provider: "kubernetes" };

function kubernetesService(clusterIP: string): WantedObject {
  return {
    info: services,
    reconcile: false,
    object: {
      metadata: { name: "kubernetes", namespace: "default", labels: LABELS },
      spec: { clusterIP, ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }], type: "ClusterIP" },
    },
  };
}

// Clients older than EndpointSlices find the server here; the label keeps the slice from being made a second time from it.
function kubernetesEndpoints(addresses: readonly string[], port: number): WantedObject {
  return {
    info: endpoints,
    reconcile: true,
    object: {
      metadata: {
        name: "kubernetes",
        namespace: "default",
        labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
      },
      subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: "https", port, protocol: "TCP" }] }],
    },
  };
}

function kubernetesEndpointSlice(addresses: readonly string[], port: number): WantedObject {
  return {
    info: endpointSlices,
    reconcile: true,
    object: {
      metadata: { name: "kubernetes", namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
      addressType: "IPv4",
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
      ports: [{ name: "https", port, protocol: "TCP" }],
    },
  };
}

/** The order of dependencies: what a Pod waits for before its container starts, and what it learns that from. */
import type { Container, Service, Volume } from "@skiff/api/core/v1";
import type { Service as ComposeService } from "@skiff/compose";
import { type ConversionContext, metadataOf, selectorOf } from "./context.ts";
import { probeOf } from "./probe.ts";

/** Runs in init containers: it has a shell, nslookup and wget. */
export const WAIT_IMAGE = "busybox";

const JOB_READER = "dependencies";
const TOKEN_VOLUME = "dependencies-token";
const TOKEN_DIRECTORY = "/run/dependencies";
/** The API server's least. */
const TOKEN_SECONDS = 600;

/** How a Pod learns that a service it depends on has come far enough. */
type Signal = "ready" | "started" | "completed";

interface Wait {
  readonly on: string;
  readonly signal: Signal;
}

/** Whether a service runs to its end: others wait for that, or it says so. */
export function runsToItsEnd(service: ComposeService, { project }: ConversionContext): boolean {
  if (service.deploy?.mode === "replicated-job" || service.deploy?.mode === "global-job") return true;
  return Object.values(project.services).some(
    ({ depends_on: on }) => on?.[service.name]?.condition === "service_completed_successfully",
  );
}

function waitsOf(service: ComposeService, context: ConversionContext): Wait[] {
  return Object.entries(service.depends_on ?? {}).flatMap(([on, { condition }]): Wait[] => {
    const target = context.project.services[on];
    if (!target) return [];
    if (condition === "service_completed_successfully") return [{ on, signal: "completed" }];
    // A Job has no addresses once it is done: there is nothing to learn its start from.
    if (runsToItsEnd(target, context)) return [];
    // Without a probe a container is ready as soon as it runs.
    const healthy = condition === "service_healthy" || !probeOf(target, context);
    return [{ on, signal: healthy ? "ready" : "started" }];
  });
}

export interface PodWaits {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** The account whose token reads Jobs, where there is one to wait for. */
  readonly serviceAccountName?: string | undefined;
}

/** The init containers of a service's Pods, one for each dependency. */
export function waitingOf(service: ComposeService, context: ConversionContext): PodWaits {
  const waits = waitsOf(service, context);
  const containers = waits.map(({ on, signal }): Container => {
    const isJob = signal === "completed";
    return {
      name: `wait-for-${context.nameOf(on)}`.slice(0, 63),
      image: WAIT_IMAGE,
      imagePullPolicy: "IfNotPresent",
      command: ["sh", "-c", isJob ? untilComplete(on, context) : untilNamed(signalName(on, signal, context), context)],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      volumeMounts: isJob ? [{ name: TOKEN_VOLUME, mountPath: TOKEN_DIRECTORY, readOnly: true }] : undefined,
    };
  });
  if (!waits.some(({ signal }) => signal === "completed")) return { containers, volumes: [] };
  const token: Volume = {
    name: TOKEN_VOLUME,
    projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: TOKEN_SECONDS } }] },
  };
  return { containers, volumes: [token], serviceAccountName: JOB_READER };
}

/** The objects the waiting rests on: Services whose names appear with the first Pod that is far enough, and the right to read Jobs. */
export function waitingObjects(context: ConversionContext): { readonly metadata: { readonly name: string } }[] {
  const waits = Object.values(context.project.services).flatMap((service) => waitsOf(service, context));
  const distinct = new Map(waits.map((wait) => [`${wait.on}\n${wait.signal}`, wait]));
  const signals = [...distinct.values()].filter(({ signal }) => signal !== "completed");
  const jobs = [...distinct.values()].filter(({ signal }) => signal === "completed");
  const services = signals.map(({ on, signal }): Service => {
    const spec = { clusterIP: "None", selector: selectorOf(context, on) };
    const early = signal === "started" ? { publishNotReadyAddresses: true } : {};
    return {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadataOf(context, signalName(on, signal, context), context.project.services[on]),
      spec: { ...spec, ...early },
    };
  });
  return [
    ...services,
    ...(jobs.length === 0
      ? []
      : jobReader(
          jobs.map(({ on }) => context.nameOf(on)),
          context,
        )),
  ];
}

function jobReader(jobs: readonly string[], context: ConversionContext) {
  const metadata = metadataOf(context, JOB_READER);
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    {
      apiVersion,
      kind: "Role",
      metadata,
      rules: [{ apiGroups: ["batch"], resources: ["jobs"], resourceNames: jobs, verbs: ["get"] }],
    },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup, kind: "Role", name: JOB_READER },
      subjects: [{ kind: "ServiceAccount", name: JOB_READER, namespace: context.namespace }],
    },
  ];
}

function signalName(on: string, signal: Signal, { nameOf }: ConversionContext): string {
  return `${nameOf(on).slice(0, 50)}-${signal}`;
}

// A headless Service has an address for each Pod that is ready, or, where it says so, that merely runs.
function untilNamed(name: string, { namespace }: ConversionContext): string {
  return `until nslookup -type=a ${name}.${namespace}.svc.cluster.local | grep -q '^Name:'; do sleep 1; done`;
}

// busybox does not check certificates: the token it shows can read this Job and nothing else.
function untilComplete(on: string, { nameOf, namespace }: ConversionContext): string {
  const url = `https://kubernetes.default.svc/apis/batch/v1/namespaces/${namespace}/jobs/${nameOf(on)}`;
  const header = `--header "Authorization: Bearer $$(cat ${TOKEN_DIRECTORY}/token)"`;
  return `until wget -q --no-check-certificate ${header} -O - ${url} | tr -d ' \\n' | grep -q '"type":"Complete","status":"True"'; do sleep 1; done`;
}

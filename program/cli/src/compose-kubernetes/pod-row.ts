/** A Pod of a project as a row of `ps`: what a dashboard shows of a container, wherever it runs. */
import type { Container, ContainerStatus, Pod, Service } from "@skiff/api/core/v1";
import type { ContainerRow, Publisher } from "@skiff/compose/operations/ps";
import { PROJECT_LABEL, SERVICE_LABEL } from "./context.ts";
import { objectName } from "./object-name.ts";

/** Converts one Pod; `published` are the Services of the project that publish ports. Pure: `now` is in milliseconds. */
export function rowOfPod(pod: Pod, published: readonly Service[], now: number): ContainerRow {
  const { name, labels = {}, namespace = "", creationTimestamp = "" } = pod.metadata;
  const service = labels[SERVICE_LABEL] ?? "";
  // What runs to its end is an init container: another one tells of its end.
  const ending = pod.spec.initContainers?.find((each) => each.name === objectName(service));
  const container = ending ?? pod.spec.containers[0];
  const statuses = ending ? pod.status?.initContainerStatuses : pod.status?.containerStatuses;
  const status = statuses?.find((each) => each.name === container?.name);
  const volumes = pod.spec.volumes ?? [];
  const claims = volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  const paths = volumes.flatMap(({ hostPath }) => hostPath?.path ?? []);
  const { state, text, exitCode } = stateOf(pod, status, now);
  const health = container?.readinessProbe && state === "running" ? (status?.ready ? "healthy" : "starting") : "";
  return {
    id: status?.containerID?.replace(/^[^:]*:\/\//, "") ?? "",
    name,
    names: [name],
    project: labels[PROJECT_LABEL] ?? "",
    service,
    image: container?.image ?? "",
    command: commandOf(container),
    created: Math.floor(Date.parse(creationTimestamp) / 1000),
    state,
    status: health === "" ? text : `${text} (${health === "starting" ? "health: starting" : health})`,
    health,
    exitCode,
    publishers: publishersOf(service, published),
    labels,
    mounts: [...claims, ...paths],
    localVolumes: claims.length,
    networks: [namespace],
  };
}

// What the image runs by itself is not known here.
function commandOf({ command = [], args = [] }: Partial<Container> = {}): string {
  return [...command, ...args].join(" ");
}

interface State {
  readonly state: string;
  readonly text: string;
  readonly exitCode: number;
}

function stateOf(pod: Pod, status: ContainerStatus | undefined, now: number): State {
  const { running, terminated, waiting } = status?.state ?? {};
  if (pod.metadata.deletionTimestamp) return { state: "removing", text: "Removal In Progress", exitCode: 0 };
  if (running) return { state: "running", text: `Up ${ago(running.startedAt, now)}`, exitCode: 0 };
  if (terminated) {
    const { exitCode, finishedAt } = terminated;
    return { state: "exited", text: `Exited (${exitCode}) ${ago(finishedAt, now)} ago`, exitCode };
  }
  const restarts = (status?.restartCount ?? 0) > 0;
  const reason = waiting?.reason ?? pod.status?.reason ?? pod.status?.phase ?? "Pending";
  return {
    state: restarts ? "restarting" : "created",
    text: restarts ? `Restarting: ${reason}` : `Created: ${reason}`,
    exitCode: 0,
  };
}

const UNITS = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

// As `docker ps` says it, to the same coarseness.
function ago(time: string | undefined, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time ?? "")) / 1000));
  if (!(seconds >= 1)) return "Less than a second";
  const [size, unit] = UNITS.find(([length]) => seconds >= length) ?? UNITS[3];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function publishersOf(service: string, published: readonly Service[]): Publisher[] {
  return published
    .filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] === service)
    .flatMap(({ spec }) =>
      (spec.ports ?? []).map(({ port, nodePort = 0, targetPort, protocol = "TCP" }) => ({
        url: spec.externalIPs?.[0] ?? "0.0.0.0",
        targetPort: Number(targetPort ?? port),
        publishedPort: spec.externalIPs ? port : nodePort,
        protocol: protocol.toLowerCase(),
      })),
    );
}

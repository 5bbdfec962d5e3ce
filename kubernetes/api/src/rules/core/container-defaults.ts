/** What a container gets where its manifest says nothing. */
import type { Container, EphemeralContainer, Probe } from "@skiff/api/core/v1";
import type { Mutable } from "../kind-rules.ts";

type AnyContainer = Mutable<Container> | Mutable<EphemeralContainer>;

/** Fills in one container of any kind. */
export function defaultContainer(container: AnyContainer): void {
  container.imagePullPolicy ||= pullPolicyFor(container.image ?? "");
  container.terminationMessagePath ||= "/dev/termination-log";
  container.terminationMessagePolicy ||= "File";
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ||= "TCP";
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= "v1";
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= "0";
    if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
  }
  defaultProbe(container.livenessProbe);
  defaultProbe(container.readinessProbe);
  defaultProbe(container.startupProbe);
  defaultHttpGet(container.lifecycle?.postStart?.httpGet);
  defaultHttpGet(container.lifecycle?.preStop?.httpGet);
}

/** The policy that fits an image reference: one that can move is pulled every time. */
export function pullPolicyFor(image: string): "Always" | "IfNotPresent" {
  if (image.includes("@")) return "IfNotPresent";
  const lastPart = image.slice(image.lastIndexOf("/") + 1);
  const colon = lastPart.indexOf(":");
  return colon === -1 || lastPart.slice(colon + 1) === "latest" ? "Always" : "IfNotPresent";
}

/** Requests that are left out are as high as the limits. Pods only: a template is stored as it was written. */
export function defaultRequests(container: AnyContainer): void {
  const limits = container.resources?.limits;
  if (limits === undefined || container.resources === undefined) return;
  for (const [name, limit] of Object.entries(limits)) {
    container.resources.requests ??= {};
    container.resources.requests[name] ??= limit;
  }
}

function defaultProbe(probe: Mutable<Probe> | undefined): void {
  if (probe === undefined) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= "";
}

function defaultHttpGet(action: Mutable<NonNullable<Probe["httpGet"]>> | undefined): void {
  if (action === undefined) return;
  action.path ||= "/";
  action.scheme ||= "HTTP";
}

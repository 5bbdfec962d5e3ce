/** What a PodSpec gets where its manifest says nothing, in a Pod and in every template. */
import type { PodSpec, PodTemplateSpec } from "@skiff/api/core/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import type { Mutable } from "../kind-rules.ts";
import { defaultContainer } from "./container-defaults.ts";
import { defaultVolume } from "./volume-defaults.ts";

/** Fills in a PodSpec; applying it again changes nothing. */
export function defaultPodSpec(spec: Mutable<PodSpec>): void {
  spec.restartPolicy ||= "Always";
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ||= "ClusterFirst";
  spec.schedulerName ||= "default-scheduler";
  spec.securityContext ??= {};
  defaultServiceAccount(spec);
  spec.volumes?.forEach(defaultVolume);
  spec.initContainers?.forEach(defaultContainer);
  spec.containers?.forEach(defaultContainer);
  spec.ephemeralContainers?.forEach(defaultContainer);
}

/** Fills in a template, making the parts that are missing; validation says what they still need. */
export function defaultPodTemplate(owner: { template?: Mutable<PodTemplateSpec> | undefined }): void {
  owner.template ??= { metadata: {} as Mutable<ObjectMeta>, spec: { containers: [] } };
  const template = owner.template as { metadata?: Mutable<ObjectMeta>; spec?: Mutable<PodSpec> };
  template.metadata ??= {} as Mutable<ObjectMeta>;
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
}

/** `serviceAccount` is the older spelling of `serviceAccountName`; both are always shown. */
function defaultServiceAccount(spec: Mutable<PodSpec>): void {
  spec.serviceAccountName ||= spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else {
    delete spec.serviceAccountName;
    delete spec.serviceAccount;
  }
}

/** With host networking a container port is a host port. Pods only, for the same reason as requests. */
export function defaultHostPorts(spec: Mutable<PodSpec>): void {
  if (spec.hostNetwork !== true) return;
  for (const containers of [spec.initContainers, spec.containers]) {
    for (const container of containers ?? []) {
      for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
    }
  }
}

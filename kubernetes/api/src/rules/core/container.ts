/** Containers of all three kinds: the ones that run, the ones before them, and those added to a running Pod. */
import type { Container, ContainerPort, EphemeralContainer, PodSpec, Volume } from "@skiff/api/core/v1";
import { isDns1123Label, isPortName, isPortNumber } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, notFound, notSupported, required } from "../field-error.ts";
import { checkOneOf, checkOptionalOneOf } from "../meta/one-of.ts";
import { checkEnv } from "./env.ts";
import { checkLifecycle, checkProbe } from "./probe.ts";
import { checkResizePolicy, checkResources } from "./resource-requirements.ts";
import { checkSecurityContext } from "./security-context.ts";
import { checkVolumeDevices, checkVolumeMounts } from "./volume-mounts.ts";

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

interface Surroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
}

/** Checks all containers of a PodSpec, against each other and against its volumes. */
export function checkAllContainers(
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
  errors: FieldError[],
): void {
  const claims = new Set((spec.resourceClaims ?? []).map((claim) => claim.name));
  const surroundings = { spec, volumes, claims };
  checkContainers(surroundings, `${path}.containers`, errors);
  checkInitContainers(surroundings, `${path}.initContainers`, errors);
  checkEphemeralContainers(surroundings, `${path}.ephemeralContainers`, errors);
}

function checkContainers(surroundings: Surroundings, list: string, errors: FieldError[]): void {
  const { spec } = surroundings;
  const containers = spec.containers ?? [];
  if (containers.length === 0) {
    errors.push(required(list));
    return;
  }
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const path = `${list}[${index}]`;
    checkCommon(container, surroundings, path, errors);
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
    names.add(container.name);
    checkRunning(container, spec, path, errors);
    checkRestart(container, path, errors);
  });
  checkHostPorts(containers, list, errors);
}

function checkInitContainers({ spec, ...others }: Surroundings, list: string, errors: FieldError[]): void {
  const names = new Set((spec.containers ?? []).map((container) => container.name));
  spec.initContainers?.forEach((container, index) => {
    const path = `${list}[${index}]`;
    checkCommon(container, { spec, ...others }, path, errors);
    checkRestart(container, path, errors);
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
    else if (container.name) names.add(container.name);
    checkHostPorts([container], list, errors);
    if (container.restartPolicy === "Always") {
      checkRunning(container, spec, path, errors);
      return;
    }
    for (const field of ["lifecycle", ...probes] as const) {
      if (container[field] === undefined) continue;
      errors.push(forbidden(`${path}.${field}`, "may not be set for init containers without restartPolicy=Always"));
    }
  });
}

const notForEphemeral = [
  "ports",
  "resources",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "resizePolicy",
  "restartPolicy",
] as const;

function checkEphemeralContainers(surroundings: Surroundings, list: string, errors: FieldError[]): void {
  const { spec } = surroundings;
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((other) => other.name));
  const names = new Set(others);
  spec.ephemeralContainers?.forEach((container, index) => {
    const path = `${list}[${index}]`;
    checkCommon(container, surroundings, path, errors);
    checkImageSpaces(container, path, errors);
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFound(`${path}.targetContainerName`, target));
    for (const field of notForEphemeral) {
      if (isSet(container[field]))
        errors.push(forbidden(`${path}.${field}`, "cannot be set for an Ephemeral Container"));
    }
    container.volumeMounts?.forEach((mount, mountIndex) => {
      for (const field of ["subPath", "subPathExpr"] as const) {
        if (!mount[field]) continue;
        const at = `${path}.volumeMounts[${mountIndex}].${field}`;
        errors.push(forbidden(at, "cannot be set for an Ephemeral Container"));
      }
    });
  });
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === "") return false;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}

function checkCommon(
  container: Container | EphemeralContainer,
  { spec, volumes, claims }: Surroundings,
  path: string,
  errors: FieldError[],
): void {
  if (!container.name) errors.push(required(`${path}.name`));
  else
    for (const reason of isDns1123Label(container.name)) errors.push(invalid(`${path}.name`, container.name, reason));
  if (!container.image) errors.push(required(`${path}.image`));
  checkOneOf(
    container.terminationMessagePolicy,
    ["File", "FallbackToLogsOnError"],
    `${path}.terminationMessagePolicy`,
    errors,
  );
  checkPorts(container.ports ?? [], `${path}.ports`, errors);
  checkEnv(container, path, errors);
  checkVolumeMounts(container, volumes, `${path}.volumeMounts`, errors);
  checkVolumeDevices(container, volumes, `${path}.volumeDevices`, errors);
  checkOneOf(container.imagePullPolicy, ["Always", "IfNotPresent", "Never"], `${path}.imagePullPolicy`, errors);
  checkResources(container.resources, claims, `${path}.resources`, errors);
  checkResizePolicy(container, spec.restartPolicy, `${path}.resizePolicy`, errors);
  checkSecurityContext(container.securityContext, spec.hostUsers !== false, `${path}.securityContext`, errors);
}

/** What a container that keeps running may have, and one that runs to its end before the others may not. */
function checkRunning(container: Container, spec: PodSpec, path: string, errors: FieldError[]): void {
  const gracePeriod = spec.terminationGracePeriodSeconds;
  checkLifecycle(container.lifecycle, gracePeriod, spec.os?.name, `${path}.lifecycle`, errors);
  for (const kind of probes) checkProbe(container[kind], kind, gracePeriod, path, errors);
}

/** A container may have a restart policy of its own, with rules on exit codes. */
function checkRestart(container: Container, path: string, errors: FieldError[]): void {
  const policy = container.restartPolicy;
  const rules = container.restartPolicyRules ?? [];
  if (policy === undefined) {
    if (rules.length === 0) return;
    errors.push(required(`${path}.restartPolicy`, "must specify restartPolicy when restart rules are used"));
  } else if (!["Always", "OnFailure", "Never"].includes(policy)) {
    errors.push(notSupported(`${path}.restartPolicy`, policy, ["Always", "Never", "OnFailure"]));
  }
  rules.forEach((rule, index) => {
    const at = `${path}.restartPolicyRules[${index}]`;
    checkOneOf(rule.action, ["Restart", "RestartAllContainers"], `${at}.action`, errors);
    if (rule.exitCodes === undefined) errors.push(required(`${at}.exitCodes`, "must be specified"));
    else checkOptionalOneOf(rule.exitCodes.operator ?? "", ["In", "NotIn"], `${at}.exitCodes.operator`, errors);
  });
}

function checkPorts(ports: readonly ContainerPort[], list: string, errors: FieldError[]): void {
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const path = `${list}[${index}]`;
    if (port.name) {
      const reasons = isPortName(port.name);
      for (const reason of reasons) errors.push(invalid(`${path}.name`, port.name, reason));
      if (reasons.length === 0 && names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
      names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${path}.containerPort`));
    else checkPortNumber(port.containerPort, `${path}.containerPort`, errors);
    if (port.hostPort) checkPortNumber(port.hostPort, `${path}.hostPort`, errors);
    checkOneOf(port.protocol, ["SCTP", "TCP", "UDP"], `${path}.protocol`, errors);
  });
}

function checkPortNumber(port: number, field: string, errors: FieldError[]): void {
  for (const reason of isPortNumber(port)) errors.push(invalid(field, port, reason));
}

function checkHostPorts(containers: readonly Container[], list: string, errors: FieldError[]): void {
  const taken = new Set<string>();
  containers.forEach((container, index) => {
    container.ports?.forEach((port, portIndex) => {
      if (!port.hostPort) return;
      const key = `${port.protocol ?? ""}/${port.hostIP ?? ""}/${port.hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${list}[${index}].ports[${portIndex}].hostPort`, key));
      taken.add(key);
    });
  });
}

/** Checked in Pods only: templates are stored with such images, so that an old one can still be read. */
export function checkImageSpaces(container: Pick<Container, "image">, path: string, errors: FieldError[]): void {
  const image = container.image ?? "";
  if (image !== image.trim()) {
    errors.push(invalid(`${path}.image`, image, "must not have leading or trailing whitespace"));
  }
}

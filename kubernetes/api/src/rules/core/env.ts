/** Environment variables of a container. */
import type {
  ConfigMapKeySelector,
  Container,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from "@skiff/api/core/v1";
import { isConfigMapKey, isDns1123Subdomain, isEnvVarName, isQualifiedName } from "../../names.ts";
import { type FieldError, invalid, notSupported, required } from "../field-error.ts";
import { checkLocalFilePath } from "./paths.ts";

const envFields = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

const resourceFields = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

/** Checks `env` and `envFrom` of a container. */
export function checkEnv(container: Pick<Container, "env" | "envFrom">, path: string, errors: FieldError[]): void {
  container.env?.forEach((variable, index) => {
    checkVariable(variable, `${path}.env[${index}]`, errors);
  });
  container.envFrom?.forEach((source, index) => {
    checkEnvFrom(source, `${path}.envFrom`, index, errors);
  });
}

/** What is wrong with an entry as a whole is reported on the list. */
function checkEnvFrom(source: EnvFromSource, list: string, index: number, errors: FieldError[]): void {
  const field = `${list}[${index}]`;
  if (source.prefix) {
    for (const reason of isEnvVarName(source.prefix)) errors.push(invalid(`${field}.prefix`, source.prefix, reason));
  }
  let sources = 0;
  for (const kind of ["configMapRef", "secretRef"] as const) {
    const reference = source[kind];
    if (reference === undefined) continue;
    sources++;
    if (!reference.name) errors.push(required(`${field}.${kind}.name`));
    else
      for (const reason of isDns1123Subdomain(reference.name))
        errors.push(invalid(`${field}.${kind}.name`, reference.name, reason));
  }
  if (sources === 0) errors.push(invalid(list, "", "must specify one of: `configMapRef` or `secretRef`"));
  else if (sources > 1) errors.push(invalid(list, "", "may not have more than one field specified at a time"));
}

function checkVariable(variable: EnvVar, field: string, errors: FieldError[]): void {
  if (!variable.name) errors.push(required(`${field}.name`));
  else for (const reason of isEnvVarName(variable.name)) errors.push(invalid(`${field}.name`, variable.name, reason));
  if (variable.valueFrom) checkSource(variable, variable.valueFrom, `${field}.valueFrom`, errors);
}

function checkSource(variable: EnvVar, source: EnvVarSource, field: string, errors: FieldError[]): void {
  let sources = 0;
  if (source.fieldRef) {
    sources++;
    checkFieldRef(source.fieldRef, envFields, `${field}.fieldRef`, errors);
  }
  if (source.resourceFieldRef) {
    sources++;
    checkResourceFieldRef(source.resourceFieldRef, false, `${field}.resourceFieldRef`, errors);
  }
  for (const kind of ["configMapKeyRef", "secretKeyRef"] as const) {
    const reference = source[kind];
    if (reference === undefined) continue;
    sources++;
    checkKeyRef(reference, `${field}.${kind}`, errors);
  }
  const file = source.fileKeyRef;
  if (file) {
    sources++;
    if (!file.key) errors.push(required(`${field}.fileKeyRef.key`));
    else for (const reason of isEnvVarName(file.key)) errors.push(invalid(`${field}.fileKeyRef.key`, file.key, reason));
    if (!file.volumeName) errors.push(required(`${field}.fileKeyRef.volumeName`));
    if (!file.path) errors.push(required(`${field}.fileKeyRef.path`));
    else checkLocalFilePath(file.path, `${field}.fileKeyRef.path`, errors);
  }
  if (sources === 0) {
    errors.push(
      invalid(
        field,
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
      ),
    );
  } else if (variable.value) {
    errors.push(invalid(field, "", "may not be specified when `value` is not empty"));
  } else if (sources > 1) {
    errors.push(invalid(field, "", "may not have more than one field specified at a time"));
  }
}

function checkKeyRef(reference: ConfigMapKeySelector, field: string, errors: FieldError[]): void {
  const name = reference.name ?? "";
  for (const reason of isDns1123Subdomain(name)) errors.push(invalid(`${field}.name`, name, reason));
  if (!reference.key) errors.push(required(`${field}.key`));
  else for (const reason of isConfigMapKey(reference.key)) errors.push(invalid(`${field}.key`, reference.key, reason));
}

/** Checks a reference to a field of the Pod: one of `supported`, or one label or annotation. */
export function checkFieldRef(
  reference: ObjectFieldSelector,
  supported: readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (!reference.apiVersion) {
    errors.push(required(`${field}.apiVersion`));
    return;
  }
  if (!reference.fieldPath) {
    errors.push(required(`${field}.fieldPath`));
    return;
  }
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/s.exec(reference.fieldPath);
  if (subscript) {
    const [, map = "", key = ""] = subscript;
    const name = map === "metadata.annotations" ? key.toLowerCase() : key;
    for (const reason of isQualifiedName(name)) errors.push(invalid(field, key, reason));
    return;
  }
  if (!isFieldLabel(reference.fieldPath)) {
    const reason = `error converting fieldPath: field label not supported: ${reference.fieldPath}`;
    errors.push(invalid(`${field}.fieldPath`, reference.fieldPath, reason));
  } else if (!supported.includes(reference.fieldPath)) {
    errors.push(notSupported(`${field}.fieldPath`, reference.fieldPath, supported));
  }
}

const fieldLabels: ReadonlySet<string> = new Set([
  ...envFields,
  "metadata.annotations",
  "metadata.labels",
  "spec.restartPolicy",
  "spec.schedulerName",
  "spec.hostNetwork",
  "status.phase",
  "status.nominatedNodeName",
]);

function isFieldLabel(path: string): boolean {
  return fieldLabels.has(path);
}

/** Checks a reference to a container's resources; in a volume it must say of which container. */
export function checkResourceFieldRef(
  reference: ResourceFieldSelector,
  inVolume: boolean,
  field: string,
  errors: FieldError[],
): void {
  const resource = reference.resource ?? "";
  if (inVolume && !reference.containerName) errors.push(required(`${field}.containerName`));
  else if (resource === "") errors.push(required(`${field}.resource`));
  else if (!resourceFields.includes(resource) && !/^(?:limits|requests)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, resourceFields));
  }
  checkDivisor(resource, reference.divisor ?? "0", `${field}.divisor`, errors);
}

const BYTES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";
const byteDivisors: ReadonlySet<string> = new Set(BYTES.split(", "));

/** The units a resource may be shown in, by the part of its name after `limits.` or `requests.`. */
function checkDivisor(resource: string, divisor: string, field: string, errors: FieldError[]): void {
  if (divisor === "0") return;
  const name = resource.slice(resource.indexOf(".") + 1);
  if (name === "cpu") {
    if (divisor === "1" || divisor === "1m") return;
    errors.push(invalid(field, resource, "only divisor's values 1m and 1 are supported with the cpu resource"));
    return;
  }
  const title = divisorTitle(name);
  if (title === undefined || byteDivisors.has(divisor)) return;
  errors.push(invalid(field, resource, `only divisor's values ${BYTES} are supported with the ${title} resource`));
}

function divisorTitle(name: string): string | undefined {
  if (name === "memory") return "memory";
  if (name === "ephemeral-storage") return "local ephemeral storage";
  return name.startsWith("hugepages-") ? "hugepages" : undefined;
}

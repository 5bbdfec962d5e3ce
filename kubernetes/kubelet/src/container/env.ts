/** The environment of a container, from every source the API knows. */
import type { ConfigMap, Container, EnvVar, Secret } from "@skiff/api/core/v1";
import { expand } from "../spec/expand.ts";
import { type PodFacts, podField, resourceField } from "../spec/pod-fields.ts";
import { StartError } from "./start-error.ts";

/** Where configuration comes from. Answers undefined for what does not exist. */
export interface ConfigSource {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}

/**
 * The variables of `container` in order, values expanded: `envFrom` first, then `env`, then `services` where no name is
 * taken. Rejects with a CreateContainerConfigError that names the object or key that is missing.
 */
export async function containerEnv(
  container: Container,
  facts: PodFacts,
  source: ConfigSource,
  services: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const env = await fromWholeObjects(container, facts, source);
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? await valueFrom(variable, container, facts, source)
      : expand(variable.value ?? "", (name) => env.get(name) ?? services.get(name));
    if (value !== undefined) env.set(variable.name, value);
  }
  for (const [name, value] of services) if (!env.has(name)) env.set(name, value);
  return env;
}

async function fromWholeObjects(
  container: Container,
  facts: PodFacts,
  source: ConfigSource,
): Promise<Map<string, string>> {
  const env = new Map<string, string>();
  const namespace = facts.pod.metadata.namespace ?? "";
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef?.name) {
      const map = await source.configMap(namespace, configMapRef.name);
      if (!map && !configMapRef.optional) throw missing("configmap", configMapRef.name);
      for (const [key, value] of Object.entries(map?.data ?? {})) env.set(prefix + key, value);
    }
    if (secretRef?.name) {
      const secret = await source.secret(namespace, secretRef.name);
      if (!secret && !secretRef.optional) throw missing("secret", secretRef.name);
      for (const [key, value] of Object.entries(secret?.data ?? {})) env.set(prefix + key, decoded(value));
    }
  }
  return env;
}

async function valueFrom(
  { valueFrom: from = {} }: EnvVar,
  container: Container,
  facts: PodFacts,
  source: ConfigSource,
): Promise<string | undefined> {
  const namespace = facts.pod.metadata.namespace ?? "";
  if (from.fieldRef) return configured(() => podField(facts, from.fieldRef?.fieldPath ?? ""));
  if (from.resourceFieldRef) {
    const selector = from.resourceFieldRef;
    return configured(() => resourceField(facts, selector, container.name));
  }
  if (from.configMapKeyRef) {
    const { name = "", key, optional } = from.configMapKeyRef;
    const map = await source.configMap(namespace, name);
    if (!map && !optional) throw missing("configmap", name);
    const value = map?.data?.[key];
    if (value === undefined && !optional) throw missingKey("ConfigMap", namespace, name, key);
    return value;
  }
  if (from.secretKeyRef) {
    const { name = "", key, optional } = from.secretKeyRef;
    const secret = await source.secret(namespace, name);
    if (!secret && !optional) throw missing("secret", name);
    const value = secret?.data?.[key];
    if (value === undefined && !optional) throw missingKey("Secret", namespace, name, key);
    return value === undefined ? undefined : decoded(value);
  }
  throw new StartError("CreateContainerConfigError", "environment variable source is not supported");
}

function configured(read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw new StartError("CreateContainerConfigError", error instanceof Error ? error.message : String(error));
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}

function missing(kind: string, name: string): StartError {
  return new StartError("CreateContainerConfigError", `${kind} "${name}" not found`);
}

function missingKey(kind: string, namespace: string, name: string, key: string): StartError {
  return new StartError("CreateContainerConfigError", `couldn't find key ${key} in ${kind} ${namespace}/${name}`);
}

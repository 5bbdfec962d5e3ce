/** Configs and secrets as ConfigMaps and Secrets of one file each. */
import { isUtf8 } from "node:buffer";
import type { ConfigMap, Secret } from "@skiff/api/core/v1";
import type { ConfigSource, FileMount, SecretSource } from "@skiff/compose";
import { type ConversionContext, metadataOf } from "./context.ts";
import { objectName } from "./object-name.ts";

/** The one key of such an object. */
export const FILE_KEY = "content";

export type FileKind = "config" | "secret";

/** The name of the object that holds a config or a secret, by its key in the project. An external one has its real name. */
export function fileObjectName({ project }: ConversionContext, kind: FileKind, source: string): string {
  const found = kind === "config" ? project.configs[source] : project.secrets[source];
  // The two kinds have names of their own; a project may use one name for both.
  return objectName(found?.external ? found.name : source);
}

/** The objects of what services use. Throws where a file was not read or a variable is not set. */
export function filesOf(context: ConversionContext): (ConfigMap | Secret)[] {
  const { project } = context;
  const used = (kind: FileKind, of: (service: Project["services"][string]) => readonly FileMount[] | undefined) => {
    const names = Object.values(project.services).flatMap((service) => (of(service) ?? []).map(({ source }) => source));
    return [...new Set(names)].map((name) => ({ name, object: fileObjectName(context, kind, name) }));
  };
  type Project = typeof project;
  const configs = used("config", ({ configs }) => configs).flatMap(({ name, object }): ConfigMap[] => {
    const bytes = contentOf(context, "config", name, project.configs[name]);
    if (!bytes) return [];
    const data = isUtf8(bytes) ? { data: { [FILE_KEY]: text(bytes) } } : { binaryData: { [FILE_KEY]: base64(bytes) } };
    return [{ apiVersion: "v1", kind: "ConfigMap", metadata: metadataOf(context, object), ...data }];
  });
  const secrets = used("secret", ({ secrets }) => secrets).flatMap(({ name, object }): Secret[] => {
    const bytes = contentOf(context, "secret", name, project.secrets[name]);
    if (!bytes) return [];
    const data = { [FILE_KEY]: base64(bytes) };
    return [{ apiVersion: "v1", kind: "Secret", metadata: metadataOf(context, object), type: "Opaque", data }];
  });
  return [...configs, ...secrets];
}

// Undefined: it is external, and has to be there.
function contentOf(
  context: ConversionContext,
  kind: FileKind,
  name: string,
  source: (ConfigSource | SecretSource) | undefined,
): Uint8Array | undefined {
  if (!source) throw new Error(`there is no ${kind} "${name}"`);
  if (source.external) {
    const object = fileObjectName(context, kind, name);
    context.warn(
      `${kind} "${name}" is external: the ${kind === "config" ? "ConfigMap" : "Secret"} "${object}" must exist, with the key "${FILE_KEY}"`,
    );
    return undefined;
  }
  if ("content" in source && source.content !== undefined) return Buffer.from(source.content);
  if (source.environment !== undefined) {
    const value = context.project.environment[source.environment];
    if (value === undefined) throw new Error(`${kind} "${name}": the variable ${source.environment} is not set`);
    return Buffer.from(value);
  }
  const bytes = context.facts.files.get(source.file ?? "");
  if (!bytes) throw new Error(`${kind} "${name}": ${source.file ?? "it has no file"} was not read`);
  return bytes;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

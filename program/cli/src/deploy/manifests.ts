/** Reads the Kubernetes manifests of a directory. */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { findKind, type ResourceInfo } from "@skiff/api";
import { parseAllDocuments } from "yaml";

const LIMIT = 4 << 20;

/** One object to apply, and where it came from for messages. */
export interface Manifest {
  readonly file: string;
  readonly resource: ResourceInfo;
  readonly object: ManifestObject;
}

export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/**
 * Every object in the `*.yaml`, `*.yml` and `*.json` files of `dir` and its folders, in the order of their paths, with namespaces
 * first. YAML files that hold something else (no `apiVersion`) are left alone. Throws with file and line on what cannot be read.
 */
export function readManifests(dir: string): Manifest[] {
  const found: Manifest[] = [];
  const paths = globSync("**/*.{yaml,yml,json}", { cwd: dir, exclude: (name) => name === "node_modules" }).toSorted();
  for (const path of paths) {
    const file = join(dir, path);
    if (statSync(file).size > LIMIT) continue;
    for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
      const [problem] = document.errors;
      if (problem) throw new Error(`cannot read ${file}: ${problem.message}`);
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      for (const object of itemsOf(value)) found.push(manifestOf(object, file));
    }
  }
  return found.toSorted((a, b) => Number(b.object.kind === "Namespace") - Number(a.object.kind === "Namespace"));
}

function itemsOf(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null || !("apiVersion" in value) || !("kind" in value)) return [];
  const object = value as Record<string, unknown>;
  return object.kind === "List" && Array.isArray(object.items) ? object.items.flatMap(itemsOf) : [object];
}

function manifestOf(object: Record<string, unknown>, file: string): Manifest {
  const { apiVersion, kind } = object as { apiVersion: unknown; kind: unknown };
  const [group, version] = String(apiVersion).includes("/") ? String(apiVersion).split("/") : ["", String(apiVersion)];
  const resource = findKind(group ?? "", version ?? "", String(kind));
  if (!resource) throw new Error(`${file}: no matches for kind "${kind}" in version "${apiVersion}"`);
  const metadata = object.metadata as { name?: unknown } | undefined;
  if (typeof metadata?.name !== "string") throw new Error(`${file}: ${kind} has no metadata.name`);
  return { file, resource, object: object as ManifestObject };
}

import { stringify } from "yaml";
import type { ManifestObject } from "../deploy/manifests.ts";

/** Manifests as `kubectl apply -f -` reads them: a YAML stream, or one JSON List. */
export function manifestText(manifests: readonly ManifestObject[], format: "yaml" | "json"): string {
  if (format === "json") return `${JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests }, null, 2)}\n`;
  // YAML 1.1, since Go's readers take `yes` for a truth value: it is quoted then.
  return manifests
    .map((object) => stringify(object, { lineWidth: 0, version: "1.1", aliasDuplicateObjects: false }))
    .join("---\n");
}

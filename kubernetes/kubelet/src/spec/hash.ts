import { createHash } from "node:crypto";
import type { Container } from "@skiff/api/core/v1";

/** Tells whether a running container still is what the Pod asks for: only the fields that may change in place count. */
export function containerHash(container: Container): string {
  return createHash("sha256")
    .update(JSON.stringify([container.name, container.image]))
    .digest("hex")
    .slice(0, 8);
}

import { isDeepStrictEqual } from "node:util";
import type { Call } from "../call.ts";
import type { Draft } from "../state/api-object.ts";

/** Takes repeated owners away, and warns of them: of those a client sent, or of those that mutating admission brought. */
export function withoutRepeatedOwners(call: Call, { metadata }: Draft, afterAdmission: boolean): void {
  const owners = metadata.ownerReferences;
  if (!owners || owners.length < 2) return;
  const kept: typeof owners = [];
  const repeated = new Set<string>();
  for (const owner of owners) {
    if (kept.some((other) => other.uid === owner.uid && isDeepStrictEqual(other, owner))) repeated.add(owner.uid);
    else kept.push(owner);
  }
  if (repeated.size === 0) return;
  metadata.ownerReferences = kept;
  const when = afterAdmission ? " after mutating admission happens" : "";
  const uids = [...repeated].join(" ");
  call.warnings.push(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: [${uids}]`,
  );
}

/** RuntimeClass: a Pod carries what its runtime class costs (overhead) and where it runs (node selector, tolerations). */
import { isDeepStrictEqual } from "node:util";
import { type Mutable, parseQuantity } from "@skiff/api";
import type { PodSpec, Toleration } from "@skiff/api/core/v1";
import type { RuntimeClass } from "@skiff/api/node/v1";
import { pods, runtimeClasses } from "@skiff/api/resources";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { whole } from "../targets.ts";

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/** The plugin. */
export function runtimeClass({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(runtimeClasses);
  const classOf = (request: AdmissionRequest, { runtimeClassName }: PodSpec): RuntimeClass | undefined => {
    if (!runtimeClassName) return undefined;
    const found = entries.get(runtimeClassName)?.object as unknown as RuntimeClass | undefined;
    if (!found) throw refusal(request, `pod rejected: RuntimeClass "${runtimeClassName}" not found`);
    return found;
  };
  return {
    name: "RuntimeClass",
    concerns: whole(pods, "CREATE"),
    mutate(request) {
      const spec = request.object?.spec as Mutable<PodSpec>;
      const found = classOf(request, spec);
      const overhead = found?.overhead?.podFixed;
      if (found?.overhead) {
        if (spec.overhead !== undefined && !sameAmounts(spec.overhead, overhead)) throw refusal(request, MISMATCH);
        spec.overhead = { ...overhead };
      }
      if (found?.scheduling) setScheduling(request, spec, found.scheduling);
    },
    validate(request) {
      const spec = request.object?.spec as PodSpec;
      const found = classOf(request, spec);
      if (found?.overhead) {
        if (!sameAmounts(spec.overhead, found.overhead.podFixed)) throw refusal(request, MISMATCH);
      } else if (spec.overhead !== undefined) {
        const why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
        throw refusal(request, why);
      }
    },
  };
}

function setScheduling(
  request: AdmissionRequest,
  spec: Mutable<PodSpec>,
  { nodeSelector, tolerations }: NonNullable<RuntimeClass["scheduling"]>,
): void {
  for (const [key, value] of Object.entries(nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
      throw refusal(request, why);
    }
  }
  if (nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  const present: readonly Toleration[] = spec.tolerations ?? [];
  const added = (tolerations ?? []).filter((one) => !present.some((other) => isDeepStrictEqual(one, other)));
  if (added.length > 0) spec.tolerations = structuredClone([...present, ...added]) as Mutable<Toleration>[];
}

type Amounts = Readonly<Record<string, string>> | undefined;

function sameAmounts(a: Amounts = {}, b: Amounts = {}): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => parseQuantity(a[name] ?? "0").cmp(parseQuantity(b[name] ?? "0")) === 0 && name in b);
}

/** LimitRanger: containers, Pods and claims stay within their namespace's limit ranges, which also say what containers get by default. */
import type { LimitRange, PersistentVolumeClaim, Pod, PodSpec } from "@skiff/api/core/v1";
import { type Amounts, amountsOf, podAmounts } from "@skiff/api/quota";
import { limitRanges, persistentVolumeClaims, pods } from "@skiff/api/resources";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { joinReasons, refusal } from "../refusal.ts";
import { anyOf, subresource, whole } from "../targets.ts";
import { ratioReason, tooLittle, tooMuch, tooMuchRequested } from "./constraints.ts";
import { setDefaults } from "./set-defaults.ts";

type Limit = LimitRange["spec"]["limits"][number];

/** The plugin. */
export function limitRanger({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(limitRanges);
  const limitsOf = (request: AdmissionRequest): Limit[] => {
    if (request.old?.metadata.deletionTimestamp !== undefined) return [];
    const limits: Limit[] = [];
    for (const { object } of entries.under(`${request.namespace}/`)) {
      limits.push(...((object as unknown as LimitRange).spec?.limits ?? []));
    }
    return limits;
  };
  return {
    name: "LimitRanger",
    concerns: anyOf(
      whole(pods, "CREATE"),
      subresource(pods, "resize", "UPDATE"),
      whole(persistentVolumeClaims, "CREATE", "UPDATE"),
    ),
    mutate(request) {
      if (request.info.plural !== pods.plural || !request.object) return;
      for (const limit of limitsOf(request)) {
        if (limit.type === "Container") setDefaults(request.object, limit);
      }
    },
    validate(request) {
      for (const limit of limitsOf(request)) {
        const reasons =
          request.info.plural === pods.plural
            ? podReasons(limit, (request.object as unknown as Pod).spec)
            : claimReasons(limit, request.object as unknown as PersistentVolumeClaim);
        if (reasons.length > 0) throw refusal(request, joinReasons(reasons));
      }
    },
  };
}

function podReasons(limit: Limit, spec: PodSpec): string[] {
  if (limit.type === "Container") {
    return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
      reasons(limit, amountsOf(resources?.requests), amountsOf(resources?.limits)),
    );
  }
  if (limit.type !== "Pod") return [];
  return reasons(limit, podAmounts(spec, "requests", "without"), podAmounts(spec, "limits", "without"));
}

function reasons(limit: Limit, requests: Amounts, limits: Amounts): string[] {
  return [
    ...each(limit.min, (name, bound) => tooLittle(limit.type, name, bound, requests.get(name), limits.get(name))),
    ...each(limit.max, (name, bound) => tooMuch(limit.type, name, bound, requests.get(name), limits.get(name))),
    ...each(limit.maxLimitRequestRatio, (name, bound) =>
      ratioReason(limit.type, name, bound, requests.get(name), limits.get(name)),
    ),
  ];
}

function claimReasons(limit: Limit, { spec }: PersistentVolumeClaim): string[] {
  if (limit.type !== "PersistentVolumeClaim") return [];
  const requests = amountsOf(spec?.resources?.requests);
  return [
    ...each(limit.min, (name, bound) => tooLittle(limit.type, name, bound, requests.get(name), undefined)),
    ...each(limit.max, (name, bound) => tooMuchRequested(limit.type, name, bound, requests.get(name))),
  ];
}

function each(
  bounds: Readonly<Record<string, string>> | undefined,
  reason: (name: string, bound: string) => string | undefined,
): string[] {
  return Object.entries(bounds ?? {}).flatMap(([name, bound]) => reason(name, bound) ?? []);
}

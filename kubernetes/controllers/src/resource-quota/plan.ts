import { Quantity } from "@skiff/api";
import type { ResourceQuota, ResourceQuotaStatus } from "@skiff/api/core/v1";
import { type Amounts, addAmounts, type Evaluator, limitsOn } from "@skiff/api/quota";
import { sameValue } from "../canonical-json.ts";

/** All objects of one resource in the quota's namespace. */
export interface Counted {
  readonly evaluator: Evaluator;
  readonly objects: readonly object[];
}

/** The status the quota should have, undefined when it has it. `others` says how many there are of what has no informer, by name. */
export function plan(
  quota: ResourceQuota,
  counted: readonly Counted[],
  others: ReadonlyMap<string, number>,
  now: number,
): ResourceQuotaStatus | undefined {
  const hard = quota.spec?.hard ?? {};
  const used: Amounts = new Map(Object.keys(hard).map((name) => [name, Quantity.of(others.get(name) ?? 0)]));
  for (const { evaluator, objects } of counted) {
    for (const object of objects) {
      const limits = new Set(limitsOn(evaluator, quota, hard, object));
      if (limits.size === 0) continue;
      const usage = evaluator.usage(object, now);
      addAmounts(used, new Map([...usage].filter(([name]) => limits.has(name))));
    }
  }
  const texts = Object.fromEntries([...used].map(([name, quantity]) => [name, quantity.toString()]));
  const status: ResourceQuotaStatus = { hard, used: texts };
  const { hard: presentHard = {}, used: presentUsed = {} } = quota.status ?? {};
  return sameValue({ hard: presentHard, used: presentUsed }, status) ? undefined : status;
}

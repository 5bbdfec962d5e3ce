import { parseQuantity } from "@skiff/api";
import type { ResourceQuota } from "@skiff/api/core/v1";
import { type Amounts, amountsOf, type Evaluator, limitsOn } from "@skiff/api/quota";
import type { Entry } from "../../state/entry.ts";
import type { AdmissionRequest } from "../admission.ts";
import { refusal } from "../refusal.ts";

/** A quota and what is used of it, requests that were let through before this one included. */
export interface Account {
  readonly entry: Entry;
  readonly quota: ResourceQuota;
  readonly used: Amounts;
  changed: boolean;
}

/** The account of a stored quota. */
export function accountOf(entry: Entry): Account {
  const quota = entry.object as unknown as ResourceQuota;
  return { entry, quota, used: amountsOf(quota.status?.used), changed: false };
}

/**
 * Takes what the request needs from every quota that is about its object, or, unless `reserve`, only looks whether there
 * is enough. Throws StatusError 403, having taken nothing.
 */
export function charge(
  request: AdmissionRequest,
  evaluator: Evaluator,
  accounts: readonly Account[],
  { now, reserve }: { readonly now: number; readonly reserve: boolean },
): void {
  const { object, old } = request;
  if (!object) return;
  const concerned = accounts.flatMap((account) => {
    const limits = limitsOn(evaluator, account.quota, account.quota.status?.hard ?? {}, object);
    return limits.length > 0 ? [{ account, limits }] : [];
  });
  for (const { account, limits } of concerned) {
    const { name } = account.quota.metadata;
    const why = evaluator.constraint(limits, object);
    if (why !== undefined) throw refusal(request, `failed quota: ${name}: ${why}`);
    if (limits.some((limit) => !account.used.has(limit))) {
      throw refusal(request, `status unknown for quota: ${name}, resources: ${[...limits].sort().join(",")}`);
    }
  }
  const needed = increase(evaluator, object, old, now);
  for (const { account, limits } of concerned) refuseExcess(request, account, limits, needed);
  if (!reserve) return;
  for (const { account, limits } of concerned) {
    for (const limit of limits) {
      const more = needed.get(limit);
      if (!more) continue;
      account.used.set(limit, account.used.get(limit)?.add(more) ?? more);
      account.changed = true;
    }
  }
}

/** What the object takes more than it did. What it takes less is given back by the quota controller. */
function increase(evaluator: Evaluator, object: object, old: object | undefined, now: number): Amounts {
  const needed = evaluator.usage(object, now);
  const before: Amounts = old ? evaluator.usage(old, now) : new Map();
  for (const [name, quantity] of needed) {
    const present = before.get(name);
    const more = present ? quantity.sub(present) : quantity;
    if (more.nano > 0n) needed.set(name, more);
    else needed.delete(name);
  }
  return needed;
}

function refuseExcess(request: AdmissionRequest, account: Account, limits: readonly string[], needed: Amounts): void {
  const { metadata, status } = account.quota;
  const hard = status?.hard ?? {};
  const exceeded = limits.filter((limit) => {
    const more = needed.get(limit);
    const sum = more && (account.used.get(limit)?.add(more) ?? more);
    return sum && sum.cmp(parseQuantity(hard[limit] ?? "0")) > 0;
  });
  if (exceeded.length === 0) return;
  const show = (amount: (limit: string) => unknown) =>
    exceeded
      .toSorted()
      .map((limit) => `${limit}=${amount(limit)}`)
      .join(",");
  const requested = show((limit) => needed.get(limit));
  const used = show((limit) => account.used.get(limit) ?? 0);
  const limited = show((limit) => parseQuantity(hard[limit] ?? "0"));
  throw refusal(
    request,
    `exceeded quota: ${metadata.name}, requested: ${requested}, used: ${used}, limited: ${limited}`,
  );
}

/** What a limit range refuses, as people read it. Each function answers undefined when nothing is wrong. */
import { parseQuantity, type Quantity } from "@skiff/api";

/** Reasons of a lower bound. */
export function tooLittle(
  type: string,
  name: string,
  bound: string,
  request: Quantity | undefined,
  limit: Quantity | undefined,
): string | undefined {
  const least = parseQuantity(bound);
  const rule = `minimum ${name} usage per ${type} is ${least}`;
  if (!request) return `${rule}.  No request is specified`;
  if (request.cmp(least) < 0) return `${rule}, but request is ${request}`;
  if (limit && limit.cmp(least) < 0) return `${rule}, but limit is ${limit}`;
  return undefined;
}

/** Reasons of an upper bound. */
export function tooMuch(
  type: string,
  name: string,
  bound: string,
  request: Quantity | undefined,
  limit: Quantity | undefined,
): string | undefined {
  const most = parseQuantity(bound);
  const rule = `maximum ${name} usage per ${type} is ${most}`;
  if (!limit) return `${rule}.  No limit is specified`;
  if (limit.cmp(most) > 0) return `${rule}, but limit is ${limit}`;
  if (request && request.cmp(most) > 0) return `${rule}, but request is ${request}`;
  return undefined;
}

/** Reasons of an upper bound on something that has requests only. */
export function tooMuchRequested(
  type: string,
  name: string,
  bound: string,
  request: Quantity | undefined,
): string | undefined {
  const most = parseQuantity(bound);
  const rule = `maximum ${name} usage per ${type} is ${most}`;
  if (!request) return `${rule}.  No request is specified`;
  return request.cmp(most) > 0 ? `${rule}, but request is ${request}` : undefined;
}

/** Reasons of a bound on how far a limit may lie above its request. */
export function ratioReason(
  type: string,
  name: string,
  bound: string,
  request: Quantity | undefined,
  limit: Quantity | undefined,
): string | undefined {
  const most = parseQuantity(bound);
  const rule = `${name} max limit to request ratio per ${type} is ${most}`;
  if (!request || request.isZero()) return `${rule}, but no request is specified or request is 0`;
  if (!limit || limit.isZero()) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = limit.toNumber() / request.toNumber();
  return ratio > most.toNumber() ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

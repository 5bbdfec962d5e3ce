/** How a patch that cannot be applied is answered. */
import { StatusError } from "../errors.ts";

/** A `$setElementOrder` directive that is none. */
export const BAD_ORDER = "invalid patch format of setElementOrder list";
/** A `$deleteFromPrimitiveList` directive that is none. */
export const BAD_PRIMITIVES = "invalid patch format of primitive list";
/** A `$retainKeys` directive that is no list, or does not name every key beside it. */
export const BAD_RETAIN_KEYS = "invalid patch format of retainKeys";

/** 422: the patch is well formed, but does not fit the object. Kubernetes does not say how. */
export function unprocessablePatch(): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "the server rejected our request due to an error in our request",
    reason: "Invalid",
    details: {},
    code: 422,
  });
}

/** 500 without a reason, as the API server answers a strategic merge patch it can make no sense of. */
export function unmergeablePatch(why: string): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: why,
    code: 500,
  });
}

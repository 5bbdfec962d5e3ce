/** How a patch that cannot be applied is answered. */
import { StatusError } from "../errors.ts";

/** 422: the patch is well formed, but does not fit the object. The causes say how. */
export function unprocessablePatch(why: string): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "the server rejected our request due to an error in our request",
    reason: "Invalid",
    details: { causes: [{ field: "patch", message: why }] },
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

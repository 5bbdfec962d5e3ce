import { BadRequestError, CompactedError, StoreUnavailableError } from "../errors.ts";
import type { WatchResponse } from "./generated/etcd-api.ts";

/** Why a member ended a watch: that part of history is gone, the user may not read it, or the member cannot go on itself. */
export function watchFailure({ compactRevision, cancelReason }: WatchResponse): Error {
  if (compactRevision > 0) return new CompactedError(compactRevision);
  if (/permission denied/i.test(cancelReason)) return new BadRequestError(`etcd refuses the watch: ${cancelReason}`);
  return new StoreUnavailableError(`etcd ended the watch: ${cancelReason || "no reason given"}`);
}

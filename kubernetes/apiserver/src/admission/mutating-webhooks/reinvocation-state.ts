/** Which webhooks are called a second time for one request. */
import { isDeepStrictEqual } from "node:util";
import type { AdmissionRequest } from "../admission.ts";

const NOTES = "MutatingAdmissionWebhook";

/** What is remembered of the first round. */
export interface ReinvocationState {
  /** Webhooks with the policy IfNeeded that have been called and have seen the newest object. */
  upToDate: Set<string>;
  /** Webhooks to call in the second round. */
  readonly outdated: Set<string>;
  lastOutput: object | undefined;
}

/** The state of a request, made at its first use. */
export function reinvocationState({ reinvocation: { notes } }: AdmissionRequest): ReinvocationState {
  let state = notes.get(NOTES) as ReinvocationState | undefined;
  if (!state) {
    state = { upToDate: new Set(), outdated: new Set(), lastOutput: undefined };
    notes.set(NOTES, state);
  }
  return state;
}

/** The object has changed: every webhook called so far has seen an older one. */
export function outdate(state: ReinvocationState): void {
  for (const id of state.upToDate) state.outdated.add(id);
  state.upToDate = new Set();
}

/** Begins the second round: what the other plugins changed in it concerns all webhooks that were called. */
export function beginAgain(state: ReinvocationState, { object }: AdmissionRequest): void {
  if (!isDeepStrictEqual(object, state.lastOutput)) outdate(state);
}

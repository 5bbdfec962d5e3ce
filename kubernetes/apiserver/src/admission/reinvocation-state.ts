/** Which webhooks, and which policies, are asked a second time for one request. */
import { isDeepStrictEqual } from "node:util";
import type { AdmissionRequest } from "./admission.ts";

/** What is remembered of the first round. */
export interface ReinvocationState {
  /** Those with the policy IfNeeded that have been asked and have seen the newest object. */
  upToDate: Set<string>;
  /** Those to ask in the second round. */
  readonly outdated: Set<string>;
  lastOutput: object | undefined;
}

/** A plugin's state of a request, made at its first use. */
export function reinvocationState({ reinvocation: { notes } }: AdmissionRequest, plugin: string): ReinvocationState {
  let state = notes.get(plugin) as ReinvocationState | undefined;
  if (!state) {
    state = { upToDate: new Set(), outdated: new Set(), lastOutput: undefined };
    notes.set(plugin, state);
  }
  return state;
}

/** The object has changed: everyone asked so far has seen an older one. */
export function outdate(state: ReinvocationState): void {
  for (const id of state.upToDate) state.outdated.add(id);
  state.upToDate = new Set();
}

/** Begins the second round: what the other plugins changed in it concerns everyone who was asked. */
export function beginAgain(state: ReinvocationState, { object }: AdmissionRequest): void {
  if (!isDeepStrictEqual(object, state.lastOutput)) outdate(state);
}

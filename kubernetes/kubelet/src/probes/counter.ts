import type { Probe } from "@skiff/api/core/v1";

/**
 * Turns single results into a verdict: it changes after `successThreshold` passes or `failureThreshold` failures in a row.
 * Until the first change it is `initial`.
 */
export class ProbeCounter {
  readonly #probe: Probe;
  #verdict: boolean;
  #last: boolean | undefined;
  #run = 0;

  constructor(probe: Probe, initial: boolean) {
    this.#probe = probe;
    this.#verdict = initial;
  }

  get verdict(): boolean {
    return this.#verdict;
  }

  /** Counts one result; answers the number of equal ones in a row. */
  count(ok: boolean): number {
    this.#run = this.#last === ok ? this.#run + 1 : 1;
    this.#last = ok;
    const { successThreshold = 1, failureThreshold = 3 } = this.#probe;
    if (this.#run >= (ok ? successThreshold : failureThreshold)) this.#verdict = ok;
    return this.#run;
  }

  /** True when failures have reached the threshold just now or before, with no pass since. */
  get exhausted(): boolean {
    return this.#last === false && this.#run >= (this.#probe.failureThreshold ?? 3);
  }
}

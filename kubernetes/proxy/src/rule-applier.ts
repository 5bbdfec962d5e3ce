import type { Logger } from "@skiff/api";
import type { NftRunner } from "./nft.ts";
import type { RuleModel } from "./rule-model.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/**
 * Brings the kernel's table to the model: at most one nft runs, and the next takes everything that changed meanwhile.
 * The first transaction, and the one after a failure, replaces the whole table.
 */
export class RuleApplier {
  readonly #model: RuleModel;
  readonly #run: NftRunner;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #applied: () => void;
  #running: Promise<void> | undefined;
  #again = false;
  #full = true;
  #retryMs = FIRST_RETRY_MS;

  /** `applied` is called after every transaction that succeeded. */
  constructor(o: {
    readonly model: RuleModel;
    readonly run: NftRunner;
    readonly log: Logger;
    readonly signal: AbortSignal;
    readonly applied: () => void;
  }) {
    this.#model = o.model;
    this.#run = o.run;
    this.#log = o.log;
    this.#signal = o.signal;
    this.#applied = o.applied;
  }

  /** Says that the model has changed. Returns at once. */
  poke(): void {
    this.#again = true;
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when no nft runs any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    // Events of one read come in one after the other: let them all in before the first script.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#again && !this.#signal.aborted) {
      this.#again = false;
      const script = this.#full ? this.#model.fullScript() : this.#model.incrementalScript();
      if (script === "") {
        this.#applied();
        continue;
      }
      try {
        await this.#run(script, this.#signal);
        this.#full = false;
        this.#retryMs = FIRST_RETRY_MS;
        this.#applied();
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#log.error("packet rules not applied, will replace the table", { error, retryMs: this.#retryMs });
        this.#full = true;
        await this.#pause(this.#retryMs);
        this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
        this.#again = true;
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#signal.addEventListener("abort", done, { once: true });
    });
  }
}

import { StatusError } from "@skiff/api";
import type { Evaluator } from "@skiff/api/quota";
import { resourceQuotas } from "@skiff/api/resources";
import type { ApiObject } from "../../state/api-object.ts";
import type { AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { type Account, accountOf, charge } from "./charge.ts";

/** Times a batch is counted anew because a quota changed under it. */
const ATTEMPTS = 16;

interface Waiting {
  readonly request: AdmissionRequest;
  readonly evaluator: Evaluator;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Where the requests of one namespace are charged to its quotas, one after the other. Those that come while a charge is
 * being written wait and are written together: however many create at once, a quota is never overdrawn, and its status
 * is written once per batch.
 */
export class QuotaDesk {
  readonly #deps: Pick<AdmissionDeps, "caches" | "writer" | "clock">;
  readonly #namespace: string;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(deps: Pick<AdmissionDeps, "caches" | "writer" | "clock">, namespace: string) {
    this.#deps = deps;
    this.#namespace = namespace;
  }

  /** Nobody is being served: the desk may be forgotten. */
  get idle(): boolean {
    return !this.#busy;
  }

  /** Resolves when the request is paid for; throws StatusError 403 when there is not enough. */
  charge(request: AdmissionRequest, evaluator: Evaluator): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ request, evaluator, resolve, reject });
    if (!this.#busy) void this.#serve();
    return promise;
  }

  async #serve(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#settle(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    const { caches, writer } = this.#deps;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const accounts = [...caches.of(resourceQuotas).entries.under(`${this.#namespace}/`)].map(accountOf);
      const refused = this.#count(batch, accounts);
      const changed = accounts.filter((account) => account.changed);
      const changes = changed.map((account) => ({ current: account.entry, next: withUsage(account) }));
      if (changes.length > 0 && !(await writer.replaceAll(resourceQuotas, changes))) continue;
      for (const waiting of batch) {
        const error = refused.get(waiting);
        if (error) waiting.reject(error);
        else waiting.resolve();
      }
      return;
    }
    throw StatusError.internal("resource quota evaluation timed out");
  }

  #count(batch: readonly Waiting[], accounts: readonly Account[]): Map<Waiting, StatusError> {
    const now = this.#deps.clock.now();
    const refused = new Map<Waiting, StatusError>();
    for (const waiting of batch) {
      const { request, evaluator } = waiting;
      try {
        charge(request, evaluator, accounts, { now, reserve: !request.dryRun && !this.#exists(request) });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        refused.set(waiting, error);
      }
    }
    return refused;
  }

  /** What exists will not be made a second time, so nothing is taken for it. */
  #exists({ operation, info, namespace, name }: AdmissionRequest): boolean {
    if (operation !== "CREATE" || name === "") return false;
    return this.#deps.caches.of(info).entries.get(`${namespace}/${name}`) !== undefined;
  }
}

function withUsage({ quota, used }: Account): ApiObject {
  const texts = Object.fromEntries([...used].map(([name, quantity]) => [name, quantity.toString()]));
  return { ...(quota as unknown as ApiObject), status: { ...quota.status, used: texts } };
}

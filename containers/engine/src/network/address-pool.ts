import { rmSync } from "node:fs";
import { readJson, writeUntilReboot } from "../durable-file.ts";
import { EngineError } from "../engine-error.ts";
import { formatIpv4, parseCidr, parseIpv4 } from "./ipv4-range.ts";

interface PoolState {
  readonly cidr: string;
  /** Owner → address. */
  readonly leases: Readonly<Record<string, string>>;
}

/** What a pool gives addresses of. */
export interface PoolRange {
  readonly cidr: string;
  /** The bridge's address; the first of the range unless given. */
  readonly gateway?: string | undefined;
  /** The part of the range that addresses are chosen from; all of it unless given. */
  readonly choices?: string | undefined;
}

/**
 * Addresses given out of one range. The gateway's and the range's ends are nobody's. They are kept where a reboot empties it: it
 * takes the namespaces that have the addresses, too.
 */
export class AddressPool {
  readonly #path: string;
  #range: PoolRange;
  readonly #leases: Map<string, string>;
  #last = 0;

  private constructor(path: string, range: PoolRange, leases: PoolState["leases"]) {
    this.#path = path;
    this.#range = range;
    this.#leases = new Map(Object.entries(leases));
  }

  /** Opens the pool; the range counts when there is none yet, else only its gateway and choices. */
  static async open(path: string, range: PoolRange): Promise<AddressPool> {
    parseCidr(range.cidr);
    const known = await readJson<PoolState>(path);
    return new AddressPool(path, { ...range, cidr: known?.cidr ?? range.cidr }, known?.leases ?? {});
  }

  get cidr(): string {
    return this.#range.cidr;
  }

  gateway(): string {
    return this.#range.gateway ?? formatIpv4(parseCidr(this.cidr).first + 1);
  }

  setCidr(cidr: string): void {
    parseCidr(cidr);
    if (cidr === this.cidr) return;
    this.#range = { cidr };
    this.#last = 0;
    this.#save();
  }

  get(owner: string): string | undefined {
    return this.#leases.get(owner);
  }

  owners(): string[] {
    return [...this.#leases.keys()];
  }

  /**
   * Gives `owner` an address, the same one if it has one, or the one it wants. Addresses go round, so that one just given back rests a
   * while. Throws "conflict" for an address that is taken, "invalid" for one that is not the pool's, "unavailable" when none is left.
   */
  lease(owner: string, wanted?: string): string {
    const known = this.#leases.get(owner);
    if (known !== undefined && (wanted === undefined || wanted === known)) return known;
    const taken = new Set([...this.#leases.values(), this.gateway()]);
    const address = wanted === undefined ? this.#choose(taken) : this.#checked(wanted, taken);
    this.#leases.set(owner, address);
    this.#save();
    return address;
  }

  release(owner: string): void {
    if (this.#leases.delete(owner)) this.#save();
  }

  /** Forgets all addresses, and that there was a pool. */
  delete(): void {
    this.#leases.clear();
    rmSync(this.#path, { force: true });
  }

  #choose(taken: ReadonlySet<string>): string {
    const { first, size } = parseCidr(this.cidr);
    const choices = parseCidr(this.#range.choices ?? this.cidr);
    for (let step = 1; step <= choices.size; step++) {
      const offset = (this.#last + step) % choices.size;
      const number = choices.first + offset;
      const address = formatIpv4(number);
      if (number === first || number === first + size - 1 || taken.has(address)) continue;
      this.#last = offset;
      return address;
    }
    throw new EngineError(
      "unavailable",
      `Cannot give an address: all of ${this.#range.choices ?? this.cidr} are taken`,
    );
  }

  #checked(wanted: string, taken: ReadonlySet<string>): string {
    const { first, size } = parseCidr(this.cidr);
    const offset = parseIpv4(wanted) - first;
    if (!(offset > 0 && offset < size - 1))
      throw new EngineError(
        "invalid",
        `Invalid address ${wanted}: It does not belong to any of this network's subnets`,
      );
    if (taken.has(wanted)) throw new EngineError("conflict", "Address already in use");
    return wanted;
  }

  #save(): void {
    writeUntilReboot(this.#path, JSON.stringify({ cidr: this.cidr, leases: Object.fromEntries(this.#leases) }));
  }
}

import { readJson, writeUntilReboot } from "../durable-file.ts";
import { EngineError } from "../engine-error.ts";
import { formatIpv4, parseCidr } from "./ipv4-range.ts";

interface PoolState {
  readonly cidr: string;
  /** Owner → address. */
  readonly leases: Readonly<Record<string, string>>;
}

/**
 * Addresses given out of one range. The first is the bridge's; the range's ends are nobody's. They are kept where a reboot empties it: it
 * takes the namespaces that have the addresses, too.
 */
export class AddressPool {
  readonly #path: string;
  #cidr: string;
  readonly #leases: Map<string, string>;
  #last = 0;

  private constructor(path: string, state: PoolState) {
    this.#path = path;
    this.#cidr = state.cidr;
    this.#leases = new Map(Object.entries(state.leases));
  }

  /** Opens the pool; `cidr` is used when there is none yet. */
  static async open(path: string, cidr: string): Promise<AddressPool> {
    parseCidr(cidr);
    return new AddressPool(path, (await readJson<PoolState>(path)) ?? { cidr, leases: {} });
  }

  get cidr(): string {
    return this.#cidr;
  }

  gateway(): string {
    return formatIpv4(parseCidr(this.#cidr).first + 1);
  }

  setCidr(cidr: string): void {
    parseCidr(cidr);
    if (cidr === this.#cidr) return;
    this.#cidr = cidr;
    this.#last = 0;
    this.#save();
  }

  get(owner: string): string | undefined {
    return this.#leases.get(owner);
  }

  owners(): string[] {
    return [...this.#leases.keys()];
  }

  /** Gives `owner` an address, the same one if it has one. Addresses go round, so that one just given back rests a while. */
  lease(owner: string): string {
    const known = this.#leases.get(owner);
    if (known !== undefined) return known;
    const { first, size } = parseCidr(this.#cidr);
    const taken = new Set(this.#leases.values());
    for (let step = 1; step <= size; step++) {
      const offset = (this.#last + step) % size;
      const address = formatIpv4(first + offset);
      if (offset < 2 || offset === size - 1 || taken.has(address)) continue;
      this.#last = offset;
      this.#leases.set(owner, address);
      this.#save();
      return address;
    }
    throw new EngineError("unavailable", `Cannot give an address: all of ${this.#cidr} are taken`);
  }

  release(owner: string): void {
    if (this.#leases.delete(owner)) this.#save();
  }

  #save(): void {
    writeUntilReboot(this.#path, JSON.stringify({ cidr: this.#cidr, leases: Object.fromEntries(this.#leases) }));
  }
}

import { nft } from "@skiff/linux";
import type { PortPublication } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import { type PacketNetwork, type PublishedPort, packetRules } from "./packet-rules.ts";

/** The engine's packet table: which networks there are, and which ports of the machine lead where. Changes take effect with `write`. */
export class PacketTable {
  readonly name: string;
  readonly #networks = new Map<string, PacketNetwork>();
  readonly #reserved = new Map<string, readonly PortPublication[]>();
  readonly #published = new Map<string, readonly PublishedPort[]>();
  #last: Promise<void> = Promise.resolve();

  constructor(name: string) {
    this.name = name;
  }

  setNetwork(network: PacketNetwork): void {
    this.#networks.set(network.bridge, network);
  }

  removeNetwork(bridge: string): void {
    this.#networks.delete(bridge);
  }

  /** Chooses ports of the machine for an owner that had none. Throws "conflict" where one that was asked for is taken. */
  reserve(owner: string, wanted: readonly PortPublication[]): PortPublication[] {
    const taken = [...this.#reserved.values()].flat();
    const chosen = wanted.map((port) => choosePort(port, taken));
    if (chosen.length > 0) this.#reserved.set(owner, chosen);
    return chosen;
  }

  /** Says where an owner's ports lead. */
  publish(owner: string, address: string, ports: readonly PortPublication[]): void {
    if (ports.length === 0) return;
    this.#reserved.set(owner, ports);
    this.#published.set(
      owner,
      ports.map((port) => ({ ...port, address })),
    );
  }

  /** Frees an owner's ports. True when the table changes by it. */
  unpublish(owner: string): boolean {
    this.#reserved.delete(owner);
    return this.#published.delete(owner);
  }

  has(owner: string): boolean {
    return this.#published.has(owner);
  }

  /** Replaces the kernel's table with this one. Calls are carried out in order. */
  write(): Promise<void> {
    const batch = (): string =>
      packetRules({
        table: this.name,
        networks: [...this.#networks.values()],
        ports: [...this.#published.values()].flat(),
      });
    this.#last = this.#last.catch(() => undefined).then(() => nft(batch())); // a failure is its own caller's
    return this.#last;
  }
}

const EPHEMERAL = { first: 32768, last: 60999 };

function choosePort(port: PortPublication, taken: readonly PortPublication[]): PortPublication {
  const isTaken = (number: number): boolean =>
    taken.some(
      (other) =>
        other.protocol === port.protocol && other.hostPort === number && sameAddress(other.hostIp, port.hostIp),
    );
  if (port.hostPort !== 0) {
    if (!isTaken(port.hostPort)) return port;
    const { hostIp = "0.0.0.0", hostPort } = port;
    throw new EngineError("conflict", `Bind for ${hostIp || "0.0.0.0"}:${hostPort} failed: port is already allocated`);
  }
  for (let free = EPHEMERAL.first; free <= EPHEMERAL.last; free++)
    if (!isTaken(free)) return { ...port, hostPort: free };
  throw new EngineError("unavailable", "Cannot publish a port: none is free");
}

/** Whether two publications would answer on an address in common. */
function sameAddress(a: string | undefined, b: string | undefined): boolean {
  const any = (address: string | undefined): boolean =>
    address === undefined || address === "" || address === "0.0.0.0";
  return any(a) || any(b) || a === b;
}

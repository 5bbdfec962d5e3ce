/** Traffic counters of one network namespace's `eth0`. */
export interface InterfaceCounters {
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxErrors: number;
  readonly txErrors: number;
}

/** The node's container network: one bridge, addresses from one range, and masquerading for what leaves the node. */
export interface Networks {
  /** The bridge's name, "sk-" and a hash of the instance. */
  readonly bridge: string;
  /** The range addresses come from, "10.244.0.0/24". The bridge has its first address. */
  podCidr(): string;
  /** The bridge's own address, which is this host's in every network of containers. */
  gateway(): string;
  /**
   * Changes the range for sandboxes made from now on. Those that exist keep their addresses. Rejects with "invalid" when it is
   * not an IPv4 range of 4 addresses or more.
   */
  setPodCidr(cidr: string): Promise<void>;
  counters(networkNamespace: string): InterfaceCounters | undefined;
}

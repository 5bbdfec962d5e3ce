/** A network of one's own: a bridge of this machine with its own range, apart from the others. A plain value. */
export interface UserNetwork {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** "172.18.0.0/16". */
  readonly subnet: string;
  /** Nobody asked for the subnet. */
  readonly isChosen?: boolean | undefined;
  /** Somebody asked for the subnet, and not for the gateway. */
  readonly isGatewayChosen?: boolean | undefined;
  readonly gateway: string;
  /** The part of the subnet that addresses are chosen from, where it is not all of it. */
  readonly ipRange?: string | undefined;
  /** No way out of it and none into it. */
  readonly internal: boolean;
  /** Kept for clients: there is nothing to attach from elsewhere. */
  readonly attachable?: boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

/** What a network is to be. Without a subnet a free one is chosen. */
export interface UserNetworkSpec {
  readonly name: string;
  readonly subnet?: string | undefined;
  readonly gateway?: string | undefined;
  readonly ipRange?: string | undefined;
  readonly internal?: boolean | undefined;
  readonly attachable?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** "com.docker.network.driver.mtu" has an effect; the others are kept. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** How a container is in one network. */
export interface NetworkAttachment {
  /** Name or id; "bridge" is the engine's own network. */
  readonly network: string;
  /** Further names that the others in the network find it by. */
  readonly aliases?: readonly string[] | undefined;
  /** Names by which this container, and no other, finds containers of the network. */
  readonly links?: readonly { readonly container: string; readonly alias: string }[] | undefined;
  /** The address it must have. */
  readonly address?: string | undefined;
  /** The hardware address it must have ("02:42:ac:11:00:02"). Default: one that follows from its address. */
  readonly hardwareAddress?: string | undefined;
}

/** Where a running container is in one network. */
export interface Endpoint {
  /** The network's id; "bridge" for the engine's own. */
  readonly network: string;
  /** "eth0". */
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly hardwareAddress: string;
}

/**
 * Networks of one's own. Methods reject with an EngineError: "not-found", "conflict" (the name is taken, containers are in it),
 * "invalid" (a range that cannot be, or overlaps another). What has resolved is durable.
 */
export interface UserNetworks {
  create(spec: UserNetworkSpec): Promise<UserNetwork>;
  /** Finds by id, by name, or by an unambiguous prefix of an id. */
  get(reference: string): UserNetwork | undefined;
  list(): UserNetwork[];
  /** Rejects with "conflict" while running containers are in it. */
  remove(id: string): Promise<void>;
}

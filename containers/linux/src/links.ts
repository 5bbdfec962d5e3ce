/** Network interfaces, addresses and routes of the network namespace the thread is in. IPv4. */
import { interfaceIndex, isSystemError } from "./libc.ts";
import { attribute, Netlink, nested } from "./netlink.ts";

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_SETLINK = 19;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_NEWROUTE = 24;
const CREATE_EXCLUSIVE = 0x600;
const CREATE_REPLACE = 0x500;
const IFF_UP = 1;
const AF_INET = 2;
const AF_BRIDGE = 7;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_MASTER = 10;
const IFLA_PROTINFO = 12;
const IFLA_LINKINFO = 18;
const IFLA_NET_NS_FD = 28;
const IFLA_BRPORT_MODE = 4;
const NLA_F_NESTED = 0x8000;
const INFO_KIND = 1;
const INFO_DATA = 2;
const VETH_PEER = 1;
const RTNH_F_ONLINK = 4;

/** Changes to the network, all in the namespace that was current when it was made. Dispose of it. */
export class Links implements Disposable {
  readonly #netlink = new Netlink();

  /** Makes a bridge, up, with a fixed hardware address. False when there is one of that name already. */
  addBridge(name: string, hardwareAddress: Uint8Array): boolean {
    const attributes = [
      attribute(IFLA_IFNAME, name),
      attribute(IFLA_ADDRESS, hardwareAddress),
      nested(IFLA_LINKINFO, attribute(INFO_KIND, "bridge")),
    ];
    return this.#unlessExists(() =>
      this.#netlink.request(RTM_NEWLINK, CREATE_EXCLUSIVE, linkHeader(0, true), attributes, `bridge ${name}`),
    );
  }

  /** Makes a veth pair: `name` here, up and in bridge `master`; `peer` in the namespace behind the descriptor, with a hardware address where one is given. */
  addVeth(o: {
    readonly name: string;
    readonly master: number;
    readonly peer: string;
    readonly peerNamespace: number;
    readonly peerAddress?: Uint8Array | undefined;
    readonly mtu?: number | undefined;
  }): void {
    const mtu = o.mtu ? [attribute(IFLA_MTU, o.mtu)] : [];
    const peer = [
      linkHeader(0, false),
      attribute(IFLA_IFNAME, o.peer),
      attribute(IFLA_NET_NS_FD, o.peerNamespace),
      ...(o.peerAddress ? [attribute(IFLA_ADDRESS, o.peerAddress)] : []),
      ...mtu,
    ];
    const info = nested(IFLA_LINKINFO, attribute(INFO_KIND, "veth"), nested(INFO_DATA, nested(VETH_PEER, ...peer)));
    const attributes = [attribute(IFLA_IFNAME, o.name), attribute(IFLA_MASTER, o.master), ...mtu, info];
    this.#netlink.request(RTM_NEWLINK, CREATE_EXCLUSIVE, linkHeader(0, true), attributes, `veth ${o.name}`);
  }

  /**
   * Lets a bridge send frames back out of the port they came in by. Packets whose destination is rewritten while they cross a bridge
   * (a Pod that reaches itself by the address of its Service) have that way only, where the kernel filters bridged packets.
   */
  allowHairpin(port: number): void {
    const header = linkHeader(port, false);
    header.writeUInt8(AF_BRIDGE, 0);
    header.writeUInt32LE(0, 12);
    const attributes = [nested(IFLA_PROTINFO | NLA_F_NESTED, attribute(IFLA_BRPORT_MODE, Buffer.from([1])))];
    this.#netlink.request(RTM_SETLINK, 0, header, attributes, `hairpin mode of port ${port}`);
  }

  up(index: number): void {
    this.#netlink.request(RTM_NEWLINK, 0, linkHeader(index, true), [], `interface ${index} up`);
  }

  /** False when there is no such interface. */
  remove(name: string): boolean {
    try {
      this.#netlink.request(RTM_DELLINK, 0, linkHeader(0, false), [attribute(IFLA_IFNAME, name)], `remove ${name}`);
      return true;
    } catch (error) {
      if (isSystemError(error, "ENODEV")) return false;
      throw error;
    }
  }

  /** False when the interface has that address already. */
  addAddress(index: number, address: string, prefixLength: number): boolean {
    return this.#unlessExists(() => this.#address(RTM_NEWADDR, CREATE_EXCLUSIVE, index, address, prefixLength));
  }

  removeAddress(index: number, address: string, prefixLength: number): void {
    this.#address(RTM_DELADDR, 0, index, address, prefixLength);
  }

  /** Adds or replaces the default route, through a gateway that need not be in any of the interface's networks. */
  defaultRoute(index: number, gateway: string): void {
    const attributes = [attribute(4, index), attribute(5, ipv4Bytes(gateway))];
    this.#netlink.request(
      RTM_NEWROUTE,
      CREATE_REPLACE,
      routeHeader(RTNH_F_ONLINK),
      attributes,
      `default via ${gateway}`,
    );
  }

  #address(type: number, flags: number, index: number, address: string, prefixLength: number): void {
    const header = Buffer.from([AF_INET, prefixLength, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32LE(index, 4);
    const bytes = ipv4Bytes(address);
    const attributes = [attribute(2, bytes), attribute(1, bytes)];
    this.#netlink.request(type, flags, header, attributes, `address ${address}/${prefixLength}`);
  }

  #unlessExists(body: () => void): boolean {
    try {
      body();
      return true;
    } catch (error) {
      if (isSystemError(error, "EEXIST")) return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#netlink[Symbol.dispose]();
  }
}

/** Brings the loopback interface of the current namespace up. */
export function loopbackUp(links: Links): void {
  const index = interfaceIndex("lo");
  if (index === undefined) throw new Error("Cannot bring loopback up: the namespace has none");
  links.up(index);
}

/** The four bytes of a dotted IPv4 address. */
export function ipv4Bytes(address: string): Buffer {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    throw new TypeError(`Cannot read the IPv4 address "${address}"`);
  return Buffer.from(parts);
}

function linkHeader(index: number, up: boolean): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(up ? IFF_UP : 0, 8);
  header.writeUInt32LE(up ? IFF_UP : 0, 12);
  return header;
}

function routeHeader(flags: number): Buffer {
  const TABLE_MAIN = 254;
  const PROTOCOL_STATIC = 4;
  const TYPE_UNICAST = 1;
  const header = Buffer.from([AF_INET, 0, 0, 0, TABLE_MAIN, PROTOCOL_STATIC, 0, TYPE_UNICAST, 0, 0, 0, 0]);
  header.writeUInt32LE(flags, 8);
  return header;
}

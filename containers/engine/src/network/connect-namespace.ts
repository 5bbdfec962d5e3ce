/** Joining a network namespace with a bridge by a pair of interfaces. */
import { closeSync, openSync } from "node:fs";
import { inNamespaces, interfaceIndex, Links, loopbackUp, writeSysctl } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import { parseIpv4 } from "./ipv4-range.ts";

/** One joint. */
export interface Joint {
  /** Where the namespace is pinned. */
  readonly path: string;
  readonly bridge: string;
  /** Name of the interface on the machine's side. */
  readonly veth: string;
  /** Name of the one in the namespace. */
  readonly inside: string;
  readonly address: string;
  readonly hardwareAddress: string;
  /** Bytes of the largest packet. Default: the kernel's. */
  readonly mtu?: number | undefined;
  /** 32 gives an address and no network: neighbours are reached through the machine, whose packet rules then see both directions. */
  readonly prefixLength: number;
  /** Makes the default route go there. */
  readonly gateway?: string | undefined;
}

/** Makes the joint. What had its name on the machine's side is replaced. Throws SystemError. */
export function connectNamespace(o: Joint): void {
  const master = interfaceIndex(o.bridge);
  if (master === undefined) throw new EngineError("internal", `Cannot find the bridge ${o.bridge}`);
  const namespace = openSync(o.path, "r");
  try {
    using links = new Links();
    if (interfaceIndex(o.veth) !== undefined) links.remove(o.veth);
    const peer = { peer: o.inside, peerNamespace: namespace, peerAddress: bytesOf(o.hardwareAddress) };
    links.addVeth({ name: o.veth, master, mtu: o.mtu, ...peer });
    const port = interfaceIndex(o.veth);
    if (port === undefined) throw new EngineError("internal", `Cannot find the interface ${o.veth}`);
    links.allowHairpin(port);
  } finally {
    closeSync(namespace);
  }
  inNamespaces({ net: o.path }, () => {
    using links = new Links();
    loopbackUp(links);
    const index = interfaceIndex(o.inside);
    if (index === undefined) throw new EngineError("internal", `Cannot find ${o.inside} in the new namespace`);
    links.addAddress(index, o.address, o.prefixLength);
    links.up(index);
    if (o.gateway !== undefined) links.defaultRoute(index, o.gateway);
    for (const name of ["all", o.inside]) writeSysctl(`net.ipv4.conf.${name}.accept_redirects`, "0");
  });
}

/** Makes the default route of a namespace go through one of its interfaces. */
export function setDefaultRoute(path: string, inside: string, gateway: string): void {
  inNamespaces({ net: path }, () => {
    const index = interfaceIndex(inside);
    if (index === undefined) throw new EngineError("internal", `Cannot find ${inside} in its namespace`);
    using links = new Links();
    links.defaultRoute(index, gateway);
  });
}

/** Takes an interface of the machine's side away, and with it the one inside. Nothing happens when there is none. */
export function removeLink(name: string): void {
  if (interfaceIndex(name) === undefined) return;
  using links = new Links();
  links.remove(name);
}

/**
 * The hardware address of whoever has an address. It follows from it, as Docker's does: an address that is given again soon is one
 * that neighbours still know, and would go on sending to its last owner for half a minute.
 */
export function hardwareAddressOf(address: string): string {
  const hex = parseIpv4(address).toString(16).padStart(8, "0");
  return `02:42:${hex.match(/../g)?.join(":")}`;
}

function bytesOf(hardwareAddress: string): Buffer {
  return Buffer.from(hardwareAddress.replaceAll(":", ""), "hex");
}

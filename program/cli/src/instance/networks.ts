/**
 * Address ranges of an instance. Instances on one machine must not overlap, so each takes a slot: number n stands for
 * services in 10.(96+n).0.0/16 and Pods in 10.(244-n).0.0/16. A slot is claimed by creating a file, which only one can.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";

const CLAIMS = "/run/skiff-networks";
const SLOTS = 16;

/** The ranges of one slot. */
export interface Networks {
  readonly slot: number;
  readonly serviceCidr: string;
  readonly podCidr: string;
}

/** The ranges that slot `n` stands for. */
export function networksOf(slot: number): Networks {
  return { slot, serviceCidr: `10.${96 + slot}.0.0/16`, podCidr: `10.${244 - slot}.0.0/16` };
}

/** Claims the first slot that no other instance has and no interface of this machine has an address in. Throws when none is left. */
export function claimNetworks(data: string): Networks {
  for (let slot = 0; slot < SLOTS; slot++) {
    const networks = networksOf(slot);
    if (overlapsMachine(networks) || !claim(slot, data)) continue;
    return networks;
  }
  throw new Error(
    `cannot choose address ranges: all ${SLOTS} are taken by other instances or by this machine's networks`,
  );
}

/** Claims again the slot an instance already has: claims do not outlive a reboot. Throws when another instance took it. */
export function reclaimNetworks(slot: number, data: string): void {
  if (!claim(slot, data)) throw new Error(`cannot use ${networksOf(slot).serviceCidr}: another instance took it`);
}

/** Gives a slot back; the last one takes the directory of claims along. */
export function releaseNetworks(slot: number, data: string): void {
  if (ownerOf(slot) === data) rmSync(join(CLAIMS, String(slot)), { force: true });
  try {
    rmdirSync(CLAIMS);
  } catch (error) {
    if (!["ENOTEMPTY", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function claim(slot: number, data: string): boolean {
  mkdirSync(CLAIMS, { recursive: true });
  try {
    writeFileSync(join(CLAIMS, String(slot)), data, { flag: "wx" });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another instance that gave up the last claim took the directory away meanwhile.
    if (code === "ENOENT") return claim(slot, data);
    if (code !== "EEXIST") throw error;
  }
  const owner = ownerOf(slot);
  if (owner === data) return true;
  // An instance makes its data directory before it claims: without one, whoever claimed was deleted by hand.
  if (owner === undefined || existsSync(owner)) return false;
  releaseNetworks(slot, owner);
  return claim(slot, data);
}

function ownerOf(slot: number): string | undefined {
  try {
    return readFileSync(join(CLAIMS, String(slot)), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function overlapsMachine({ serviceCidr, podCidr }: Networks): boolean {
  const prefixes = [serviceCidr, podCidr].map((cidr) => cidr.slice(0, cidr.indexOf(".", 3) + 1));
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => prefixes.some((prefix) => address.startsWith(prefix))),
  );
}

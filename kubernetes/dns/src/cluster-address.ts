import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Puts `address` on `link`, so that a server can bind it and the node answers for it. `lo` serves: packets from Pods come to
 * the node as their gateway. That it is there already is fine.
 */
export async function ensureAddress(link: string, address: string): Promise<void> {
  await ip("replace", link, address);
}

/** Takes the address off again. That it is not there is fine. */
export async function removeAddress(link: string, address: string): Promise<void> {
  try {
    await ip("del", link, address);
  } catch (error) {
    if (!/Cannot assign requested address|Address not found|Cannot find device/.test(String(error))) throw error;
  }
}

async function ip(verb: "replace" | "del", link: string, address: string): Promise<void> {
  const bits = address.includes(":") ? 128 : 32;
  try {
    await run("ip", ["addr", verb, `${address}/${bits}`, "dev", link]);
  } catch (error) {
    throw new Error(`Cannot ${verb} address ${address} on ${link}: ${(error as { stderr?: string }).stderr ?? error}`, {
      cause: error,
    });
  }
}

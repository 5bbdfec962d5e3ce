import { networkInterfaces } from "node:os";

/** An IPv4 address of this machine that is not the loopback's: what an EndpointSlice may name. Throws when there is none. */
export function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal);
  if (!found) throw new Error("this machine has no address but the loopback's");
  return found.address;
}

/** `skiff network disconnect`: a container out of a network. */
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff network disconnect [OPTIONS] NETWORK CONTAINER",
    about: "Takes a container out of a network",
    operands: { min: 2, max: 2 },
    flags: { force: "switch" },
    short: { f: "force" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [network = "", container] = flags.operands;
    const json = { Container: container, Force: flags.has("force") };
    await client.json(`/networks/${encodeURIComponent(network)}/disconnect`, { method: "POST", json });
    return 0;
  },
);

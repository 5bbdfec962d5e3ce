/** `skiff network connect`: a container in a further network. */
import { pairs } from "../container/create/values.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff network connect [OPTIONS] NETWORK CONTAINER",
    about: "Brings a container into a further network",
    operands: { min: 2, max: 2 },
    flags: {
      alias: "list",
      "driver-opt": "list",
      "gw-priority": "int",
      ip: "value",
      ip6: "value",
      link: "list",
      "link-local-ip": "list",
    },
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [network = "", container] = flags.operands;
    const linkLocal = flags.list("link-local-ip");
    await client.json(`/networks/${encodeURIComponent(network)}/connect`, {
      method: "POST",
      json: {
        Container: container,
        EndpointConfig: {
          IPAMConfig: {
            IPv4Address: flags.value("ip"),
            IPv6Address: flags.value("ip6"),
            LinkLocalIPs: linkLocal.length > 0 ? linkLocal : undefined,
          },
          Links: flags.list("link"),
          Aliases: flags.list("alias"),
          DriverOpts: flags.given("driver-opt") ? pairs(flags.list("driver-opt")) : undefined,
          GwPriority: flags.number("gw-priority"),
        },
      },
    });
    return 0;
  },
);

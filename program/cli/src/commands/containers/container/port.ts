/** `skiff port`: where a container's ports are published. */
import { VerbFailure, verb } from "../verb.ts";

type Bindings = Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;

export const run = verb(
  {
    usage: "skiff port CONTAINER [PRIVATE_PORT[/PROTO]]",
    about: "Lists where a container's ports are published",
    operands: { min: 1, max: 2 },
    flags: {},
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [container = "", wanted] = flags.operands;
    const { NetworkSettings } = await client.json<{ NetworkSettings: { Ports?: Bindings | null } }>(
      `/containers/${encodeURIComponent(container)}/json`,
    );
    process.stdout.write(describe(NetworkSettings.Ports ?? {}, container, wanted));
    return 0;
  },
);

function describe(ports: Bindings, container: string, wanted: string | undefined): string {
  const addresses = (port: string) =>
    (ports[port] ?? []).map(({ HostIp, HostPort }) => `${HostIp.includes(":") ? `[${HostIp}]` : HostIp}:${HostPort}`);
  if (wanted === undefined) {
    const byNumber = (left: string, right: string) =>
      left.localeCompare(right, "en", { numeric: true }) || (left < right ? -1 : 1);
    return Object.keys(ports)
      .flatMap((port) => addresses(port).map((address) => `${port} -> ${address}\n`))
      .sort(byNumber)
      .join("");
  }
  const [number = "", protocol = "tcp"] = wanted.split("/", 2);
  if (!/^\d+$/.test(number) || Number(number) > 65535)
    throw new VerbFailure(`Error: invalid port (${number}): value out of range (0–65535)`);
  const found = addresses(`${number}/${protocol}`);
  if (found.length === 0) throw new VerbFailure(`Error: No public port '${wanted}' published for ${container}`);
  return `${found.join("\n")}\n`;
}

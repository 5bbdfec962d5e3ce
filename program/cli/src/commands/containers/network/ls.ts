/** `skiff network ls`: networks. */
import { joinLabels } from "../container/container-columns.ts";
import { encodeFilters } from "../filters.ts";
import { type Columns, formatRows } from "../formatting/format-rows.ts";
import { goTime, shortId } from "../formatting/units.ts";
import { verb } from "../verb.ts";

interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Created: string;
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6: boolean;
  readonly Internal: boolean;
  readonly Labels: Readonly<Record<string, string>> | null;
}

export const run = verb(
  {
    usage: "skiff network ls [OPTIONS]",
    about: "Lists networks",
    operands: { min: 0, max: 0 },
    flags: { filter: "list", format: "value", "no-trunc": "switch", quiet: "switch" },
    short: { f: "filter", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const networks = await client.json<Network[]>("/networks", { query: { filters: encodeFilters(flags) } });
    const byName = networks.toSorted((left, right) => left.Name.localeCompare(right.Name, "en", { numeric: true }));
    process.stdout.write(
      formatRows(byName, {
        columns: columns(!flags.has("no-trunc")),
        table: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
        format: flags.value("format"),
        quiet: flags.has("quiet") ? "{{.ID}}" : undefined,
      }),
    );
    return 0;
  },
);

function columns(truncates: boolean): Columns<Network> {
  return {
    ID: { heading: "NETWORK ID", value: ({ Id }) => (truncates ? shortId(Id) : Id) },
    Name: { heading: "NAME", value: ({ Name }) => Name },
    Driver: { heading: "DRIVER", value: ({ Driver }) => Driver },
    Scope: { heading: "SCOPE", value: ({ Scope }) => Scope },
    IPv4: { heading: "IPV4", value: ({ EnableIPv4 = true }) => String(EnableIPv4) },
    IPv6: { heading: "IPV6", value: ({ EnableIPv6 }) => String(EnableIPv6) },
    Internal: { heading: "INTERNAL", value: ({ Internal }) => String(Internal) },
    Labels: { heading: "LABELS", value: ({ Labels }) => joinLabels(Labels) },
    Label: { heading: "", value: ({ Labels }, name) => Labels?.[String(name)] ?? "", takesArguments: true },
    CreatedAt: { heading: "CREATED AT", value: ({ Created }) => createdAt(Created) },
  };
}

// Go prints the fraction too, unlike in lists of containers.
function createdAt(text: string): string {
  const fraction = /\.(\d*[1-9])0*(?:Z|[-+])/.exec(text)?.[1];
  const [day, time, ...zone] = goTime(Math.floor(Date.parse(text) / 1000)).split(" ");
  return [day, fraction === undefined ? time : `${time}.${fraction}`, ...zone].join(" ");
}

/** `skiff events`: what happens to containers, images, networks and volumes. */
import { encodeFilters } from "../filters.ts";
import { template } from "../formatting/format-rows.ts";
import { rfc3339 } from "../formatting/units.ts";
import { withDefaults } from "../inspect-zeroes.ts";
import { unixTime } from "../unix-time.ts";
import { VerbFailure, verb } from "../verb.ts";

interface Event {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly id?: string;
  readonly status?: string;
  readonly from?: string;
  readonly scope: string;
  readonly time: number;
  readonly timeNano?: number;
}

export const run = verb(
  {
    usage: "skiff events [OPTIONS]",
    about: "Shows what happens, from now on or from a time on",
    operands: { min: 0, max: 0 },
    flags: { filter: "list", format: "value", since: "value", until: "value" },
    short: { f: "filter" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const format = flags.value("format");
    const print = format === undefined || format === "" ? undefined : parse(format);
    const [since, until] = [flags.value("since"), flags.value("until")];
    const query = {
      since: since === undefined ? undefined : unixTime(since),
      until: until === undefined ? undefined : unixTime(until),
      filters: encodeFilters(flags),
    };
    for await (const message of client.messages("/events", { query })) {
      const event = message as unknown as Event;
      process.stdout.write(`${print ? print(fields(event)) : line(event)}\n`);
    }
    return 0;
  },
);

function parse(format: string) {
  try {
    return template(format === "json" ? "{{json .}}" : format);
  } catch (error) {
    throw new VerbFailure(
      `Error parsing format: ${(error as Error).message.replace(/^template parsing error: /, "")}`,
      64,
    );
  }
}

/** What templates see: JSON's names, and those of Docker's type where it differs. */
function fields(event: Event): object {
  const { id, status, from, scope, time, timeNano } = event;
  return withDefaults(event, { From: from, ID: id, Scope: scope, Status: status, Time: time, TimeNano: timeNano });
}

function line({ Type, Action, Actor, time, timeNano }: Event): string {
  const attributes = Object.entries(Actor.Attributes ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(", ");
  const inner = attributes === "" ? "" : ` (${attributes})`;
  return `${moment(time, timeNano)} ${Type} ${Action} ${Actor.ID}${inner}`;
}

// JSON's numbers end before nanoseconds since 1970 do: the last three digits are zero.
function moment(time: number, timeNano: number | undefined): string {
  const text = rfc3339(time);
  const nanoseconds = timeNano === undefined ? 0 : Math.round((timeNano / 1e9 - time) * 1e6) * 1000;
  return text.replace(/(Z|[-+]\d\d:\d\d)$/, `.${String(Math.max(0, nanoseconds)).padStart(9, "0")}$1`);
}

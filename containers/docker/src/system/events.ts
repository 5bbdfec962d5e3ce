/** GET /events: what happened, as far as it is remembered, and what happens, one JSON object a line. */
import type { Deps } from "../deps.ts";
import { type Call, filters, type Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import type { EventMessage } from "./event-log.ts";

export function events({ events: log, now }: Deps): Handler {
  return async function events(call) {
    const wanted = filters(call);
    const since = moment(call, "since");
    const until = moment(call, "until");
    const isIn = (message: EventMessage): boolean =>
      message.timeNano / 1e6 <= (until ?? Number.POSITIVE_INFINITY) && isWanted(message, wanted);
    const queue = since === undefined ? [] : log.past().filter(({ timeNano }) => timeNano / 1e6 >= since);
    let wake = (): void => undefined;
    const over = until !== undefined && until <= now();
    const signal =
      until !== undefined && !over ? AbortSignal.any([call.signal, AbortSignal.timeout(until - now())]) : call.signal;
    const unlisten = over
      ? () => undefined
      : log.listen((message) => {
          queue.push(message);
          wake();
        });
    signal.addEventListener("abort", () => wake(), { once: true });
    async function* lines(): AsyncGenerator<string> {
      try {
        for (;;) {
          for (let next = queue.shift(); next !== undefined; next = queue.shift())
            if (isIn(next)) yield `${JSON.stringify(next)}\n`;
          if (over || signal.aborted) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal.aborted || queue.length > 0) resolve();
          });
        }
      } finally {
        unlisten();
      }
    }
    return { status: 200, stream: lines() };
  };
}

/** Seconds since the epoch with a fraction, as milliseconds; undefined where it is not given. Throws 400. */
function moment(call: Call, name: string): number | undefined {
  const text = call.query.get(name) ?? "";
  if (text === "" || text === "0") return undefined;
  const seconds = Number(text);
  if (!Number.isFinite(seconds)) throw new DockerError(400, `invalid value for ${name}: ${JSON.stringify(text)}`);
  return seconds * 1000;
}

const CHECKS: Readonly<Record<string, (message: EventMessage, value: string) => boolean>> = {
  type: ({ Type }, value) => value === Type,
  // "health_status" is all of them.
  event: ({ Action }, value) => value === Action || Action.startsWith(`${value}:`),
  container: (message, value) => isActor("container", message, value),
  image: ({ from, Type, Actor }, value) => value === from || (Type === "image" && isNamed(Actor, value)),
  network: (message, value) => isActor("network", message, value),
  volume: (message, value) => isActor("volume", message, value),
  scope: ({ scope }, value) => value === scope,
  daemon: () => false,
  label: ({ Actor: { Attributes } }, value) =>
    value.includes("=")
      ? Attributes[value.split("=", 1)[0] ?? ""] === value.slice(value.indexOf("=") + 1)
      : Object.hasOwn(Attributes, value),
};

function isActor(type: string, { Type, Actor }: EventMessage, value: string): boolean {
  return Type === type && (isNamed(Actor, value) || Actor.ID.startsWith(value));
}

function isNamed({ ID, Attributes }: EventMessage["Actor"], value: string): boolean {
  return value === ID || value === Attributes.name;
}

/** Of a filter's values one is enough, of labels all are needed. Filters that dockerd does not know are ignored as it does. */
function isWanted(message: EventMessage, wanted: ReadonlyMap<string, readonly string[]>): boolean {
  return [...wanted].every(([name, values]) => {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined || values.length === 0) return true;
    return name === "label"
      ? values.every((value) => check(message, value))
      : values.some((value) => check(message, value));
  });
}

/** `skiff compose events`: what happens to the containers, as it happens. */
import type { ContainerEvent } from "@skiff/compose/container-events";
import { on, value, verbTable } from "../flag-table.ts";
import { parseMoment } from "../parse-moment.ts";
import type { Verb } from "../verb.ts";

export const events: Verb = {
  table: verbTable("events [OPTIONS] [SERVICE...]", {
    json: on("one JSON object a line"),
    since: value("TIME", "what happened since then, too"),
    until: value("TIME", "until then, and no longer"),
  }),
  async run(call) {
    const { flags } = call;
    const moment = (name: string): string | undefined => {
      const text = flags.value(name);
      return text === undefined || text === "" ? undefined : parseMoment(text, Date.now());
    };
    const [since, until] = [moment("since"), moment("until")];
    const name = await call.projectName();
    const operation = await import("@skiff/compose/operations/events");
    const write = flags.has("json") ? asJson : asText;
    for await (const event of operation.events(await call.context(), name, { services: flags.operands, since, until }))
      call.print(write(event));
    return call.signal.aborted ? 130 : 0;
  },
};

/** `2026-11-22 13:00:00.123456 container start 5fe… (image=busybox, name=shop-web-1)`, in this machine's time zone. */
export function asText({ action, id, time, attributes }: ContainerEvent): string {
  const pairs = Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  return `${localTime(time)} container ${action} ${id} (${pairs.join(", ")})`;
}

/** An event as `docker compose events --json` writes it. */
export function asJson({ action, id, service, time, attributes }: ContainerEvent): string {
  const instant = `${new Date(Number(BigInt(time) / 1_000_000n)).toISOString().slice(0, 19)}.${time.slice(-9)}Z`;
  return JSON.stringify({ time: instant, type: "container", service, id, action, attributes });
}

function localTime(nanoseconds: string): string {
  const date = new Date(Number(BigInt(nanoseconds) / 1_000_000n));
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return `${shifted.slice(0, 19).replace("T", " ")}.${nanoseconds.padStart(9, "0").slice(-9, -3)}`;
}

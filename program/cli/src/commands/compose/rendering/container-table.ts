/** Containers as `ps` shows them: the same fields for the table, for JSON and for templates. */
import type { ContainerRow, Publisher } from "@skiff/compose/operations/ps";
import { CONTAINER_COLUMNS, columns } from "./columns.ts";
import { humanDuration } from "./human.ts";

/** A container's fields, named and written as `docker compose ps --format json` does. */
export type ContainerFields = Readonly<Record<string, unknown>>;

const HEADINGS: Readonly<Record<string, string>> = {
  Name: "NAME",
  Image: "IMAGE",
  Command: "COMMAND",
  Service: "SERVICE",
  RunningFor: "CREATED",
  Status: "STATUS",
  Ports: "PORTS",
};

/** Writes out a container. `now` is in milliseconds since the epoch. */
export function containerFields(
  row: ContainerRow,
  now: number,
  { whole }: { readonly whole: boolean },
): ContainerFields {
  return {
    Command: JSON.stringify(whole ? row.command : shorten(row.command, 20)),
    CreatedAt: createdAt(row.created),
    ExitCode: row.exitCode,
    Health: row.health,
    ID: whole ? row.id : row.id.slice(0, 12),
    Image: row.image,
    Labels: Object.entries(row.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
    LocalVolumes: String(row.localVolumes),
    Mounts: row.mounts.map((mount) => (whole ? mount : shorten(mount, 15))).join(","),
    Name: row.name,
    Names: row.names.join(","),
    Networks: row.networks.join(","),
    Ports: displayPorts(row.publishers),
    Project: row.project,
    Publishers: row.publishers.map(({ url, targetPort, publishedPort, protocol }) => ({
      URL: url,
      TargetPort: targetPort,
      PublishedPort: publishedPort,
      Protocol: protocol,
    })),
    RunningFor: `${humanDuration(now - row.created * 1000)} ago`,
    Service: row.service,
    Size: "0B",
    State: row.state,
    Status: row.status,
  };
}

/** The table. */
export function containerTable(containers: readonly ContainerFields[]): string {
  const fields = Object.keys(HEADINGS);
  const rows = containers.map((container) => fields.map((field) => String(container[field])));
  return columns([Object.values(HEADINGS), ...rows], CONTAINER_COLUMNS);
}

/** Ports as one cell: those that follow each other are one range. */
export function displayPorts(publishers: readonly Publisher[]): string {
  const ranges: { key: string; host: string; first: Publisher; last: Publisher }[] = [];
  for (const publisher of publishers) {
    const host = publisher.publishedPort === 0 ? "" : hostText(publisher.url);
    const shift = publisher.publishedPort === 0 ? "" : String(publisher.publishedPort - publisher.targetPort);
    // Only ports that are published as they are make a range that can be read.
    const key = `${host}|${publisher.protocol}|${shift}`;
    const open = ranges.findLast((range) => range.key === key);
    if (open !== undefined && open.last.targetPort + 1 === publisher.targetPort) open.last = publisher;
    else if (open?.last.targetPort !== publisher.targetPort)
      ranges.push({ key, host, first: publisher, last: publisher });
  }
  return ranges
    .map(({ host, first, last }) => {
      const target = span(first.targetPort, last.targetPort);
      const arrow = first.publishedPort === 0 ? "" : `${host}:${span(first.publishedPort, last.publishedPort)}->`;
      return `${arrow}${target}/${first.protocol}`;
    })
    .join(", ");
}

const span = (from: number, to: number): string => (from === to ? String(from) : `${from}-${to}`);
const hostText = (url: string): string => (url.includes(":") ? `[${url}]` : url);

function shorten(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join("")}…`;
}

// Go's time.Time.String() in UTC.
function createdAt(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}

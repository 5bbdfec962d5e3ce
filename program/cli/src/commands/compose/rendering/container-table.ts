/** Containers as `ps` shows them: the same fields for the table, for JSON and for templates. */
import type { ContainerRow } from "@skiff/compose/operations/ps";
import { joinLabels } from "../../containers/container/container-columns.ts";
import { displayPorts } from "../../containers/container/display-ports.ts";
import { type Columns, formatRows } from "../../containers/formatting/format-rows.ts";
import { ago, ellipsis, goTime, shortId } from "../../containers/formatting/units.ts";

const TABLE = "{{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}";

/** The text of `ps`, by `--format`; cut short unless `whole`. Throws for a template that cannot be used. */
export function containerTable(
  containers: readonly ContainerRow[],
  { format, whole }: { readonly format?: string | undefined; readonly whole: boolean },
): string {
  return formatRows(containers, { columns: containerColumns(whole), table: TABLE, format });
}

/** The fields, named and written as those of `docker compose ps`. */
function containerColumns(whole: boolean): Columns<ContainerRow> {
  const cut = (text: string, length: number) => (whole ? text : ellipsis(text, length));
  return {
    Command: { heading: "COMMAND", value: ({ command }) => JSON.stringify(cut(command, 20)) },
    CreatedAt: { heading: "CREATED AT", value: ({ created }) => goTime(created) },
    ExitCode: { heading: "EXIT CODE", value: ({ exitCode }) => exitCode },
    Health: { heading: "HEALTH", value: ({ health }) => health },
    ID: { heading: "CONTAINER ID", value: ({ id }) => (whole ? id : shortId(id)) },
    Image: { heading: "IMAGE", value: ({ image }) => image },
    Label: { heading: "", value: ({ labels }, name) => labels[String(name)] ?? "", takesArguments: true },
    Labels: { heading: "LABELS", value: ({ labels }) => joinLabels(labels) },
    LocalVolumes: { heading: "LOCAL VOLUMES", value: ({ localVolumes }) => String(localVolumes) },
    Mounts: { heading: "MOUNTS", value: ({ mounts }) => mounts.map((mount) => cut(mount, 15)).join(",") },
    Name: { heading: "NAME", value: ({ name }) => name },
    Names: { heading: "NAMES", value: ({ names }) => names.join(",") },
    Networks: { heading: "NETWORKS", value: ({ networks }) => networks.join(",") },
    Ports: { heading: "PORTS", value: ports },
    Project: { heading: "PROJECT", value: ({ project }) => project },
    Publishers: {
      heading: "PUBLISHERS",
      value: ({ publishers }) =>
        publishers.map(({ url, targetPort, publishedPort, protocol }) => ({
          ...{ URL: url, TargetPort: targetPort, PublishedPort: publishedPort, Protocol: protocol },
        })),
    },
    RunningFor: { heading: "CREATED", value: ({ created }) => ago(created) },
    Service: { heading: "SERVICE", value: ({ service }) => service },
    Size: { heading: "SIZE", value: () => "0B" },
    State: { heading: "STATE", value: ({ state }) => state },
    Status: { heading: "STATUS", value: ({ status }) => status },
  };
}

function ports({ publishers }: ContainerRow): string {
  return displayPorts(
    publishers.map(({ url, targetPort, publishedPort, protocol }) => ({
      ...{ IP: url, PrivatePort: targetPort, Type: protocol },
      ...(publishedPort === 0 ? {} : { PublicPort: publishedPort }),
    })),
  );
}

/** What `skiff ps --format` can show of a container. */
import type { Columns } from "../formatting/format-rows.ts";
import { ago, ellipsis, goTime, humanSize, shortId } from "../formatting/units.ts";
import { displayPorts, type Port } from "./display-ports.ts";

/** An entry of `GET /containers/json`. */
export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  readonly Created: number;
  readonly State: string;
  readonly Status: string;
  readonly Ports: readonly Port[];
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Mounts: readonly { readonly Name?: string; readonly Source: string; readonly Type: string }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> | null } | null;
}

/** The fields; `truncates` unless `--no-trunc` is said. */
export function containerColumns(truncates: boolean): Columns<ContainerSummary> {
  const cut = (text: string, length: number) => (truncates ? ellipsis(text, length) : text);
  return {
    ID: { heading: "CONTAINER ID", value: ({ Id }) => (truncates ? shortId(Id) : Id) },
    Names: { heading: "NAMES", value: ({ Names }) => names(Names, truncates).join(",") },
    Image: { heading: "IMAGE", value: (container) => image(container, truncates) },
    Command: { heading: "COMMAND", value: ({ Command }) => JSON.stringify(cut(Command, 20)) },
    CreatedAt: { heading: "CREATED AT", value: ({ Created }) => goTime(Created) },
    RunningFor: { heading: "CREATED", value: ({ Created }) => ago(Created) },
    Ports: { heading: "PORTS", value: ({ Ports }) => displayPorts(Ports ?? []) },
    State: { heading: "STATE", value: ({ State }) => State },
    Status: { heading: "STATUS", value: ({ Status }) => Status },
    Size: { heading: "SIZE", value: size },
    Labels: { heading: "LABELS", value: ({ Labels }) => joinLabels(Labels) },
    Label: {
      heading: "",
      value: ({ Labels }, name) => Labels?.[String(name)] ?? "",
      takesArguments: true,
    },
    Mounts: {
      heading: "MOUNTS",
      value: ({ Mounts }) => Mounts.map(({ Name, Source }) => cut(Name || Source, 15)).join(","),
    },
    LocalVolumes: {
      heading: "LOCAL VOLUMES",
      value: ({ Mounts }) => String(Mounts.filter(({ Type }) => Type === "volume").length),
    },
    Networks: {
      heading: "NETWORKS",
      value: ({ NetworkSettings }) =>
        Object.keys(NetworkSettings?.Networks ?? {})
          .sort()
          .join(","),
    },
    Platform: { heading: "PLATFORM", value: () => null },
  };
}

/** Labels as `a=1,b=2`. */
export function joinLabels(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(",");
}

// Names of links contain a second slash.
function names(all: readonly string[], truncates: boolean): string[] {
  const plain = all.map((name) => name.replace(/^\//, ""));
  return truncates ? plain.filter((name) => !name.includes("/")) : plain;
}

function image({ Image, ImageID }: ContainerSummary, truncates: boolean): string {
  if (Image === "") return "<no image>";
  if (!truncates) return Image;
  if (shortId(ImageID) === shortId(Image)) return shortId(Image);
  // A name with a tag and a digest is shown without the digest.
  const [name = "", digest] = Image.split("@", 2);
  return digest !== undefined && name.lastIndexOf(":") > name.lastIndexOf("/") ? name : Image;
}

function size({ SizeRw = 0, SizeRootFs = 0 }: ContainerSummary): string {
  const own = humanSize(SizeRw, 3);
  return SizeRootFs > 0 ? `${own} (virtual ${humanSize(SizeRootFs, 3)})` : own;
}

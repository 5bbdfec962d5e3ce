/** What `skiff volume ls --format` can show of a volume. */
import { joinLabels } from "../container/container-columns.ts";
import type { Columns } from "../formatting/format-rows.ts";
import { humanSize } from "../formatting/units.ts";

/** An entry of `GET /volumes`; `UsageData` where disk usage was asked for. */
export interface Volume {
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Mountpoint: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null;
}

/** The fields. */
export const volumeColumns: Columns<Volume> = {
  Driver: { heading: "DRIVER", value: ({ Driver }) => Driver },
  Name: { heading: "VOLUME NAME", value: ({ Name }) => Name },
  Scope: { heading: "SCOPE", value: ({ Scope }) => Scope },
  Mountpoint: { heading: "MOUNTPOINT", value: ({ Mountpoint }) => Mountpoint },
  Labels: { heading: "LABELS", value: ({ Labels }) => joinLabels(Labels) },
  Label: { heading: "", value: ({ Labels }, name) => Labels?.[String(name)] ?? "", takesArguments: true },
  Links: { heading: "LINKS", value: ({ UsageData }) => (UsageData ? String(UsageData.RefCount) : "N/A") },
  Size: { heading: "SIZE", value: ({ UsageData }) => (UsageData ? humanSize(UsageData.Size) : "N/A") },
  Availability: { heading: "AVAILABILITY", value: () => "N/A" },
  Group: { heading: "GROUP", value: () => "N/A" },
  Status: { heading: "STATUS", value: () => "N/A" },
};

/** `skiff system df`: what takes how much of the disk. */
import { type ContainerSummary, containerColumns } from "../container/container-columns.ts";
import { type Columns, formatRows, rowOf, template } from "../formatting/format-rows.ts";
import { humanSize } from "../formatting/units.ts";
import { type ImageSummary, imageColumns, imageRows } from "../image/image-columns.ts";
import { VerbFailure, verb } from "../verb.ts";
import { type Volume, volumeColumns } from "../volume/volume-columns.ts";

interface Usage {
  readonly LayersSize: number;
  readonly Images: readonly ImageSummary[] | null;
  readonly Containers: readonly ContainerSummary[] | null;
  readonly Volumes: readonly Volume[] | null;
}

/** One line of the summary. */
interface Kind {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  /** Whether the share is shown. */
  readonly isShare: boolean;
}

export const run = verb(
  {
    usage: "skiff system df [OPTIONS]",
    about: "Shows what takes how much of the disk",
    operands: { min: 0, max: 0 },
    flags: { format: "value", verbose: "switch" },
    short: { v: "verbose" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const usage = await client.json<Usage>("/system/df");
    const format = flags.value("format");
    if (flags.has("verbose")) {
      process.stdout.write(format === undefined || format === "" ? verbose(usage) : verboseAs(format, usage));
      return 0;
    }
    process.stdout.write(
      formatRows(kinds(usage), {
        columns: COLUMNS,
        table: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
        format,
      }),
    );
    return 0;
  },
);

const COLUMNS: Columns<Kind> = {
  Type: { heading: "TYPE", value: ({ type }) => type },
  TotalCount: { heading: "TOTAL", value: ({ total }) => String(total) },
  Active: { heading: "ACTIVE", value: ({ active }) => String(active) },
  Size: { heading: "SIZE", value: ({ size }) => humanSize(size) },
  Reclaimable: {
    heading: "RECLAIMABLE",
    value: ({ size, reclaimable, isShare }) =>
      isShare && size > 0
        ? `${humanSize(reclaimable)} (${Math.floor((reclaimable * 100) / size)}%)`
        : humanSize(reclaimable),
  },
};

function kinds({ LayersSize, Images, Containers, Volumes }: Usage): Kind[] {
  const [images, containers, volumes] = [Images ?? [], Containers ?? [], Volumes ?? []];
  const used = images.filter((image) => image.Containers > 0);
  const usedBytes = sum(used, ({ Size, SharedSize }) => (Size === -1 || SharedSize === -1 ? 0 : Size - SharedSize));
  const isActive = ({ State }: ContainerSummary) => ["running", "paused", "restarting"].includes(State);
  const unused = (volume: Volume) => (volume.UsageData?.RefCount ?? 0) === 0;
  const volumeSize = (volume: Volume) => Math.max(0, volume.UsageData?.Size ?? 0);
  return [
    {
      type: "Images",
      total: images.length,
      active: used.length,
      size: LayersSize,
      reclaimable: LayersSize - usedBytes,
      isShare: true,
    },
    {
      type: "Containers",
      total: containers.length,
      active: containers.filter(isActive).length,
      size: sum(containers, ({ SizeRw = 0 }) => SizeRw),
      reclaimable: sum(
        containers.filter((container) => !isActive(container)),
        ({ SizeRw = 0 }) => SizeRw,
      ),
      isShare: true,
    },
    {
      type: "Local Volumes",
      total: volumes.length,
      active: volumes.filter((volume) => !unused(volume)).length,
      size: sum(volumes, volumeSize),
      reclaimable: sum(volumes.filter(unused), volumeSize),
      isShare: true,
    },
    { type: "Build Cache", total: 0, active: 0, size: 0, reclaimable: 0, isShare: false },
  ];
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function verbose({ Images, Containers, Volumes }: Usage): string {
  const images = formatRows(imageRows(Images ?? [], false), {
    columns: imageColumns(true),
    table:
      "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}",
  });
  const containers = formatRows(Containers ?? [], {
    columns: containerColumns(true),
    table: "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}",
  });
  const volumes = formatRows(Volumes ?? [], { columns: volumeColumns, table: "{{.Name}}\t{{.Links}}\t{{.Size}}" });
  const cache = "CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED";
  return `Images space usage:\n\n${images}\nContainers space usage:\n\n${containers}\nLocal Volumes space usage:\n\n${volumes}\nBuild cache usage: 0B\n\n${cache}\n`;
}

function verboseAs(format: string, { Images, Containers, Volumes }: Usage): string {
  if (/^table(\s|$)/.test(format)) throw new VerbFailure("table format is not supported with verbose");
  const rows = <T>(items: readonly T[] | null, columns: Columns<T>) =>
    (items ?? []).map((item) => rowOf(item, Object.entries(columns)));
  const data = {
    Images: rows(imageRows(Images ?? [], false), imageColumns(false)),
    Containers: rows(Containers, containerColumns(false)),
    Volumes: rows(Volumes, volumeColumns),
    BuildCache: [],
  };
  return `${template(format === "json" ? "{{json .}}" : format)(data)}`;
}

/** What `container prune`, `image prune`, `network prune`, `volume prune` and `system prune` share. */
import type { DockerClient } from "@skiff/docker/client";
import { humanSize } from "./formatting/units.ts";

/** Something that can be cleared away. */
export interface Prune {
  readonly path: string;
  readonly filters: string | undefined;
  /** Names what went, of the API's answer. */
  readonly describe: (answer: PruneAnswer) => string;
}

/** Answers of the API's prune requests, together. */
export interface PruneAnswer {
  readonly SpaceReclaimed?: number;
  readonly ContainersDeleted?: readonly string[] | null;
  readonly ImagesDeleted?: readonly { readonly Untagged?: string; readonly Deleted?: string }[] | null;
  readonly NetworksDeleted?: readonly string[] | null;
  readonly VolumesDeleted?: readonly string[] | null;
  readonly CachesDeleted?: readonly string[] | null;
}

/** Clears away, prints what went, gives the bytes won. */
export async function prune(client: DockerClient, { path, filters, describe }: Prune): Promise<number> {
  const answer = await client.json<PruneAnswer>(path, { method: "POST", query: { filters } });
  process.stdout.write(describe(answer));
  return answer.SpaceReclaimed ?? 0;
}

/** The last line. */
export function totalReclaimed(bytes: number): string {
  return `Total reclaimed space: ${humanSize(bytes)}\n`;
}

/** A heading and one line each, and a blank line; nothing where there is nothing. */
export function listed(heading: string, names: readonly string[] | null | undefined): string {
  return names && names.length > 0 ? `${heading}\n${names.join("\n")}\n\n` : "";
}

export const containersPruned = ({ ContainersDeleted }: PruneAnswer): string =>
  listed("Deleted Containers:", ContainersDeleted);

export const networksPruned = ({ NetworksDeleted }: PruneAnswer): string =>
  listed("Deleted Networks:", NetworksDeleted);

export const volumesPruned = ({ VolumesDeleted }: PruneAnswer): string => listed("Deleted Volumes:", VolumesDeleted);

export const imagesPruned = ({ ImagesDeleted }: PruneAnswer): string =>
  listed(
    "Deleted Images:",
    ImagesDeleted?.map(({ Untagged, Deleted }) =>
      Untagged === undefined || Untagged === "" ? `deleted: ${Deleted ?? ""}` : `untagged: ${Untagged}`,
    ),
  );

/** What `skiff images --format` can show of an image. */
import type { Columns } from "../formatting/format-rows.ts";
import { ago, goTime, humanSize, shortId } from "../formatting/units.ts";

/** An entry of `GET /images/json`. */
export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Created: number;
  readonly Size: number;
  readonly SharedSize: number;
  readonly Containers: number;
}

/** A line: an image under one of its names. */
export interface ImageRow extends ImageSummary {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const NONE = "<none>";

/** One line per name; per name and digest where `digests` are shown. */
export function imageRows(images: readonly ImageSummary[], digests: boolean): ImageRow[] {
  return images.flatMap((image) => {
    const tags = (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
    const references = (image.RepoDigests ?? []).filter((digest) => digest !== "<none>@<none>");
    const rows: ImageRow[] = [];
    const byRepository = Map.groupBy(tags, (tag) => tag.slice(0, tag.lastIndexOf(":")));
    const digestsOf = Map.groupBy(references, (reference) => reference.slice(0, reference.indexOf("@")));
    for (const [repository, names] of byRepository) {
      const own = digestsOf.get(repository) ?? [];
      digestsOf.delete(repository);
      for (const name of names) {
        const tag = name.slice(name.lastIndexOf(":") + 1);
        const shown = digests && own.length > 0 ? own.map((text) => text.slice(text.indexOf("@") + 1)) : [NONE];
        for (const digest of shown) rows.push({ ...image, repository, tag, digest });
      }
    }
    for (const [repository, own] of digestsOf)
      for (const reference of digests ? own : own.slice(0, 1))
        rows.push({ ...image, repository, tag: NONE, digest: reference.slice(reference.indexOf("@") + 1) });
    return rows.length > 0 ? rows : [{ ...image, repository: NONE, tag: NONE, digest: NONE }];
  });
}

/** The fields; `truncates` unless `--no-trunc` is said. */
export function imageColumns(truncates: boolean): Columns<ImageRow> {
  const known = (number: number, text: string) => (number < 0 ? "N/A" : text);
  return {
    ID: { heading: "IMAGE ID", value: ({ Id }) => (truncates ? shortId(Id) : Id) },
    Repository: { heading: "REPOSITORY", value: ({ repository }) => repository },
    Tag: { heading: "TAG", value: ({ tag }) => tag },
    Digest: { heading: "DIGEST", value: ({ digest }) => digest },
    CreatedSince: { heading: "CREATED", value: ({ Created }) => ago(Created) || "N/A" },
    CreatedAt: { heading: "CREATED AT", value: ({ Created }) => goTime(Created) },
    Size: { heading: "SIZE", value: ({ Size }) => humanSize(Size, 3) },
    VirtualSize: { heading: "SIZE", value: ({ Size }) => humanSize(Size) },
    SharedSize: { heading: "SHARED SIZE", value: ({ SharedSize }) => known(SharedSize, humanSize(SharedSize)) },
    UniqueSize: {
      heading: "UNIQUE SIZE",
      value: ({ Size, SharedSize }) => known(SharedSize, humanSize(Size - SharedSize)),
    },
    Containers: { heading: "CONTAINERS", value: ({ Containers }) => known(Containers, String(Containers)) },
  };
}

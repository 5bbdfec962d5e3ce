/** The images that the containers of a project were made from. */
import type { DockerClient } from "@skiff/docker/client";
import { DockerApiError } from "@skiff/docker/client";
import { nameOf, projectContainers } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** The image of one container. */
export interface ImageRow {
  readonly container: string;
  /** `sha256:…` */
  readonly id: string;
  /** Empty where it has no name, and so is `tag`. */
  readonly repository: string;
  readonly tag: string;
  /** "linux/amd64". */
  readonly platform: string;
  /** Bytes. */
  readonly size: number;
  /** RFC 3339; undefined where the image does not say. */
  readonly created: string | undefined;
  readonly lastTagged: string | undefined;
}

/** As far as GET /images/{name}/json is used. */
interface Inspected {
  readonly RepoTags?: readonly string[] | null;
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Variant?: string;
  readonly Size: number;
  readonly Created?: string;
  readonly Metadata?: { readonly LastTagTime?: string };
}

/** Lists the images of containers, by the containers' names. Each image is asked for once. */
export async function images(
  { client }: Pick<OperationContext, "client">,
  project: string,
  { services = [] }: { readonly services?: readonly string[] } = {},
): Promise<ImageRow[]> {
  const containers = await projectContainers(client, project, { all: true, services });
  const asked = new Map<string, Promise<Inspected | undefined>>();
  return Promise.all(
    containers.map(async (container) => {
      const id = container.ImageID;
      const answer = asked.get(id) ?? inspect(client, id);
      asked.set(id, answer);
      return rowOf(nameOf(container), id, container.Image, await answer);
    }),
  );
}

async function inspect(client: DockerClient, id: string): Promise<Inspected | undefined> {
  try {
    return await client.json<Inspected>(`/images/${encodeURIComponent(id)}/json`);
  } catch (error) {
    // Removed by force while its container goes on.
    if (error instanceof DockerApiError && error.status === 404) return undefined;
    throw error;
  }
}

function rowOf(container: string, id: string, used: string, image: Inspected | undefined): ImageRow {
  const tags = image?.RepoTags ?? [];
  const name = tags.find((tag) => tag === used || tag === `${used}:latest`) ?? tags[0] ?? "";
  const colon = name.lastIndexOf(":");
  const { Os = "", Architecture = "", Variant = "", Size: size = 0, Created, Metadata } = image ?? {};
  return {
    container,
    id,
    repository: colon < 0 ? name : name.slice(0, colon),
    tag: colon < 0 ? "" : name.slice(colon + 1),
    platform: [Os, Architecture, Variant].filter((part) => part !== "").join("/"),
    size,
    created: known(Created),
    lastTagged: known(Metadata?.LastTagTime),
  };
}

const known = (time: string | undefined): string | undefined =>
  time === undefined || time === "" || time.startsWith("0001-") ? undefined : time;

/**
 * `build.additional_contexts`: further places that a Dockerfile takes files from. The API's builder knows one context, so each of
 * these becomes a stage before the first: `FROM image AS name`, which `FROM name` and `COPY --from=name` find.
 */
import { buildImage } from "@skiff/docker/client/build";
import type { Build, Project, Service } from "../model.ts";
import type { OperationContext } from "../operations/context.ts";
import { imageName } from "../plan/names.ts";
import { imagePath } from "./observe-images.ts";

/** Names that a Dockerfile knows, with the images behind them. */
export interface NamedContexts {
  readonly images: ReadonlyMap<string, string>;
  /** Removes the images that were made for directories. */
  release(): Promise<void>;
}

/** The service whose image a context is; undefined for other contexts. */
export function serviceContext(place: string): string | undefined {
  return place.startsWith("service:") ? place.slice("service:".length) : undefined;
}

/** Finds or makes the images of a build's contexts. Throws for contexts at an address. */
export async function nameContexts(
  context: OperationContext,
  project: Project,
  service: Service,
  build: Build,
): Promise<NamedContexts> {
  const { client, signal } = context;
  const made: string[] = [];
  const imageOf = async (name: string, place: string): Promise<string> => {
    const other = serviceContext(place);
    if (other !== undefined) {
      const found = project.services[other] ?? project.disabledServices[other];
      if (found === undefined)
        throw new Error(`build context ${name} of service ${service.name}: no such service: ${other}`);
      return imageName(project, found);
    }
    if (place.startsWith("docker-image://")) return place.slice("docker-image://".length);
    if (/^[a-z+-]+:/.test(place) || place.startsWith("git@"))
      throw new Error(`service "${service.name}": the build context ${name} at ${place} is not supported`);
    const dockerfile = { text: Buffer.from("FROM scratch\nCOPY . /\n") };
    const id = await buildImage(client, { context: place, dockerfile, tags: [], signal, output: () => undefined });
    made.push(id);
    return id;
  };
  const entries = Object.entries(build.additional_contexts ?? {}).map(
    async ([name, place]): Promise<[string, string]> => [name, await imageOf(name, place)],
  );
  return {
    images: new Map(await Promise.all(entries)),
    async release() {
      for (const id of made) await client.json(`/images/${imagePath(id)}`, { method: "DELETE", signal });
    },
  };
}

/** The Dockerfile with a stage for each name before its first: behind what counts for all stages. Pure. */
export function withStages(dockerfile: string, images: ReadonlyMap<string, string>): string {
  const lines = dockerfile.split("\n");
  const first = lines.findIndex((line) => /^\s*from\s/i.test(line));
  const stages = [...images].map(([name, image]) => `FROM ${image} AS ${name}`);
  return lines.toSpliced(Math.max(first, 0), 0, ...stages).join("\n");
}

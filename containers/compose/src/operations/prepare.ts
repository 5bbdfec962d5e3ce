/** What containers are made of is there: images, and volumes with what the images have in their place. No container is left. */

import { checkExternals } from "../apply/check-externals.ts";
import { createVolume } from "../apply/create-volume.ts";
import { openSite } from "../apply/site.ts";
import { ensureImages } from "../images/ensure-images.ts";
import { imagePath, observeImages } from "../images/observe-images.ts";
import { pullImage } from "../images/pull-image.ts";
import type { Healthcheck, Project, Service } from "../model.ts";
import { imageName } from "../plan/names.ts";
import { type NumericUser, userIn } from "../read/user-in-passwd.ts";
import type { OperationContext } from "./context.ts";
import type { CreateOptions } from "./create.ts";

/** How images are had. */
export interface PrepareOptions extends Pick<CreateOptions, "build" | "pull" | "quietPull" | "auth"> {
  /** Images besides those of services: pulled where they are missing. */
  readonly images?: readonly string[] | undefined;
}

/** What is there. */
export interface Prepared {
  /** By service. */
  readonly images: ReadonlyMap<string, PreparedImage>;
  /** By real name: where a volume's files are. */
  readonly volumes: ReadonlyMap<string, string>;
}

/** The image of a service, and what it says of the containers made from it. */
export interface PreparedImage {
  readonly id: string;
  /** `80/tcp`. */
  readonly exposed: readonly string[];
  readonly healthcheck?: Healthcheck | undefined;
  /** The numbers of the user whom the service names by name. */
  readonly user?: NumericUser | undefined;
}

/** Builds, pulls and makes what is missing. Throws the first failure; what is there by then stays. */
export async function prepare(context: OperationContext, project: Project, options: PrepareOptions): Promise<Prepared> {
  const { client, signal } = context;
  const services = Object.values(project.services);
  const names = services.map((service) => imageName(project, service));
  const [present] = await Promise.all([
    observeImages(client, [...names, ...(options.images ?? [])], signal),
    checkExternals(context, project),
  ]);
  await ensureImages(context, project, present, options);
  for (const image of options.images ?? [])
    if (!present.has(image)) await pullImage(context, { name: image, command: null, entrypoint: null }, image, options);
  const made = await makeVolumes(context, project);
  const images = await Promise.all(
    services.map(async (service): Promise<[string, PreparedImage]> => {
      const user = await fromImage(context, project, service, made);
      return [service.name, { ...(await inspect(context, imageName(project, service))), user }];
    }),
  );
  return { images: new Map(images), volumes: await directories(context, project) };
}

/** Real names of the volumes that were not there. */
async function makeVolumes(context: OperationContext, project: Project): Promise<ReadonlySet<string>> {
  const site = openSite(context, project, { containers: [] });
  const wanted = Object.entries(project.volumes).filter(([key, { external }]) => !external && isUsed(project, key));
  const made = await Promise.all(
    wanted.map(async ([key, { name }]) => ((await createVolume(site, key)) ? [name] : [])),
  );
  return new Set(made.flat());
}

function isUsed(project: Project, key: string): boolean {
  return Object.values(project.services).some(({ volumes = [] }) =>
    volumes.some(({ type, source }) => type === "volume" && source === key),
  );
}

// A container that never runs: making it fills new volumes, and its files say who users are.
async function fromImage(
  { client, signal }: OperationContext,
  project: Project,
  service: Service,
  made: ReadonlySet<string>,
): Promise<NumericUser | undefined> {
  const mounts = (service.volumes ?? []).flatMap(({ type, source = "", target, volume }) => {
    const name = project.volumes[source]?.name ?? "";
    if (type !== "volume" || volume?.nocopy || volume?.subpath || !made.has(name)) return [];
    return [{ Type: "volume", Source: name, Target: target }];
  });
  const named = service.user !== undefined && !/^\d+(?::\d+)?$/.test(service.user) ? service.user : undefined;
  if (mounts.length === 0 && named === undefined) return undefined;
  const json = {
    Image: imageName(project, service),
    Entrypoint: ["-"],
    HostConfig: { Mounts: mounts, NetworkMode: "none" },
  };
  const { Id: id } = await client.json<{ readonly Id: string }>("/containers/create", { method: "POST", json, signal });
  try {
    return named === undefined ? undefined : await userIn(client, id, named, signal);
  } finally {
    // Whatever interrupts us: it must not stay.
    await client.json(`/containers/${id}`, { method: "DELETE", query: { force: "true", v: "true" } });
  }
}

interface ImageInspect {
  readonly Id: string;
  readonly Config?: {
    readonly ExposedPorts?: Readonly<Record<string, object>> | null;
    readonly Healthcheck?: {
      readonly Test?: readonly string[];
      /** Nanoseconds. */
      readonly Interval?: number;
      readonly Timeout?: number;
      readonly StartPeriod?: number;
      readonly Retries?: number;
    } | null;
  };
}

async function inspect({ client, signal }: OperationContext, image: string): Promise<PreparedImage> {
  const { Id: id, Config } = await client.json<ImageInspect>(`/images/${imagePath(image)}/json`, { signal });
  const { Test: test, Interval, Timeout, StartPeriod, Retries } = Config?.Healthcheck ?? {};
  const healthcheck = test && {
    test,
    ...(Interval ? { interval: `${Interval}ns` } : {}),
    ...(Timeout ? { timeout: `${Timeout}ns` } : {}),
    ...(StartPeriod ? { start_period: `${StartPeriod}ns` } : {}),
    ...(Retries ? { retries: Retries } : {}),
  };
  return { id, exposed: Object.keys(Config?.ExposedPorts ?? {}), healthcheck };
}

async function directories(
  { client, signal }: OperationContext,
  project: Project,
): Promise<ReadonlyMap<string, string>> {
  const used = Object.entries(project.volumes).filter(([key]) => isUsed(project, key));
  const found = await Promise.all(
    used.map(async ([, { name }]): Promise<[string, string]> => {
      const path = `/volumes/${encodeURIComponent(name)}`;
      return [name, (await client.json<{ readonly Mountpoint: string }>(path, { signal })).Mountpoint];
    }),
  );
  return new Map(found);
}

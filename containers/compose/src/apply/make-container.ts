/** A container of a service is made, and all that belongs into it is put there. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { containerBody } from "../container/container-body.ts";
import { injectedFiles } from "../container/injected-files.ts";
import { linksOf } from "../container/links.ts";
import { resolveReferences } from "../container/resolve-references.ts";
import { seccompPath } from "../container/security-options.ts";
import type { Service } from "../model.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import { configHash } from "../plan/config-hash.ts";
import { filesHash } from "../plan/files-hash.ts";
import { containerLabels } from "../plan/labels.ts";
import { imageName } from "../plan/names.ts";
import { putFiles } from "./put-files.ts";
import { containersOf, firstContainer, type Site } from "./site.ts";

/** Which container. */
export interface NewContainer {
  readonly service: Service;
  /** -1 for the containers of `run`. */
  readonly number: number;
  /** The name by which others find it. */
  readonly name: string;
  /** The name it has until the one that it replaces is gone. */
  readonly temporaryName?: string | undefined;
  readonly replaces?: ObservedContainer | undefined;
  /** Anonymous volumes of the one that it replaces are taken over. */
  readonly inherit?: boolean | undefined;
  readonly oneOff?:
    | { readonly slug: string; readonly aliases: boolean; readonly autoRemove: boolean; readonly attachStdin: boolean }
    | undefined;
}

/** Makes it, without starting it. Answers its id. Warnings of the engine are passed on. */
export async function makeContainer(site: Site, wanted: NewContainer): Promise<string> {
  const { context, project, images } = site;
  const { client, progress, signal, apiVersion = "1.51" } = context;
  const { name, number, oneOff, replaces } = wanted;
  const service = resolveReferences(wanted.service, (dependency) => firstContainer(site, dependency));
  const image = images.get(imageName(project, service));
  const labels = containerLabels(project, service, {
    ...{ number, configHash: configHash(service), filesHash: filesHash(project, service), imageId: image?.id },
    ...{ replaces: replaces?.id, slug: oneOff?.slug },
  });
  const inherited =
    wanted.inherit && replaces ? { mounts: replaces.mounts, imageVolumes: image?.volumes ?? [] } : undefined;
  const { body, laterNetworks } = containerBody(
    project,
    service,
    {
      ...{ name, labels, inherited, aliases: oneOff?.aliases ?? true },
      ...{ autoRemove: oneOff?.autoRemove, attachStdin: oneOff?.attachStdin },
      links: linksOf(project, service, number, (dependency) => [...containersOf(site, dependency).values()]),
      seccompProfiles: await readProfiles(service, project.workingDirectory),
    },
    apiVersion,
  );
  const created = await client.json<{ readonly Id: string; readonly Warnings: readonly string[] | null }>(
    "/containers/create",
    {
      method: "POST",
      query: { name: wanted.temporaryName ?? name, platform: service.platform },
      json: body,
      signal,
    },
  );
  for (const text of created.Warnings ?? []) progress.event({ id: service.name, text, status: "warning" });
  for (const [network, EndpointConfig] of Object.entries(laterNetworks)) {
    const json = { Container: created.Id, EndpointConfig };
    await client.json(`/networks/${encodeURIComponent(network)}/connect`, { method: "POST", json, signal });
  }
  await injectFiles(site, service, created.Id);
  return created.Id;
}

/** Writes the configs and secrets that are values into the container. */
export function injectFiles({ context, project }: Site, service: Service, id: string): Promise<void> {
  return putFiles(context, id, injectedFiles(project, service));
}

/** Profiles travel as their contents. */
async function readProfiles(service: Service, directory: string): Promise<ReadonlyMap<string, string>> {
  const paths = (service.security_opt ?? []).map(seccompPath).filter((path) => path !== undefined);
  const contents = paths.map(async (path): Promise<[string, string]> => {
    const text = await readFile(resolve(directory, path), "utf8");
    return [path, JSON.stringify(JSON.parse(text))];
  });
  return new Map(await Promise.all(contents));
}

/** What a project needs of this machine: directories to mount, and free ports to publish on. */
import { mkdir, stat } from "node:fs/promises";
import { createServer } from "node:net";
import type { Service as KubernetesService } from "@skiff/api/core/v1";
import { services } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { Project } from "@skiff/compose";
import { outsidePorts } from "./ports.ts";

/** Makes the directories that are mounted and missing. Throws for one that the file says must be there. */
export async function makeBindSources({ services }: Project): Promise<void> {
  const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.filter(({ type }) => type === "bind"));
  for (const { source = "", bind } of mounts) {
    if (await exists(source)) continue;
    if (bind?.create_host_path === false) throw new Error(`bind source path does not exist: ${source}`);
    await mkdir(source, { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Throws for a port on which another project or another program answers already. Packets of it would go astray. */
export async function checkPorts(
  client: Client,
  project: Project,
  { namespace, address }: { readonly namespace: string; readonly address: string },
): Promise<void> {
  const wanted = new Map(
    Object.values(project.services).flatMap((service) =>
      outsidePorts(service).flatMap(({ published, protocol }): [string, string][] =>
        published === undefined ? [] : [[`${published}/${protocol}`, service.name]],
      ),
    ),
  );
  if (wanted.size === 0) return;
  const { items } = await client.list(services, {});
  const own = new Set<string>();
  for (const other of items.filter(({ spec }) => spec.externalIPs?.includes(address))) {
    for (const key of portsOf(other)) {
      const service = wanted.get(key);
      if (other.metadata.namespace === namespace) own.add(key);
      else if (service !== undefined)
        throw new Error(
          `service "${service}" cannot be published on port ${key}: service ${other.metadata.namespace}/${other.metadata.name} is`,
        );
    }
  }
  for (const [key, service] of wanted) {
    const [port = "", protocol] = key.split("/");
    if (protocol === "TCP" && !own.has(key)) await checkFree(Number(port), address, service);
  }
}

function portsOf({ spec }: KubernetesService): string[] {
  return (spec.ports ?? []).map(({ port, protocol = "TCP" }) => `${port}/${protocol}`);
}

function checkFree(port: number, host: string, service: string): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new Error(`service "${service}" cannot be published on port ${port}: ${cause.message}`, { cause })),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });
}

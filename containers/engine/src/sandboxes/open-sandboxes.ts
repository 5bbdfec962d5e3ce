import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { hostname as hostHostname } from "node:os";
import { join } from "node:path";
import {
  type Cgroups,
  createNamespaces,
  isPinned,
  isSystemError,
  type Logger,
  mountTmpfs,
  type NamespaceKind,
  removeNamespaces,
  unmount,
} from "@skiff/linux";
import type { PortPublication } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import { KeyedMutex } from "../mutex.ts";
import { nameFilesIn, writeNameFiles } from "../network/name-files.ts";
import type { OpenNetworks } from "../network/open-networks.ts";
import { RecordStore } from "../record-store.ts";
import type { Sandbox, Sandboxes } from "../sandboxes.ts";

const SHM_BYTES = 64 * 1024 * 1024;

export interface SandboxesDeps {
  readonly root: string;
  readonly runDir: string;
  readonly networks: OpenNetworks;
  readonly cgroups: Cgroups;
  readonly log: Logger;
  /** Ends, or removes, the containers in a sandbox, or starts the one that keeps its process namespace. */
  readonly containers: {
    stopAll(sandbox: string): Promise<void>;
    removeAll(sandbox: string): Promise<void>;
    hold(sandbox: Sandbox): Promise<void>;
  };
}

export interface OpenSandboxes extends Sandboxes {
  /**
   * Takes away namespaces and shared memory of sandboxes whose creation was cut short. `isContainer` tells what belongs to a
   * container with a network of its own. To be called once, before the first creation.
   */
  clearLeftovers(isContainer: (id: string) => Promise<boolean>): Promise<void>;
  /** Looks one up at once. */
  find(id: string): Sandbox | undefined;
  /** Ports to publish by sandbox, for those that have an address. */
  ports(): ReadonlyMap<string, readonly PortPublication[]>;
  /** Directory to mount at /dev/shm of the containers; undefined when the sandbox shares the host's. */
  sharedMemory(id: string): string | undefined;
}

/** Opens the sandboxes below `root`. One whose namespaces are gone is not ready. */
export async function openSandboxes(deps: SandboxesDeps): Promise<OpenSandboxes> {
  const { runDir, networks, cgroups, log } = deps;
  const records = await RecordStore.open<Sandbox>(deps.root);
  const mutex = new KeyedMutex();
  /** Sandboxes that are being created: whoever looks must not put anything in them yet. */
  const pending = new Set<string>();
  const namespaces = (id: string): string => join(runDir, "ns", id);
  const shm = (id: string): string => join(runDir, "shm", id);

  for (const sandbox of records.list()) {
    const { net, ipc, uts } = sandbox.namespaces;
    const pins = [net, ipc, uts].filter((path) => path !== undefined);
    if (sandbox.state === "ready" && !pins.every(isPinned)) {
      log.info("A sandbox lost its namespaces", { sandbox: sandbox.id });
      removeNamespaces(namespaces(sandbox.id));
      await records.happened({ ...sandbox, state: "not-ready" });
    }
  }

  const find = (text: string): Sandbox | undefined => {
    const exact = records.get(text);
    if (exact) return exact;
    const matches = text.length < 4 ? [] : records.list().filter(({ id }) => id.startsWith(text));
    return matches.length === 1 ? matches[0] : undefined;
  };

  const release = async (id: string): Promise<void> => {
    await networks.detach(id);
    removeNamespaces(namespaces(id));
    while (unmount(shm(id)));
    await rm(shm(id), { recursive: true, force: true });
  };

  const limit = ({ spec: { cgroupParent, resources } }: Sandbox): void => {
    if (cgroupParent === undefined || !resources || cgroups.exists(cgroupParent)) return;
    cgroups.create(cgroupParent);
    cgroups.apply(cgroupParent, resources);
  };

  /** Deletes the record, and the cgroup with the last sandbox that names it. */
  const forget = (id: string, parent: string | undefined): Promise<void> =>
    mutex.run(`cgroup ${parent}`, async () => {
      const shared = records.list().some((other) => other.id !== id && other.spec.cgroupParent === parent);
      if (parent !== undefined && !shared) cgroups.remove(parent);
      await records.remove(id);
    });

  const stop = (id: string): Promise<void> =>
    mutex.run(id, async () => {
      const sandbox = records.get(id);
      if (!sandbox) return;
      await deps.containers.stopAll(id);
      await release(id);
      if (sandbox.state === "ready") await records.happened({ ...sandbox, state: "not-ready" });
    });

  for (const sandbox of records.list()) if (sandbox.state === "ready") limit(sandbox);

  return {
    find,
    get: async (text) => {
      const found = find(text);
      return found && !pending.has(found.id) ? found : undefined;
    },
    list: async () => records.list().filter(({ id }) => !pending.has(id)),
    sharedMemory: (id) => (find(id)?.namespaces.ipc === undefined ? undefined : shm(id)),
    ports: () =>
      new Map(
        records
          .list()
          .filter(({ state, addresses }) => state === "ready" && addresses.length > 0)
          .map(({ id, spec }) => [id, spec.ports ?? []]),
      ),
    async clearLeftovers(isContainer) {
      const found = await Promise.all(["ns", "shm"].map((name) => namesIn(join(runDir, name))));
      for (const id of new Set(found.flat())) {
        if (records.get(id)?.state === "ready" || (await isContainer(id))) continue;
        log.info("Clearing away what is left of a sandbox", { sandbox: id });
        await release(id);
      }
    },
    async create(spec) {
      const id = spec.id ?? randomBytes(32).toString("hex");
      if (records.get(id)) throw new EngineError("conflict", `Cannot create sandbox ${id}: it exists`);
      const kinds: NamespaceKind[] = [];
      if (spec.network !== "host") kinds.push("net", "uts");
      if (spec.ipc !== "host") kinds.push("ipc");
      const hostname = spec.network === "host" ? hostHostname() : (spec.hostname ?? spec.name);
      pending.add(id);
      try {
        const paths =
          kinds.length === 0 ? {} : createNamespaces(namespaces(id), kinds, { hostname, sysctls: spec.sysctls });
        if (paths.ipc) {
          await mkdir(shm(id), { recursive: true });
          mountTmpfs(shm(id), { size: SHM_BYTES, mode: 0o1777 });
        }
        const network = spec.network === "bridge" && paths.net ? networks.reserve(id, spec.ports ?? []) : undefined;
        if (network && paths.net) await networks.connect(id, paths.net);
        const directory = records.directory(id);
        await writeNameFiles(directory, { hostname, addresses: network ? [network.address] : [], dns: spec.dns });
        const sandbox: Sandbox = {
          id,
          spec: network ? { ...spec, ports: network.ports } : spec,
          state: "ready",
          createdAt: Date.now(),
          addresses: network ? [network.address] : [],
          namespaces: paths,
          files: nameFilesIn(directory),
        };
        await records.save(sandbox);
        limit(sandbox); // after the record, by which a crash's leavings are known
        if (spec.pid === "shared") await deps.containers.hold(sandbox);
        return sandbox;
      } catch (error) {
        await deps.containers.removeAll(id);
        await release(id);
        await forget(id, spec.cgroupParent);
        throw error;
      } finally {
        pending.delete(id);
      }
    },
    async stop(text) {
      const sandbox = find(text);
      if (sandbox) await stop(sandbox.id);
    },
    async remove(text) {
      const sandbox = find(text);
      if (!sandbox) return;
      await stop(sandbox.id);
      await mutex.run(sandbox.id, async () => {
        await deps.containers.removeAll(sandbox.id);
        await forget(sandbox.id, sandbox.spec.cgroupParent);
      });
    },
  };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

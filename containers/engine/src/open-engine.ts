import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bootId, type Logger, openCgroups } from "@skiff/linux";
import { registriesFile } from "@skiff/registry";
import { type OpenContainers, openContainers } from "./containers/open-containers.ts";
import { openContentStore } from "./content/open-content-store.ts";
import { readJson, removeUnfinished, writeDurably } from "./durable-file.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { openImageStore } from "./images/open-image-store.ts";
import { LayerStore } from "./layers/layer-store.ts";
import { openSnapshots } from "./layers/open-snapshots.ts";
import { Unpacker } from "./layers/unpacker.ts";
import { ContainerNetworks } from "./network/container-networks.ts";
import { networkNames, openNetworks } from "./network/open-networks.ts";
import { openUserNetworks } from "./network/open-user-networks.ts";
import { PacketTable } from "./network/packet-table.ts";
import { findRuntime } from "./runtime/find-runtime.ts";
import { openUserNamespace } from "./runtime/user-namespace.ts";
import { type OpenSandboxes, openSandboxes } from "./sandboxes/open-sandboxes.ts";
import { heldBy, holderName, holdProcesses } from "./sandboxes/shared-processes.ts";
import { createImageService } from "./services/image-service.ts";
import { createRuntimeService } from "./services/runtime-service.ts";
import { createStreaming } from "./services/streaming-service.ts";
import { openVolumes } from "./volumes/open-volumes.ts";

/** The runtime directory is a part of socket paths, which have 107 bytes. */
const MAX_RUN_DIR = 33;
const DEFAULT_CIDR = "10.88.0.0/16";

/** Opens the engine on its directories, adopts what already runs, and finishes or undoes what a crash left half done. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { root, runDir, instance, log } = options;
  if (runDir.length > MAX_RUN_DIR)
    throw new EngineError(
      "invalid",
      `Cannot use the runtime directory ${runDir}: longer than ${MAX_RUN_DIR} characters`,
    );
  await mkdir(root, { recursive: true, mode: 0o711 });
  await mkdir(runDir, { recursive: true, mode: 0o711 });
  for (const directory of [root, runDir]) await removeUnfinished(directory);
  // For `purgeEngine`, which must know what belongs to this root without opening it.
  const known = await readJson<{ instance: string }>(join(root, "engine.json"));
  if (known && known.instance !== instance)
    throw new EngineError("conflict", `Cannot open ${root}: it belongs to the instance ${known.instance}`);
  if (!known) await writeDurably(join(root, "engine.json"), JSON.stringify({ instance, runDir }));

  const cgroups = openCgroups();
  const cgroupParent = options.cgroupParent ?? `/skiff-${instance}`;
  const text = options.userNamespace;
  const users = text === undefined ? undefined : await openUserNamespace({ text, root, runDir });
  const content = await openContentStore(join(root, "content"));
  const layers = await LayerStore.open(join(root, "l"));
  const unpacker = new Unpacker();
  const blobPath = (digest: string): string => join(root, "content", "blobs", digest.replace(":", "/"));
  const snapshots = await openSnapshots({
    root: join(root, "s"),
    mounts: join(runDir, "m"),
    content,
    layers,
    unpacker,
    blobPath,
  });
  const packets = new PacketTable(networkNames(instance).table);
  const networks = await openNetworks({
    ...{ instance, packets, path: join(runDir, "network.json"), cidr: options.podCidr ?? DEFAULT_CIDR },
  });
  const userNetworks = await openUserNetworks({
    ...{ root: join(root, "networks"), runDir, instance, packets },
    taken: () => [networks.podCidr()],
  });
  const volumes = await openVolumes(join(root, "volumes"), (name) => containers.withVolume(name));
  const joints = new ContainerNetworks({
    networks,
    userNetworks,
    packets,
    containers: () => containers.records(),
    namespaceOf: (id) => join(runDir, "ns", id, "net"),
    log,
  });
  // The three know each other, and each is asked only once all are there.
  let sandboxes: OpenSandboxes;
  const images = await openImageStore({
    ...{ root, content, layers },
    imagesInUse: () => containers.imagesInUse(),
    chainsInUse: () => snapshots.chainsInUse(),
    registries: options.registries === undefined ? undefined : registriesFile(options.registries),
  });
  const containers = await openContainers({
    ...{
      root: join(root, "containers"),
      runDir,
      runtime: findRuntime(),
      images,
      snapshots,
      content,
      networks,
      joints,
      users,
      volumes,
      cgroups,
      cgroupParent,
      log,
    },
    sandboxes: () => sandboxes,
  });
  sandboxes = await openSandboxes({
    ...{ root: join(root, "sandboxes"), runDir, networks, cgroups, log },
    containers: {
      async stopAll(sandbox) {
        await Promise.all(containers.inSandbox(sandbox).map(({ id }) => containers.stop(id, { timeout: 0 })));
      },
      async removeAll(sandbox) {
        await Promise.all(
          containers.inSandbox(sandbox).map(({ id }) => containers.remove(id, { force: true, volumes: true })),
        );
      },
      hold: (sandbox) => holdProcesses({ containers, snapshots }, sandbox),
    },
  });
  await containers.adopt();
  await sandboxes.clearLeftovers((id) => containers.get(id).then((found) => found !== undefined));
  for (const { key } of await snapshots.list())
    if (/^[0-9a-f]{64}$/.test(key) && !(await containers.get(key))) await snapshots.remove(key);
  await networks.adopt(new Map([...sandboxes.ports(), ...containers.ports()]));
  await joints.adopt();
  await containers.startPending();
  const over = new AbortController();
  const watching = stopUnheld({ containers, sandboxes, log }, over.signal);
  log.debug("The engine is open", { root, boot: bootId() });

  const parts = { content, images, snapshots, networks, userNetworks, volumes, containers, sandboxes };
  return {
    ...parts,
    runtimeService: createRuntimeService({ ...parts, cgroups, runDir }),
    imageService: createImageService({ ...parts, root }),
    streaming: createStreaming(parts),
    users: users?.ids,
    async [Symbol.asyncDispose]() {
      over.abort();
      await watching;
      await containers[Symbol.asyncDispose]();
      await joints[Symbol.asyncDispose]();
      await unpacker[Symbol.asyncDispose]();
    },
  };
}

/** A sandbox that has lost its process namespace is not ready: whoever made it makes another. */
async function stopUnheld(
  { containers, sandboxes, log }: { containers: OpenContainers; sandboxes: OpenSandboxes; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  const events = containers.events(signal);
  for (const { id, spec, state } of await sandboxes.list())
    if (state === "ready" && spec.pid === "shared" && (await containers.get(holderName(id)))?.state !== "running")
      await sandboxes.stop(id);
  for await (const { type, container } of events) {
    const sandbox = type === "stopped" ? heldBy(container) : undefined;
    if (sandbox !== undefined)
      sandboxes.stop(sandbox).catch((error) => log.error("Cannot stop a sandbox", { sandbox, error: String(error) }));
  }
}

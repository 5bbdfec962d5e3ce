/**
 * How fast an image of 500 MB and 20,000 files is pulled and unpacked from a registry on this machine: `node bench/pull.ts`. Debian's
 * `docker-registry` serves it to Skiff and to dockerd, both asked by the same `docker pull`, and to podman; the floor is `gzip` and `tar` alone.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { createRegistryClient, digestOf, mediaTypes, parseReference } from "@skiff/registry";
import { debianTool } from "../test/support/tools.ts";
import { startDocker } from "./docker-peer.ts";
import { loadGroup } from "./load-group.ts";
import { preparePodman } from "./podman-peer.ts";
import { printTable, type Row } from "./table.ts";
import { costOf, inTurns } from "./turns.ts";

const SKIFF = new URL("../skiff", import.meta.url).pathname;
const LAYERS = 5;
const FILES = 4000;
const FILE_BYTES = 25_000;
const ROUNDS = 3;
const PORT = 5117;

/** The row of pulling. */
export async function pullRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-pull-"));
  const env = { ...process.env, SKIFF_NAME: "bench-pull", SKIFF_DATA: join(home, "data") };
  const stops: (() => Promise<void>)[] = [];
  await using ourGroup = loadGroup("skiff");
  await using dockerGroup = loadGroup("docker");
  await using podmanGroup = loadGroup("podman");
  await using floorGroup = loadGroup("floor");
  const groups = { ours: ourGroup, docker: dockerGroup, podman: podmanGroup, floor: floorGroup };
  try {
    const name = `127.0.0.1:${PORT}/bench/big:1`;
    stops.push(await startRegistry(home, []));
    const blobs = await pushImage(name, home);
    await using docker = await startDocker({ enter: dockerGroup.enter });
    using podman = preparePodman();
    for (const words of [docker.enter, podman.enter]) stops.push(await startRegistry(home, words));
    run([...ourGroup.enter, SKIFF, "up"], env);
    const ours = { ...process.env, DOCKER_HOST: "unix:///run/skiff-bench-pull/docker.sock" };
    const theirs = { ...process.env, DOCKER_HOST: docker.host };
    const podmanWords = [...podmanGroup.enter, ...podman.enter, podman.podman];
    const floor = join(home, "floor");
    const pulls: Record<Subject, () => void> = {
      ours: () => run([...ourGroup.enter, docker.cli, "pull", "-q", name], ours),
      docker: () => run([...dockerGroup.enter, docker.cli, "pull", "-q", name], theirs),
      podman: () => run([...podmanWords, "pull", "-q", "--tls-verify=false", name], podman.env),
      floor: () => {
        mkdirSync(floor);
        const unpack = blobs.map((blob) => `gzip -dc ${blob} | tar -x -C ${floor}`).join(" && ");
        run([...floorGroup.enter, "sh", "-c", unpack], process.env);
      },
    };
    const removals: Record<Subject, () => void> = {
      ours: () => run([docker.cli, "rmi", name], ours),
      docker: () => run([docker.cli, "rmi", name], theirs),
      podman: () => run([...podman.enter, podman.podman, "rmi", name], podman.env),
      floor: () => rmSync(floor, { recursive: true }),
    };
    const costs = await inTurns(pulls, groups, ROUNDS, async (who) => {
      removals[who]();
      // What one subject wrote is not for the next one to wait for.
      execFileSync("sync");
    });
    const best = Math.min(costs.docker.wall, costs.podman.wall);
    const peers = `docker ${docker.version}: ${costOf(costs.docker)}; podman ${podman.version}: ${costOf(costs.podman)}`;
    return [
      {
        what: `docker pull, 500 MB in ${LAYERS * FILES} files (median of ${ROUNDS})`,
        measured: `${costOf(costs.ours)}, ${(costs.ours.wall / best).toFixed(2)} ×`,
        peer: `${peers}; gzip and tar alone: ${costOf(costs.floor)}`,
        target: "≤ 2/3 of the best",
        met: costs.ours.wall <= (best * 2) / 3,
      },
    ];
  } finally {
    spawnSync(SKIFF, ["down", "--purge"], { env });
    for (const stop of stops) await stop();
    rmSync(home, { recursive: true, force: true });
  }
}

type Subject = "ours" | "docker" | "podman" | "floor";

function run([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): void {
  const done = spawnSync(command, args, { env, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stdout}${done.stderr}`);
}

/** Debian's registry on the content in `home`, with words before its command. Gives how to stop it. */
async function startRegistry(home: string, enter: readonly string[]): Promise<() => Promise<void>> {
  const config = join(home, "registry.yml");
  const storage = `{filesystem: {rootdirectory: ${home}/registry}}`;
  const http = `{addr: "127.0.0.1:${PORT}"}`;
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: ${storage}\nhttp: ${http}\n`,
  );
  const { path } = debianTool("docker-registry", ["docker-registry"]);
  const [command = path, ...args] = [...enter, path];
  const child = spawn(command, [...args, "serve", config], { stdio: "ignore" });
  await delay(1000);
  if (child.exitCode !== null) throw new Error("docker-registry did not start");
  return async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
}

/** Makes the layers with the machine's own tar and pushes them. Gives the paths of the compressed layers. */
async function pushImage(name: string, home: string): Promise<string[]> {
  const client = createRegistryClient();
  const reference = parseReference(name);
  const paths: string[] = [];
  const diffIds: string[] = [];
  const layers = [];
  const send = async (mediaType: string, bytes: Buffer) => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    await client.pushBlob(reference, descriptor, async function* () {
      yield bytes;
    });
    return descriptor;
  };
  const content = Buffer.alloc(FILE_BYTES, "some text that is much like what files hold, ");
  for (let layer = 0; layer < LAYERS; layer++) {
    const root = join(home, "root");
    for (let file = 0; file < FILES; file++) {
      const directory = join(root, `usr/l${layer}/d${file % 100}`);
      if (file < 100) mkdirSync(directory, { recursive: true });
      // Some two fifths that do not compress, as in an image of programs.
      randomFillSync(content, 0, FILE_BYTES * 0.4);
      writeFileSync(join(directory, `f${file}`), content);
    }
    const tar = execFileSync("tar", ["-c", "-C", root, "."], { maxBuffer: 1 << 30 });
    rmSync(root, { recursive: true });
    const blob = gzipSync(tar);
    diffIds.push(digestOf(tar));
    layers.push(await send(mediaTypes.OCI_LAYER_GZIP, blob));
    paths.push(join(home, `layer-${layer}.tar.gz`));
    writeFileSync(paths.at(-1) ?? "", blob);
  }
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  const rootfs = { type: "layers", diff_ids: diffIds };
  const config = await send(
    mediaTypes.OCI_CONFIG,
    Buffer.from(JSON.stringify({ os: "linux", architecture, config: {}, rootfs })),
  );
  const manifest = { schemaVersion: 2 as const, mediaType: mediaTypes.OCI_MANIFEST, config, layers };
  await client.pushManifest(reference, manifest, Buffer.from(JSON.stringify(manifest)));
  return paths;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await pullRows());

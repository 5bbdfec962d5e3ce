/** Images that take long to make, kept in `.cache` from one test run to the next. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { run } from "./run.ts";
import { dockerCli } from "./tools.ts";

const CACHE = new URL("../../.cache/", import.meta.url).pathname;

/** What is kept, and what it is made of. */
export interface CachedImages {
  /** Begins the name of the archive. */
  readonly name: string;
  readonly images: readonly string[];
  /** Files whose change makes the images anew. */
  readonly sources: readonly string[];
  /** Arguments of the `skiff` commands that make the images. */
  readonly make: readonly (readonly string[])[];
  /** Milliseconds that each may take. */
  readonly timeout: number;
  /** What they are built on. */
  readonly base?: CachedImages;
}

/** The base of most: half a minute of mmdebstrap. */
export const DEBIAN_BASE: CachedImages = {
  name: "debian",
  images: ["debian:bookworm-slim"],
  sources: [new URL("../../containers/builder/src/base-image/debian.ts", import.meta.url).pathname],
  make: [["pull", "debian:bookworm-slim"]],
  timeout: 300_000,
};

/** Has the images in the cluster's engine. */
export async function cachedImages(
  cluster: Cluster,
  { name, images, sources, make, timeout, base }: CachedImages,
): Promise<void> {
  const done = async (args: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await cluster.skiff(args, { timeout });
    assert.equal(code, 0, `skiff ${args.join(" ")}\n${stdout}\n${stderr}`);
  };
  const archive = join(CACHE, `${name}-${fingerprint(sources)}.tar`);
  if (existsSync(archive)) return done(["import", archive]);
  if (base) await cachedImages(cluster, base);
  for (const args of make) await done(args);
  for (const old of globSync(join(CACHE, `${name}-*.tar`))) rmSync(old);
  mkdirSync(CACHE, { recursive: true });
  const partial = `${archive}.${process.pid}`;
  const saved = await run(dockerCli(), ["save", "-o", partial, ...images], { env: cluster.env });
  assert.equal(saved.code, 0, saved.stderr);
  renameSync(partial, archive);
}

function fingerprint(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

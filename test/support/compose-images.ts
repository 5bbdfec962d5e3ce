/** The images that the projects of `test/compose` name, made from Debian's packages: built once, afterwards read from `.cache`. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { run } from "./run.ts";
import { dockerCli } from "./tools.ts";

const CONTEXT = new URL("../compose/images", import.meta.url).pathname;
const CACHE = new URL("../../.cache/", import.meta.url).pathname;
/** Stages of the Dockerfile, and the images they are. */
const IMAGES = { base: "compose-base", redismod: "redislabs/redismod", postgres: "postgres", nginx: "nginx" };
/** What most of the time goes into is fetching packages. */
const BUILD_MS = 300_000;

/** Has the images, and busybox, in the cluster's engine. */
export async function composeImages(cluster: Cluster): Promise<void> {
  const pulling = cluster.skiff("pull busybox");
  const archive = join(CACHE, `compose-images-${fingerprint()}.tar`);
  if (existsSync(archive)) await done(cluster, ["import", archive]);
  else {
    for (const [target, name] of Object.entries(IMAGES))
      await done(cluster, ["build", "-q", "-t", name, "--target", target, CONTEXT]);
    for (const old of globSync(join(CACHE, "compose-images-*.tar"))) rmSync(old);
    mkdirSync(CACHE, { recursive: true });
    const partial = `${archive}.${process.pid}`;
    const saved = await run(dockerCli(), ["save", "-o", partial, ...Object.values(IMAGES)], { env: cluster.env });
    assert.equal(saved.code, 0, saved.stderr);
    renameSync(partial, archive);
  }
  const pulled = await pulling;
  assert.equal(pulled.code, 0, pulled.stderr);
}

async function done(cluster: Cluster, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await cluster.skiff(args, { timeout: BUILD_MS });
  assert.equal(code, 0, `skiff ${args.join(" ")}\n${stdout}\n${stderr}`);
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of globSync("*", { cwd: CONTEXT }).toSorted()) hash.update(readFileSync(join(CONTEXT, file)));
  return hash.digest("hex").slice(0, 12);
}

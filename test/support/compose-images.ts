/** The images that the projects of `test/compose` name, made from Debian's packages: built once, afterwards read from `.cache`. */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { cachedImages, DEBIAN_BASE } from "./image-cache.ts";

const CONTEXT = new URL("../compose/images", import.meta.url).pathname;
/** Stages of the Dockerfile, and the images they are. */
const IMAGES = { base: "compose-base", redismod: "redislabs/redismod", postgres: "postgres", nginx: "nginx" };

/** Has the images, and busybox, in the cluster's engine. */
export async function composeImages(cluster: Cluster): Promise<void> {
  const pulling = cluster.skiff("pull busybox");
  await cachedImages(cluster, {
    name: "compose-images",
    images: Object.values(IMAGES),
    sources: globSync("*", { cwd: CONTEXT })
      .toSorted()
      .map((file) => join(CONTEXT, file)),
    make: Object.entries(IMAGES).map(([target, name]) => ["build", "-q", "-t", name, "--target", target, CONTEXT]),
    timeout: 300_000, // Most of it goes into fetching packages.
    base: DEBIAN_BASE,
  });
  const pulled = await pulling;
  assert.equal(pulled.code, 0, pulled.stderr);
}

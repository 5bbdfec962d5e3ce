/** What steps came to, on disk: a step with the same key need not run again. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "@skiff/engine";
import type { Descriptor } from "@skiff/registry";

/** The layer a step made. */
export interface StepResult {
  /** Chain of layers up to and with this one. */
  readonly chainId: string;
  readonly diffId: string;
  readonly layer: Descriptor;
  /** Whether nothing changed: then there is no layer, and the chain is the parent's. */
  readonly empty: boolean;
  /** When it ran, RFC 3339: part of the image's history. */
  readonly created: string;
}

/** Results by key. An entry whose layer is gone counts as absent. */
export interface StepCache {
  get(key: string): Promise<StepResult | undefined>;
  put(key: string, result: StepResult): Promise<void>;
  /** Digests of the layers it refers to, which a prune of the image store should keep. */
  digests(): Promise<Set<string>>;
  /** All results, with the time of their last use in milliseconds since the epoch. */
  list(): Promise<{ readonly key: string; readonly result: StepResult; readonly used: number }[]>;
  /** Forgets a result. Its layer is left to a prune of the image store. */
  remove(key: string): Promise<void>;
}

/** The key of a step: everything its result depends on. */
export function stepKey(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Opens the cache kept in `directory`, making it where it is not there. */
export async function openStepCache(
  directory: string,
  engine: Pick<Engine, "content" | "snapshots">,
): Promise<StepCache> {
  await mkdir(directory, { recursive: true });
  const pathOf = (key: string) => join(directory, `${key}.json`);

  async function read(path: string): Promise<StepResult | undefined> {
    try {
      return JSON.parse(await readFile(path, "utf8")) as StepResult;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  // The time of its file is that of its last use.
  const touch = (path: string): Promise<void> => utimes(path, new Date(), new Date());

  return {
    async get(key) {
      const result = await read(pathOf(key));
      if (result === undefined) return undefined;
      await touch(pathOf(key));
      if (result.empty) return result;
      const isWhole = (await engine.snapshots.has(result.chainId)) && (await engine.content.has(result.layer.digest));
      if (isWhole) return result;
      await rm(pathOf(key), { force: true });
      return undefined;
    },
    async put(key, result) {
      const temporary = join(directory, `${randomUUID()}.tmp`);
      await writeFile(temporary, JSON.stringify(result), { flush: true });
      await rename(temporary, pathOf(key));
    },
    async digests() {
      const names = (await readdir(directory)).filter((name) => name.endsWith(".json"));
      const results = await Promise.all(names.map((name) => read(join(directory, name))));
      return new Set(results.flatMap((result) => (result === undefined || result.empty ? [] : [result.layer.digest])));
    },
    async list() {
      const keys = (await readdir(directory)).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
      const all = await Promise.all(
        keys.map(async (key) => {
          const result = await read(pathOf(key));
          return result === undefined ? [] : [{ key, result, used: (await stat(pathOf(key))).mtimeMs }];
        }),
      );
      return all.flat();
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

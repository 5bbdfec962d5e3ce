/** Bounds the logs of running containers: looks at their size now and then, and rotates those that grew too large. */
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Logger } from "@skiff/api";
import type { RuntimeService } from "@skiff/engine/cri";
import { messageOf } from "../container/start-error.ts";
import { DEFAULT_LIMITS, type LogLimits, plan, type RotationStep } from "./plan.ts";

/** As upstream's `containerLogMonitorInterval`. There is no event for a file's size that would not come with every line. */
const PERIOD_MS = 10_000;

export interface LogRotatorDeps {
  readonly runtime: Pick<RuntimeService, "reopenContainerLog">;
  /** The containers that run now. */
  readonly running: () => Iterable<{ readonly id: string; readonly logPath: string }>;
  readonly log: Logger;
  readonly now: () => number;
  readonly limits?: LogLimits | undefined;
}

export class LogRotator implements AsyncDisposable {
  readonly #deps: LogRotatorDeps;
  readonly #timer: NodeJS.Timeout;
  #pass: Promise<void> | undefined;

  constructor(deps: LogRotatorDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => {
      this.#pass ??= this.rotateAll().finally(() => {
        this.#pass = undefined;
      });
    }, PERIOD_MS).unref();
  }

  /** Looks at every running container once. A log that cannot be rotated is reported, and tried again the next time. */
  async rotateAll(): Promise<void> {
    for (const { id, logPath } of this.#deps.running()) {
      try {
        await this.#rotate(id, logPath);
      } catch (error) {
        this.#deps.log.warn("cannot rotate a container's log", { container: id, error: messageOf(error) });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#pass;
  }

  async #rotate(id: string, logPath: string): Promise<void> {
    const { limits = DEFAULT_LIMITS, now } = this.#deps;
    const size = await sizeOf(logPath);
    if (size <= limits.maxSize) return;
    const directory = dirname(logPath);
    for (const step of plan(basename(logPath), size, await readdir(directory), now(), limits)) {
      await this.#carryOut(step, directory, id);
    }
  }

  async #carryOut(step: RotationStep, directory: string, id: string): Promise<void> {
    if (step.do === "remove") return rm(join(directory, step.name), { force: true });
    if (step.do === "compress") return compress(join(directory, step.name));
    const from = join(directory, step.from);
    const to = join(directory, step.to);
    await rename(from, to);
    try {
      await this.#deps.runtime.reopenContainerLog({ containerId: id });
    } catch (error) {
      // The runtime goes on writing to the renamed file: it must have its old name, or the lines would be lost to readers.
      await rename(to, from);
      throw error;
    }
  }
}

/** Replaces a file by its gzip; a crash leaves the file, and a `.tmp` for the next rotation to remove. */
async function compress(path: string): Promise<void> {
  const unfinished = `${path}.gz.tmp`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { mode: 0o640 }));
  await rename(unfinished, `${path}.gz`);
  await rm(path);
}

// A container that has written nothing yet, or is just going, has no log.
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found?.size ?? 0;
}

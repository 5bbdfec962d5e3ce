/** `@skiff/engine/testing`: engines and images for tests. Needs root. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@skiff/linux";
import { pack } from "tar-stream";
import type { Engine } from "../engine.ts";
import type { Image } from "../image-store.ts";
import { openEngine } from "../open-engine.ts";
import { purgeEngine } from "../purge-engine.ts";

export { type CriSubject, criSuite } from "./cri-suite.ts";

/** The part of a test's context that is needed: `t` of node:test, or anything that runs its clean-up. */
export interface TestContext {
  after(body: () => Promise<void>): void;
}

export interface ThrowawayEngine {
  readonly engine: Engine;
  readonly options: {
    readonly root: string;
    readonly runDir: string;
    readonly instance: string;
    readonly podCidr: string;
  };
  /** Opens the engine anew on the same directories, as after a crash: the old one is left as it is. */
  reopen(): Promise<Engine>;
}

/** Opens an engine of its own for a test; afterwards nothing of it is left on the machine. */
export async function throwawayEngine(t: TestContext): Promise<ThrowawayEngine> {
  const random = randomBytes(4);
  const name = random.toString("hex");
  const options = {
    root: await mkdtemp(join(tmpdir(), "skiff-engine-")),
    runDir: `/run/skiff-test-${name}`,
    instance: `test-${name}`,
    podCidr: `10.${200 + (random.readUInt8(0) % 50)}.${random.readUInt8(1)}.0/24`,
    log: silentLogger,
  };
  const opened: Engine[] = [];
  const open = async (): Promise<Engine> => {
    const engine = await openEngine(options);
    opened.push(engine);
    return engine;
  };
  t.after(async () => {
    for (const engine of opened) await engine[Symbol.asyncDispose]();
    await purgeEngine(options);
  });
  return { engine: await open(), options, reopen: open };
}

/** Imports an image "busybox" made of the machine's own static busybox. */
export async function busyboxImage(engine: Engine, name = "busybox"): Promise<Image> {
  const binary = await readFile("/bin/busybox");
  const applets =
    "sh echo cat sleep true false ls id env hostname ip nc wget ps kill touch mkdir rm ln dd yes head seq test tty stty grep wc date mount".split(
      " ",
    );
  const tar = pack();
  for (const directory of ["bin", "etc", "tmp", "root", "proc", "sys", "dev"])
    tar.entry({ name: `${directory}/`, type: "directory", mode: directory === "tmp" ? 0o1777 : 0o755 });
  tar.entry({ name: "bin/busybox", mode: 0o755 }, binary);
  for (const applet of applets) tar.entry({ name: `bin/${applet}`, type: "symlink", linkname: "busybox" });
  tar.entry({ name: "etc/passwd" }, "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n");
  tar.entry({ name: "etc/group" }, "root:x:0:\nstaff:x:50:nobody\nnogroup:x:65534:\n");
  tar.finalize();
  return engine.images.importRootfs(tar as AsyncIterable<Uint8Array>, {
    name,
    config: { Cmd: ["sh"], Env: ["PATH=/bin"] },
  });
}

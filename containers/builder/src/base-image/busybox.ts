/** `busybox` out of the machine's busybox-static: one binary, a link per applet, and the files every program expects. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Image } from "@skiff/engine";
import { pack } from "tar-stream";
import type { BaseImageDeps } from "./make-base-image.ts";
import { ORIGIN_LABEL } from "./make-base-image.ts";

const BINARIES = ["/bin/busybox", "/usr/bin/busybox"];
const DIRECTORIES = [
  "bin",
  "dev",
  "etc",
  "home",
  "proc",
  "root",
  "sys",
  "tmp",
  "usr",
  "usr/bin",
  "usr/sbin",
  "sbin",
  "var",
  "var/log",
  "var/spool",
  "var/www",
];
const FILES = {
  "etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
  "etc/group": "root:x:0:\ndaemon:x:1:\nnobody:x:65534:\n",
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};

/** Makes and names the image. Rejects where the machine has no busybox. */
export async function busyboxImage({ images, report, signal }: BaseImageDeps, name: string): Promise<Image> {
  const { path, binary } = await findBinary();
  report(`Making ${name} from the ${path} of this machine, since no registry can be reached`);
  const { stdout } = await promisify(execFile)(path, ["--list-full"], { signal, maxBuffer: 1024 * 1024 });
  const applets = stdout.split("\n").filter((applet) => /^(?:usr\/)?s?bin\/[\w[+.-]+$/.test(applet));
  const version = /BusyBox (v[\w.]+)/.exec(binary.toString("latin1"))?.[1] ?? "";

  const tar = pack();
  for (const directory of DIRECTORIES) {
    tar.entry({ name: `${directory}/`, type: "directory", mode: directory === "tmp" ? 0o1777 : 0o755 });
  }
  tar.entry({ name: "bin/busybox", mode: 0o755 }, binary);
  for (const [file, text] of Object.entries(FILES)) tar.entry({ name: file, mode: 0o644 }, text);
  for (const applet of applets) {
    if (applet !== "bin/busybox") tar.entry({ name: applet, type: "link", linkname: "bin/busybox", mode: 0o755 });
  }
  tar.finalize();
  return images.importRootfs(tar as AsyncIterable<Uint8Array>, {
    name,
    config: { Cmd: ["sh"], Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] },
    labels: { [ORIGIN_LABEL]: `busybox-static ${version}`.trim() },
    comment: "made from busybox-static",
    signal,
  });
}

async function findBinary(): Promise<{ path: string; binary: Buffer }> {
  for (const path of BINARIES) {
    try {
      return { path, binary: await readFile(path) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  throw new Error("cannot make the busybox image: this machine has no busybox; install the package busybox-static");
}

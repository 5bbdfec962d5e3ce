/** The files of an image, as a container of it that never ran exports them. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { extract } from "tar-stream";

const MAX_TEXT = 64 * 1024;

/**
 * Path (directories end with a slash) → "0644 0:0 content" for a file, "0755 0:0" for a directory, "-> target" for a link, "fifo 0644
 * 0:0" for a pipe. Long contents are left out. Hard links read like their first name.
 */
export async function imageFiles(
  docker: string,
  image: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Map<string, string>> {
  const options = { env: { ...process.env, ...env }, encoding: "utf8" } as const;
  const container = execFileSync(docker, ["create", image, "-"], options).trim();
  try {
    const child = spawn(docker, ["export", container], { env: options.env, stdio: ["ignore", "pipe", "inherit"] });
    const files = new Map<string, string>();
    const archive = extract();
    child.stdout.pipe(archive);
    for await (const entry of archive) {
      const { name, type, mode = 0, uid = 0, gid = 0, linkname, size = 0 } = entry.header;
      const path = name.replace(/^\.?\//, "");
      const permissions = `${(mode & 0o7777).toString(8).padStart(4, "0")} ${uid}:${gid}`;
      if (type === "directory") files.set(`${path.replace(/\/$/, "")}/`, permissions);
      else if (type === "symlink") files.set(path, `-> ${linkname}`);
      else if (type === "link") files.set(path, files.get((linkname ?? "").replace(/^\.?\//, "")) ?? "");
      else if (type === "fifo") files.set(path, `fifo ${permissions}`);
      else if (size <= MAX_TEXT) {
        const text = Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)).toString("utf8");
        files.set(path, `${permissions} ${text}`);
      } else files.set(path, permissions);
      entry.resume();
    }
    assert.ok(files.size > 0, `${image} has files`);
    return files;
  } finally {
    execFileSync(docker, ["rm", "-f", container], options);
  }
}

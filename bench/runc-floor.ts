/** `runc` alone: what starting containers takes at least. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What of a container's configuration changes for a copy of it. */
interface Configuration {
  readonly linux: { readonly cgroupsPath: string; readonly namespaces: readonly { readonly type: string }[] };
  readonly process: { readonly terminal?: boolean };
}

/**
 * Starts `count` containers at once with the configuration of the one in `bundle`, each with a network namespace of its own and nothing in it.
 * Gives how to remove them.
 */
export async function startRuncs(o: {
  readonly bundle: string;
  readonly count: number;
  readonly enter: readonly string[];
}): Promise<() => void> {
  const home = mkdtempSync(join(tmpdir(), "skiff-runc-"));
  const config = JSON.parse(readFileSync(join(o.bundle, "config.json"), "utf8")) as Configuration;
  const root = `--root=${home}/state`;
  const ids = Array.from({ length: o.count }, (_, index) => `bench-${process.pid}-${index}`);
  const remove = (): void => {
    for (const id of ids) execFileSync("runc", [root, "delete", "-f", id]);
    rmSync(home, { recursive: true, force: true });
    for (const group of globSync("/sys/fs/cgroup/*/bench-runc")) rmdirSync(group);
  };
  for (const id of ids) {
    mkdirSync(join(home, id));
    const namespaces = config.linux.namespaces.map((each) => (each.type === "network" ? { type: each.type } : each));
    const linux = { ...config.linux, namespaces, cgroupsPath: `/bench-runc/${id}` };
    writeFileSync(join(home, id, "config.json"), JSON.stringify({ ...config, linux }));
  }
  const [command = "runc", ...words] = [...o.enter, "runc"];
  try {
    await Promise.all(ids.map((id) => started(command, [...words, root, "run", "-d", "-b", join(home, id), id])));
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

async function started(command: string, words: readonly string[]): Promise<void> {
  // The container keeps what it is given as its output.
  const child = spawn(command, words, { stdio: "ignore" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${command} ${words.join(" ")}: ${code}`);
}

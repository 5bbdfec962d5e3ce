/** `debian:bookworm…` by mmdebstrap from the mirror that the machine's own apt uses. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Image } from "@skiff/engine";
import { aptSources } from "./apt-sources.ts";
import type { BaseImageDeps } from "./make-base-image.ts";
import { ORIGIN_LABEL } from "./make-base-image.ts";

const SUITE = "bookworm";
/** What slim images leave out; licences stay. */
const SLIM = [
  "path-exclude=/usr/share/doc/*",
  "path-include=/usr/share/doc/*/copyright",
  "path-exclude=/usr/share/man/*",
  "path-exclude=/usr/share/info/*",
  "path-exclude=/usr/share/locale/*",
  "path-exclude=/usr/share/lintian/*",
  "path-exclude=/usr/share/groff/*",
];
const LAST_LINES = 15;

/** Makes and names the image, which takes some twenty seconds. Rejects where mmdebstrap is missing, or with its last words. */
export async function debianImage({ images, report, signal }: BaseImageDeps, name: string): Promise<Image> {
  const sources = await aptSources(SUITE);
  report(`Making ${name} with mmdebstrap from ${sources.mirror}, since no registry can be reached (about 20 s)`);
  const options = [
    "--variant=minbase",
    "--mode=root",
    "--format=tar",
    "--quiet",
    ...SLIM.map((option) => `--dpkgopt=${option}`),
    ...hooks(),
  ];
  const child = spawn("mmdebstrap", [...options, SUITE, "-", "-"], { stdio: ["pipe", "pipe", "pipe"], signal });
  const lastLines: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
  });
  const exited = once(child, "close") as Promise<[number | null, string | null]>;
  exited.catch(() => undefined);
  child.stdin.end(sources.lines);
  const imported = images.importRootfs(finished(child.stdout, exited, lastLines), {
    name,
    config: { Cmd: ["bash"], Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] },
    labels: { [ORIGIN_LABEL]: `mmdebstrap ${SUITE} ${sources.mirror}` },
    comment: `made by mmdebstrap from ${sources.mirror}`,
    signal,
  });
  const image = await imported.catch((error: unknown) => {
    throw notInstalled(error)
      ? new Error(`cannot make ${name}: mmdebstrap is missing; install the package mmdebstrap`, { cause: error })
      : error;
  });
  report(`Made ${name}`);
  return image;
}

// A short archive must not become an image: the tool's failure ends the stream with an error.
async function* finished(
  stdout: AsyncIterable<Uint8Array>,
  exited: Promise<[number | null, string | null]>,
  lastLines: readonly string[],
): AsyncGenerator<Uint8Array> {
  yield* stdout;
  const [code, signal] = await exited;
  if (code !== 0) throw new Error(`mmdebstrap failed (${signal ?? `exit code ${code}`}):\n${lastLines.join("\n")}`);
}

// A container gets name resolution and a host name of its own; package lists are fetched anew when they are wanted.
function hooks(): string[] {
  const script = [
    ': > "$1/etc/resolv.conf"',
    ': > "$1/etc/hostname"',
    'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/log/* "$1"/var/cache/ldconfig/aux-cache',
    "printf '#!/bin/sh\\nexit 101\\n' > \"$1/usr/sbin/policy-rc.d\"",
    'chmod 755 "$1/usr/sbin/policy-rc.d"',
    'printf \'Acquire::Languages "none";\\nDir::Cache::pkgcache "";\\nDir::Cache::srcpkgcache "";\\nAPT::Install-Recommends "true";\\nDPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\\n\' > "$1/etc/apt/apt.conf.d/docker-like"',
  ];
  return [`--customize-hook=${script.join("; ")}`];
}

function notInstalled(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ENOENT" &&
    "syscall" in error &&
    String(error.syscall).startsWith("spawn")
  );
}

/** Starts an instance's server in the background, and waits for what it promises. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Node } from "@skiff/api/core/v1";
import { nodes } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { Report } from "../commands/progress.ts";
import type { Layout } from "../layout.ts";

const START_MS = 60_000;
/** In MiB. V8 lets it grow to three times 16 under load and never gives it back: most of what a process held after it. */
const YOUNG_GENERATION = "--max-semi-space-size=4";

/** What a start may decide. */
export interface StartOptions {
  readonly port?: string | undefined;
  readonly datastore?: string | undefined;
  readonly encryptionConfig?: string | undefined;
  readonly containerRuntimeEndpoint?: string | undefined;
  readonly usernsRemap?: string | undefined;
}

/** Starts `skiff server` detached; resolves when its API answers. Throws with the end of its log when it ends first. */
export async function startServer(layout: Layout, o: StartOptions): Promise<void> {
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const args = [
    ...process.execArgv,
    YOUNG_GENERATION,
    main,
    "server",
    "--name",
    layout.name,
    "--data",
    layout.data,
    "--log-file",
    "--ready-fd",
    "3",
  ];
  if (o.port !== undefined) args.push("--port", o.port);
  if (o.datastore !== undefined) args.push("--datastore", o.datastore);
  if (o.encryptionConfig !== undefined) args.push("--encryption-provider-config", o.encryptionConfig);
  if (o.containerRuntimeEndpoint !== undefined) args.push("--container-runtime-endpoint", o.containerRuntimeEndpoint);
  if (o.usernsRemap !== undefined) args.push("--userns-remap", o.usernsRemap);
  // What a crash prints outside the log still goes to a file.
  const errors = openSync(join(layout.logs, "stderr.log"), "a", 0o600);
  const child = spawn(process.execPath, args, { detached: true, cwd: "/", stdio: ["ignore", errors, errors, "pipe"] });
  closeSync(errors);
  const ready = child.stdio[3] as Readable;
  try {
    await new Promise<void>((resolve, reject) => {
      const overdue = setTimeout(
        () => reject(new Error(`the server did not answer within ${START_MS / 1000} s`)),
        START_MS,
      );
      ready.once("data", () => {
        clearTimeout(overdue);
        resolve();
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        clearTimeout(overdue);
        reject(new Error(`the server ended (${signal ?? `exit code ${code}`}):\n${tailOf(layout)}`));
      });
    });
  } finally {
    ready.destroy();
    child.removeAllListeners();
    child.unref();
  }
}

/**
 * Waits until this instance's node is Ready, and has said so since `since` (milliseconds): what it said before its processes were last
 * stopped still stands in the store. Throws when `signal` aborts first.
 */
export async function waitForNode(
  client: Client,
  name: string,
  since: number,
  report: Report,
  signal: AbortSignal,
): Promise<Node> {
  const sinceSecond = Math.floor(since / 1000) * 1000; // heartbeats carry no fraction
  for (;;) {
    for await (const { type, object } of client.watch<Node>(
      nodes,
      { fieldSelector: `metadata.name=${name}` },
      signal,
    )) {
      if (type !== "ADDED" && type !== "MODIFIED") continue;
      const ready = object.status?.conditions?.find((condition) => condition.type === "Ready");
      const said = Date.parse(ready?.lastHeartbeatTime ?? "");
      if (ready?.status === "True" && said >= sinceSecond) return object;
      report(ready?.message ?? "the node registers");
    }
    signal.throwIfAborted();
  }
}

function tailOf(layout: Layout): string {
  const files = ["stderr.log", "server.log"].map((name) => join(layout.logs, name)).filter((path) => existsSync(path));
  return files.flatMap((path) => readFileSync(path, "utf8").trimEnd().split("\n").slice(-8)).join("\n");
}

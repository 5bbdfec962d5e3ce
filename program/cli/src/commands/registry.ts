/** `skiff registry`: an OCI registry in this process. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Logger } from "@skiff/api";
import { dockerConfigCredentials, type RegistryServer, startRegistryServer } from "@skiff/registry";
import { Command, Option } from "commander";
import { runCommand } from "../command.ts";
import { createLogger, type Level, standardError } from "../log.ts";
import { untilStopped } from "./until-stopped.ts";

interface RegistryOptions {
  readonly addr: string;
  readonly data: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly htpasswd?: string;
  readonly auth: "basic" | "bearer";
  readonly proxy?: string;
  readonly gcInterval: string;
  readonly deleteUntagged?: true;
  readonly logLevel: Level;
}

/** A week; timers count no further than about three. */
const MAX_MINUTES = 7 * 24 * 60;

export function run(args: readonly string[]): Promise<number> {
  const command = new Command("skiff registry")
    .description("serve images to others: an OCI registry in the foreground")
    .option("--addr <host:port>", "where to listen", "127.0.0.1:5000")
    .option("--data <dir>", "where content is kept", "/var/lib/skiff-registry")
    .option("--tls-cert <file>", "certificate chain (PEM); plain HTTP without it")
    .option("--tls-key <file>", "the certificate's key (PEM)")
    .option("--htpasswd <file>", "users that may log in (htpasswd -B); everyone may do everything without it")
    .addOption(new Option("--auth <scheme>", "how clients log in").choices(["basic", "bearer"]).default("basic"))
    .option("--proxy <url>", "be a cache of another registry, with the logins of ~/.docker/config.json")
    .option("--gc-interval <minutes>", "how often content that nothing names is removed; 0 is never", "60")
    .option("--delete-untagged", "let garbage collection remove manifests without a tag, too")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .action((options: RegistryOptions) => serve(options));
  return runCommand(command, args);
}

async function serve(options: RegistryOptions): Promise<void> {
  const { addr, data, tlsCert, tlsKey, htpasswd, auth: scheme, proxy } = options;
  const [, host, port] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(addr) ?? [];
  if (host === undefined) throw new Error(`--addr ${addr}: not host:port`);
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new Error("--tls-cert and --tls-key go together");
  if (proxy !== undefined && !/^https?:\/\/[^/]+\/?$/.test(proxy))
    throw new Error(`--proxy ${proxy}: not the address of a registry, such as https://registry-1.docker.io`);
  const minutes = Number(options.gcInterval);
  if (!(minutes >= 0 && minutes <= MAX_MINUTES))
    throw new Error(`--gc-interval ${options.gcInterval}: not a number of minutes up to ${MAX_MINUTES}`);
  const log = createLogger(standardError, options.logLevel, { process: "registry" });
  await untilStopped(log, async (signal) => {
    const server = await startRegistryServer({
      root: resolve(data),
      host: host === "" ? "0.0.0.0" : host,
      port: Number(port),
      tls: tlsCert && tlsKey ? { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) } : undefined,
      logins: htpasswd === undefined ? undefined : { htpasswd, scheme },
      proxy:
        proxy === undefined
          ? undefined
          : { url: proxy, credentials: dockerConfigCredentials(join(homedir(), ".docker")) },
      onError: (error) => log.error("a request failed", { error }),
    });
    if (minutes > 0) collectNowAndThen(server, minutes, options.deleteUntagged === true, log, signal);
    log.info("the registry listens", { host, port: server.port, tls: tlsCert !== undefined, data: resolve(data) });
    return server;
  });
}

function collectNowAndThen(
  server: RegistryServer,
  minutes: number,
  untagged: boolean,
  log: Logger,
  signal: AbortSignal,
): void {
  const timer = setInterval(() => {
    server.collectGarbage({ untagged }).then(
      (freed) => freed > 0 && log.info("garbage is collected", { bytes: freed }),
      (error: unknown) => log.error("garbage could not be collected", { error }),
    );
  }, minutes * 60_000);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

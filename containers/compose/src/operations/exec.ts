/** Another program in a container of a service. */
import type { Duplex } from "node:stream";
import type { DockerClient } from "@skiff/docker/client";
import { serviceContainer } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** What is run, and how. */
export interface ExecOptions {
  readonly service: string;
  readonly command: readonly string[];
  /** Which of the service's containers. Default: the first. */
  readonly index?: number | undefined;
  /** `KEY=value`. */
  readonly environment?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly privileged?: boolean | undefined;
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly detach?: boolean | undefined;
  /** Of the terminal: rows, then columns. */
  readonly size?: readonly [number, number] | undefined;
}

/** A program that runs, and its streams. */
export interface Execution {
  readonly socket: Duplex;
  resize(columns: number, rows: number): Promise<unknown>;
  /** Of the program, once its streams have ended. */
  exitCode(): Promise<number>;
}

/** Starts the program; undefined when it is detached. Throws where the service has no container that runs. */
export async function exec(
  { client, apiVersion }: Pick<OperationContext, "client" | "apiVersion">,
  project: string,
  options: ExecOptions,
): Promise<Execution | undefined> {
  const { service, command, index, environment, user, workingDirectory, privileged, tty, interactive, detach } =
    options;
  const container = await serviceContainer(client, project, service, { index });
  const { Id: id } = await client.json<{ Id: string }>(`/containers/${container.Id}/exec`, {
    method: "POST",
    json: {
      Cmd: command,
      Env: environment,
      User: user,
      WorkingDir: workingDirectory,
      Privileged: privileged === true,
      Tty: tty,
      AttachStdin: interactive && !detach,
      AttachStdout: !detach,
      AttachStderr: !detach,
    },
  });
  if (!detach) return executionOf(client, id, options, takesSize(apiVersion));
  await client.json(`/exec/${id}/start`, { method: "POST", json: { Detach: true, Tty: tty } });
  return undefined;
}

/** Since API 1.42 a terminal has its size from the beginning. */
const takesSize = (apiVersion = "1.42"): boolean => Number(apiVersion.replace(/^1\./, "")) >= 42;

async function executionOf(
  client: DockerClient,
  id: string,
  { tty, size }: ExecOptions,
  startsWithSize: boolean,
): Promise<Execution> {
  const json = { Detach: false, Tty: tty, ...(size !== undefined && startsWithSize ? { ConsoleSize: size } : {}) };
  const socket = await client.hijack(`/exec/${id}/start`, { json });
  const resize = (columns: number, rows: number): Promise<unknown> =>
    client.json(`/exec/${id}/resize`, { method: "POST", query: { w: String(columns), h: String(rows) } });
  // A program that is over by now needs no size.
  if (size !== undefined && !startsWithSize) await resize(size[1], size[0]).catch(() => undefined);
  return {
    socket,
    resize,
    async exitCode() {
      const { ExitCode } = await client.json<{ ExitCode: number | null }>(`/exec/${id}/json`);
      return ExitCode ?? 1;
    },
  };
}

/** Lifecycle hooks: commands in a container after its start or before its stop. */
import { Writable } from "node:stream";
import { demultiplex } from "@skiff/docker/client";
import type { Hook } from "../model.ts";
import type { OperationContext } from "../operations/context.ts";

/** Runs the hooks one after the other. Throws when one exits with another code than 0, with what it wrote. */
export async function runHooks(
  context: OperationContext,
  container: { readonly id: string; readonly name: string },
  hooks: readonly Hook[],
): Promise<void> {
  if (context.rehearsal) return;
  for (const hook of hooks) await runHook(context, container, hook);
}

/** What is kept of a hook's output, for the error. */
const MAX_OUTPUT = 16 * 1024;

async function runHook(
  { client, signal }: OperationContext,
  { id, name }: { readonly id: string; readonly name: string },
  hook: Hook,
): Promise<void> {
  const environment = Object.entries(hook.environment ?? {}).map(([key, value]) =>
    value === null ? key : `${key}=${value}`,
  );
  const { Id } = await client.json<{ readonly Id: string }>(`/containers/${id}/exec`, {
    method: "POST",
    json: {
      ...{ Cmd: hook.command, User: hook.user, Privileged: hook.privileged, WorkingDir: hook.working_dir },
      ...{ Env: environment, AttachStdout: true, AttachStderr: true },
    },
    signal,
  });
  let output = "";
  const keep = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (output.length < MAX_OUTPUT) output += chunk.toString("utf8");
      done();
    },
  });
  const stream = await client.open(`/exec/${Id}/start`, {
    ...{ method: "POST", json: { Detach: false, Tty: false }, signal },
  });
  await demultiplex(stream, keep, keep);
  const { ExitCode } = await client.json<{ readonly ExitCode: number | null }>(`/exec/${Id}/json`, { signal });
  if (ExitCode !== 0)
    throw new Error(
      `hook of ${name} exited with status ${ExitCode ?? "unknown"}${output === "" ? "" : `: ${output.trim()}`}`,
    );
}

/** RUN: a command in a real container whose root file system is the snapshot (Dockerfile reference, "RUN"). */
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { ContainerMount } from "@skiff/engine";
import { argumentsOf } from "../apply-metadata.ts";
import type { Run } from "../dockerfile/instruction.ts";
import { heredocName } from "../dockerfile/lines.ts";
import { DockerfileError } from "../dockerfile-error.ts";
import type { PlannedStage } from "../plan.ts";
import { rememberStubs } from "../rootfs/mount-stubs.ts";
import type { StageState } from "../stage-state.ts";
import { layerStep } from "./layer-step.ts";
import { resolveMounts } from "./run-mounts.ts";
import type { StepDeps } from "./step-deps.ts";

/** What the instruction is carried out with. */
export interface RunScope {
  readonly step: number;
  readonly stage: Pick<PlannedStage, "sources">;
  readonly expand: (word: string) => string;
  /** Proxy settings given as build arguments: every RUN has them, no image keeps them, and no result depends on them. */
  readonly proxies: readonly string[];
}

/** A command ended with a code that is not 0. */
export class RunFailedError extends DockerfileError {
  readonly exitCode: number;
  /** The program and its arguments. */
  readonly command: string;

  constructor(command: string, exitCode: number, line: number) {
    const reason = `The command '${command}' returned a non-zero code: ${exitCode}`;
    super(reason, line);
    this.message = reason;
    this.exitCode = exitCode;
    this.command = command;
  }
}

/** Where scripts of here-documents are seen: below /dev, so that no trace is left in the image. */
const SCRIPTS = "/dev/pipes";

/** The state after a RUN. Throws RunFailedError. */
export async function runStep(
  deps: StepDeps,
  state: StageState,
  instruction: Run,
  scope: RunScope,
): Promise<StageState> {
  const { config } = state;
  const network = networkOf(instruction);
  const { args, script } = commandOf(instruction, state);
  const env = [
    ...[...state.args].map(([name, value]) => `${name}=${value}`),
    ...(config.Env ?? []).filter((entry) => !state.args.has(entry.replace(/=.*/s, ""))),
  ];
  const cwd = config.WorkingDir || "/";
  const mounts = await resolveMounts(deps, instruction, { ...scope, cwd });
  return layerStep(deps, state, {
    step: scope.step,
    key: ["run", args, script, env, cwd, config.User ?? "", network, mounts.key],
    createdBy: instruction.text,
    change: async (snapshot, mount) => {
      const prepared = await mounts.prepare();
      try {
        const all = [
          ...prepared.flatMap((one) => one.mount ?? []),
          ...(script === undefined ? [] : [await scriptMount(deps, script)]),
        ];
        const stubs = await rememberStubs(
          await mount(),
          all.map(({ target }) => target),
        );
        await runContainer(deps, scope.step, instruction.line, {
          ...deps.run,
          root: { snapshot },
          entrypoint: args,
          env: [...scope.proxies, ...env, ...prepared.flatMap((one) => one.env ?? [])],
          cwd,
          user: config.User ?? "",
          network: network ?? deps.run.network ?? "bridge",
          mounts: all,
          log: "none",
        });
        await stubs.remove();
      } finally {
        for (const { release } of prepared) release?.();
      }
    },
  });
}

type Spec = Parameters<StepDeps["engine"]["containers"]["create"]>[0];

async function runContainer(
  { engine, report, signal }: StepDeps,
  step: number,
  line: number,
  spec: Spec,
): Promise<void> {
  const { containers } = engine;
  const container = await containers.create(spec);
  try {
    const session = await containers.attach(container.id);
    const ended = containers.wait(container.id, { condition: "next" }, signal);
    // Its failure is awaited below, unless the start fails first.
    ended.catch(() => undefined);
    const forward = async (stream: "stdout" | "stderr", source: Readable | undefined) => {
      for await (const data of source ?? []) report({ type: "output", step, stream, data });
    };
    const output = Promise.all([forward("stdout", session.stdout), forward("stderr", session.stderr)]);
    output.catch(() => undefined);
    await containers.start(container.id);
    const { code } = await ended;
    await output;
    if (code !== 0) throw new RunFailedError(container.command.join(" "), code, line);
  } finally {
    await containers.remove(container.id, { force: true });
  }
}

function commandOf({ command, heredocs }: Run, { config }: StageState): { args: readonly string[]; script?: string } {
  const [only] = heredocs;
  if (command.form === "exec" || only === undefined) return { args: argumentsOf(command, config) };
  // The here-document is the command itself, or the input of one.
  if (heredocs.length === 1 && heredocName(command.text) !== undefined) {
    if (only.body.startsWith("#!")) return { args: [`${SCRIPTS}/script`], script: only.body };
    return { args: argumentsOf({ form: "shell", text: only.body }, config) };
  }
  const text = [`${command.text}\n`, ...heredocs.flatMap(({ body, name }) => [body, `${name}\n`])].join("");
  return { args: argumentsOf({ form: "shell", text }, config) };
}

async function scriptMount({ scratch }: StepDeps, script: string): Promise<ContainerMount> {
  const directory = await mkdtemp(join(scratch, "script-"));
  await chmod(directory, 0o755);
  await writeFile(join(directory, "script"), script);
  await chmod(join(directory, "script"), 0o755);
  return { type: "bind", source: directory, target: SCRIPTS, readonly: true };
}

// Undefined is what the build as a whole was asked to use.
function networkOf({ network = "default", line }: Run): "host" | "none" | undefined {
  if (network === "default") return undefined;
  if (network === "none" || network === "host") return network;
  throw new DockerfileError(`unsupported network mode "${network}"`, line);
}

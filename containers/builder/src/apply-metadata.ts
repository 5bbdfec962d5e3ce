/** Instructions that change only the image's configuration. Pure. */
import { posix } from "node:path";
import type { OciProcessConfig } from "@skiff/engine";
import type { Command, Located, Simple } from "./dockerfile/instruction.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { type StageState, withConfig } from "./stage-state.ts";

/** An instruction without files. WORKDIR is here for its configuration; that it makes the directory is another step. */
export type Metadata = Located & Simple;

/** What an instruction is applied with. */
export interface MetadataScope {
  /** Expands variables, quotes and escapes in a word. */
  readonly expand: (word: string) => string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Values of ARGs before the first FROM, and of those that are always there. */
  readonly globalArgs: (name: string) => string | undefined;
}

const SIGNAL = /^(?:SIG[A-Z0-9+-]+|[A-Z][A-Z0-9+-]*|\d{1,2})$/;
const PORT = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i;

/** The state after the instruction. Throws DockerfileError for a value that cannot be. */
export function applyMetadata(state: StageState, instruction: Metadata, scope: MetadataScope): StageState {
  const { config } = state;
  const done = (change: OciProcessConfig) => withConfig(state, { ...config, ...change }, instruction.text);
  switch (instruction.do) {
    case "env":
      return setVariables(
        state,
        instruction.pairs.map(([name, value]): [string, string] => [scope.expand(name), scope.expand(value)]),
        instruction.text,
      );
    case "label":
      return done({
        Labels: { ...config.Labels, ...Object.fromEntries(instruction.pairs.map((pair) => pair.map(scope.expand))) },
      });
    case "arg":
      return declareArguments(state, instruction, scope);
    case "workdir":
      return done({ WorkingDir: posix.resolve(config.WorkingDir || "/", scope.expand(instruction.value)) });
    case "user":
      return done({ User: scope.expand(instruction.value) });
    case "expose":
      return done({
        ExposedPorts: { ...config.ExposedPorts, ...ports(instruction.values.map(scope.expand), instruction.line) },
      });
    case "volume":
      return done({
        Volumes: {
          ...config.Volumes,
          ...Object.fromEntries(instruction.values.map((path) => [scope.expand(path), {}])),
        },
      });
    case "cmd":
      return { ...done({ Cmd: argumentsOf(instruction.command, config) }), hasOwnCommand: true };
    case "entrypoint":
      return done({
        Entrypoint: argumentsOf(instruction.command, config),
        ...(state.hasOwnCommand ? {} : { Cmd: null }),
      });
    case "shell":
      return done({ Shell: instruction.args });
    case "stopsignal": {
      const signal = scope.expand(instruction.value);
      if (!SIGNAL.test(signal)) throw new DockerfileError(`invalid signal: ${signal}`, instruction.line);
      return done({ StopSignal: signal });
    }
    case "healthcheck":
      return done({
        Healthcheck: instruction.none
          ? { Test: ["NONE"] }
          : healthcheck(instruction.command, instruction.flags, instruction.line),
      });
    case "onbuild":
      return done({ OnBuild: [...(config.OnBuild ?? []), instruction.trigger] });
    case "maintainer":
      return { ...done({}), author: scope.expand(instruction.value) };
  }
}

/** The arguments that a command runs with: its own, or the shell with its text. */
export function argumentsOf(command: Command, { Shell }: OciProcessConfig): readonly string[] {
  return command.form === "exec" ? command.args : [...(Shell ?? ["/bin/sh", "-c"]), command.text];
}

function setVariables(
  state: StageState,
  variables: readonly (readonly [string, string])[],
  createdBy: string,
): StageState {
  const { config, args } = state;
  const Env = variables.reduce((env, [name, value]) => setVariable(env, name, value), config.Env ?? []);
  const hidden = new Set(variables.map(([name]) => name));
  const left = new Map([...args].filter(([name]) => !hidden.has(name)));
  return { ...withConfig(state, { ...config, Env }, createdBy), args: left };
}

function setVariable(env: readonly string[], name: string, value: string): readonly string[] {
  const entry = `${name}=${value}`;
  const at = env.findIndex((existing) => existing.startsWith(`${name}=`));
  return at < 0 ? [...env, entry] : env.with(at, entry);
}

function declareArguments(
  state: StageState,
  { args, text }: Metadata & { do: "arg" },
  scope: MetadataScope,
): StageState {
  const declared = new Map(state.args);
  for (const { name, value } of args) {
    const given = Object.hasOwn(scope.buildArgs, name) ? scope.buildArgs[name] : undefined;
    const found = given ?? (value === undefined ? scope.globalArgs(name) : scope.expand(value));
    if (found !== undefined) declared.set(name, found);
  }
  return { ...withConfig(state, state.config, text), args: declared };
}

function ports(values: readonly string[], line: number): Record<string, object> {
  const exposed: Record<string, object> = {};
  for (const value of values.flatMap((text) => text.split(/\s+/))) {
    const [, from, to = from, protocol = "tcp"] = PORT.exec(value) ?? [];
    if (from === undefined || Number(from) > Number(to) || Number(to) > 65_535) {
      throw new DockerfileError(`invalid containerPort: ${value}`, line);
    }
    for (let port = Number(from); port <= Number(to); port++) exposed[`${port}/${protocol.toLowerCase()}`] = {};
  }
  return exposed;
}

function healthcheck(command: Command, flags: Readonly<Record<string, string>>, line: number): Record<string, unknown> {
  const test = command.form === "exec" ? ["CMD", ...command.args] : ["CMD-SHELL", command.text];
  const times = Object.entries({
    Interval: "interval",
    Timeout: "timeout",
    StartPeriod: "start-period",
    StartInterval: "start-interval",
  }).flatMap(([field, flag]) => (flags[flag] === undefined ? [] : [[field, nanoseconds(flags[flag], line)]]));
  const retries = flags.retries === undefined ? {} : { Retries: Number.parseInt(flags.retries, 10) };
  return { Test: test, ...Object.fromEntries(times), ...retries };
}

const UNITS: Readonly<Record<string, number>> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, ns: 1 };

// Go's durations: "1m30s", "500ms".
function nanoseconds(text: string, line: number): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw new DockerfileError(`invalid duration "${text}"`, line);
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
}

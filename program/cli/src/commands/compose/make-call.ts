/** Makes what a verb works with. Everything that costs time is made at its first use. */
import type { LoadOptions, OperationContext, Progress, Project } from "@skiff/compose";
import type { ParsedFlags } from "../../docker-client/parse-flags.ts";
import type { ComposeCall } from "./compose-call.ts";
import { type Connection, connect } from "./connect.ts";
import type { GlobalOptions } from "./global-flags.ts";
import type { Interrupts } from "./interrupts.ts";
import { limitedClient } from "./limited-client.ts";
import { rehearsalClient } from "./rehearsal-client.ts";
import { createProgress } from "./rendering/progress.ts";
import { stylesFor } from "./rendering/styles.ts";

/** What is known of a call before anything is done. */
export interface CallParts {
  readonly global: GlobalOptions;
  readonly flags: ParsedFlags;
  readonly env: NodeJS.ProcessEnv;
  readonly interrupts: Interrupts;
  readonly title: string;
}

/** A call of this process. */
export function makeCall({ global, flags, env, interrupts, title }: CallParts): ComposeCall {
  const styles = stylesFor(global.ansi, env, process);
  const { ansi } = global;
  const progress = createProgress(process.stderr, { mode: global.progress, ansi, color: styles.progress, title });
  const { signal } = interrupts;
  let connected: Promise<Connection> | undefined;
  const print = (line: string): void => progress.around(() => void process.stdout.write(`${line}\n`));
  const connection = (): Promise<Connection> => {
    connected ??= connect(env, signal).then(({ client, apiVersion }) => {
      const real = global.parallel === undefined ? client : limitedClient(client, global.parallel);
      return { client: global.dryRun ? rehearsalClient(real) : real, apiVersion };
    });
    return connected;
  };

  const load = async (services: readonly string[], flags: Partial<LoadOptions>): Promise<Project> => {
    const { loadProject } = await import("@skiff/compose/load");
    return loadProject({ ...loadOptions(global, env), services, ...flags });
  };
  const loadAndWarn = async (services: readonly string[] = [], flags: Partial<LoadOptions> = {}): Promise<Project> => {
    const project = await load(services, flags);
    for (const warning of project.warnings) progress.warn(warning);
    return project;
  };

  return {
    global,
    flags,
    env,
    interrupts,
    signal,
    styles,
    progress,
    async context(): Promise<OperationContext> {
      const context = { ...(await connection()), progress, signal, log: print };
      return global.dryRun ? { ...context, rehearsal: true, progress: rehearsed(progress) } : context;
    },
    project: loadAndWarn,
    loadOptions: () => loadOptions(global, env),
    projectOrName(services) {
      const { projectName, files } = global;
      if (projectName !== undefined && files.length === 0 && !env.COMPOSE_FILE) return Promise.resolve(projectName);
      return loadAndWarn(services).catch((error: unknown) => {
        // The name is enough for what is there already.
        if (env.COMPOSE_PROJECT_NAME) return env.COMPOSE_PROJECT_NAME;
        throw error;
      });
    },
    async projectName() {
      const given = global.projectName ?? env.COMPOSE_PROJECT_NAME;
      return given || (await load([], {})).name;
    },
    print,
  };
}

/** Nobody is to take it for the real thing. */
function rehearsed(progress: Progress): Progress {
  return {
    event: (event) => progress.event({ ...event, id: `DRY-RUN MODE -  ${event.id}` }),
    warn: (message) => progress.warn(message),
  };
}

function loadOptions(global: GlobalOptions, env: NodeJS.ProcessEnv): LoadOptions {
  const { files, projectName, projectDirectory, envFiles, profiles, allResources } = global;
  return {
    files,
    profiles,
    workingDirectory: process.cwd(),
    environment: env,
    readInput,
    allResources,
    ...(projectName === undefined ? {} : { projectName }),
    ...(projectDirectory === undefined ? {} : { projectDirectory }),
    ...(envFiles.length === 0 ? {} : { envFiles }),
  };
}

const MAX_INPUT = 16 * 1024 * 1024;

async function readInput(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_INPUT) throw new Error(`cannot read the Compose file: more than ${MAX_INPUT} bytes came`);
  }
  return text;
}

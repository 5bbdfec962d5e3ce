/** What containers have written, and write. */
import type { DockerClient } from "@skiff/docker/client";
import { ProjectOutput } from "../attach/project-output.ts";
import { LABEL } from "../plan/labels.ts";
import { shortName } from "../plan/names.ts";
import { type OutputLine, type OutputOptions, outputBatches } from "../read/container-output.ts";
import { mergeByTime } from "../read/merge-by-time.ts";
import { type ContainerSummary, nameOf, projectContainers, serviceOf } from "../read/project-containers.ts";
import type { ContainerOutput, OperationContext } from "./context.ts";

/** Whose output, and which part of it. */
export interface LogsOptions {
  /** None: all. */
  readonly services?: readonly string[] | undefined;
  /** Only the container of this number of each service. */
  readonly index?: number | undefined;
  /** Stay until all containers have ended. */
  readonly follow?: boolean | undefined;
  /** Lines from the end of each, or "all". */
  readonly tail?: string | undefined;
  /** Seconds since the epoch, with a fraction. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly timestamps?: boolean | undefined;
  output(line: ContainerOutput): void;
  /** Called first, with the names of the containers whose output comes. */
  register?(containers: readonly string[]): void;
}

/** Reads the output of the containers of `project`, in the order in which it was written; when following, as it comes. */
export async function logs(context: OperationContext, project: string, options: LogsOptions): Promise<void> {
  if (options.follow) await follow(context, project, options);
  else await read(context, project, options);
}

async function follow(context: OperationContext, project: string, options: LogsOptions): Promise<void> {
  const { services = [], index, tail, since, timestamps, output, register } = options;
  const isMeant = (service: string): boolean => services.length === 0 || services.includes(service);
  const { view, names } = await ProjectOutput.open(context, {
    project,
    shows: isMeant,
    counts: isMeant,
    output,
    timestamps,
    history: { tail, since },
    ...(index === undefined ? {} : { number: index }),
  });
  try {
    register?.(names);
    await view.settle();
    await view.over;
  } finally {
    view.close();
  }
}

async function read({ client, signal }: OperationContext, project: string, options: LogsOptions): Promise<void> {
  const { services = [], index, tail, since, until, timestamps, output, register } = options;
  const found = await projectContainers(client, project, { all: true, services });
  const containers = found.filter(({ Labels }) => index === undefined || Labels[LABEL.number] === String(index));
  register?.(containers.map((container) => shortName(project, nameOf(container))));
  const sources = containers.map((found) => linesOf(client, project, found, { tail, since, until, signal }));
  for await (const lines of mergeByTime(sources))
    for (const { container, service, stream, text, time } of lines)
      output({ container, service, stream, text: timestamps ? `${time} ${text}` : text });
}

async function* linesOf(
  client: DockerClient,
  project: string,
  found: ContainerSummary,
  options: Omit<OutputOptions, "tty">,
): AsyncGenerator<readonly (OutputLine & Pick<ContainerOutput, "container" | "service">)[]> {
  const [container, service] = [shortName(project, nameOf(found)), serviceOf(found)];
  const { Config } = await client.json<{ Config: { Tty: boolean } }>(`/containers/${found.Id}/json`);
  for await (const lines of outputBatches(client, found.Id, { ...options, tty: Config.Tty }))
    yield lines.map((line) => ({ ...line, container, service }));
}

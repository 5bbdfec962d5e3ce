/**
 * The output of a project's containers as it comes, across ends and restarts: the common part of `up` and `logs --follow`.
 * A container is followed from its "start" event on; the engine keeps its output, so that nothing written before is missed.
 */
import { DockerApiError } from "@skiff/docker/client";
import type { ContainerOutput, OperationContext } from "../operations/context.ts";
import { LABEL } from "../plan/labels.ts";
import { shortName } from "../plan/names.ts";
import { containerOutput } from "../read/container-output.ts";
import { compareNames, nameOf, projectContainers, serviceOf } from "../read/project-containers.ts";
import { type ContainerEvent, type ContainerEvents, containerEvents } from "./container-events.ts";

/** What is shown of which services. */
export interface ProjectOutputOptions {
  readonly project: string;
  /** Whether the output of a service is wanted. */
  shows(service: string): boolean;
  /** Whether the containers of a service are waited for. */
  counts(service: string): boolean;
  output(line: ContainerOutput): void;
  readonly timestamps?: boolean | undefined;
  /** What is shown of containers that run already. Default: what they write from now on. */
  readonly history?: { readonly tail?: string | undefined; readonly since?: string | undefined } | undefined;
  /** Only the container of this number of each service. */
  readonly number?: number | undefined;
  /** A container that counts has ended and will not be restarted by the engine. */
  onEnd?(end: { readonly service: string; readonly name: string; readonly code: number }): void;
}

/** As far as GET /containers/{id}/json is used. */
interface Inspected {
  readonly Config: { readonly Tty: boolean };
  readonly State: {
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly StartedAt: string;
  };
}

interface Known {
  readonly startedAt: string;
  /** The time of the last line that was seen; empty where there is none. */
  last: string;
  output: Promise<void>;
}

const NEVER = "0001-01-01";

/** Output being followed. Dispose of it, or it goes on. */
export class ProjectOutput {
  readonly #context: OperationContext;
  readonly #options: ProjectOutputOptions;
  readonly #events: ContainerEvents;
  readonly #known = new Map<string, Known>();
  /** Containers that run, and count. */
  readonly #live = new Set<string>();
  /** Containers that count and do not run yet. */
  readonly #pending = new Set<string>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  #settled = false;
  readonly #over = Promise.withResolvers<void>();

  private constructor(context: OperationContext, options: ProjectOutputOptions, events: ContainerEvents) {
    this.#context = context;
    this.#options = options;
    this.#events = events;
    this.#over.promise.catch(() => undefined); // whoever waits for it is told
  }

  /** Begins to listen, and to follow what runs. Answers the view and the names of the containers it shows. */
  static async open(
    context: OperationContext,
    options: ProjectOutputOptions,
  ): Promise<{ readonly view: ProjectOutput; readonly names: readonly string[] }> {
    const view = new ProjectOutput(context, options, await containerEvents(context.client, options.project));
    try {
      const names = await view.#followExisting();
      void view.#listen();
      return { view, names };
    } catch (error) {
      view.close();
      throw error;
    }
  }

  /** Resolves when everything has been started and all that counts has ended. Rejects when the engine is gone. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Nothing more will be started: what was not is no longer waited for. */
  async settle(): Promise<void> {
    await Promise.all(
      [...this.#pending].map(async (id) => {
        const now = await this.#inspect(id);
        // Its "start" event is still on its way where this differs.
        if (now === undefined || now.State.StartedAt === this.#known.get(id)?.startedAt) this.#pending.delete(id);
      }),
    );
    this.#settled = true;
    this.#check();
  }

  close(): void {
    this.#closing.abort();
    this.#events.close();
    this.#over.resolve();
  }

  async #followExisting(): Promise<string[]> {
    const { project, shows, counts, history = { tail: "0" }, number } = this.#options;
    const found = await projectContainers(this.#context.client, project, { all: true });
    const names: string[] = [];
    await Promise.all(
      found.map(async (container) => {
        const service = serviceOf(container);
        if (number !== undefined && container.Labels[LABEL.number] !== String(number)) return;
        if (!shows(service) && !counts(service)) return;
        const inspected = await this.#inspect(container.Id);
        if (inspected === undefined) return;
        const { StartedAt, Running } = inspected.State;
        const known: Known = { startedAt: StartedAt, last: "", output: Promise.resolve() };
        this.#known.set(container.Id, known);
        if (counts(service)) (Running ? this.#live : this.#pending).add(container.Id);
        if (!shows(service)) return;
        const name = shortName(project, nameOf(container));
        names.push(name);
        if (StartedAt.startsWith(NEVER)) return;
        if (Running || this.#options.history !== undefined)
          known.output = this.#follow(container.Id, { name, service }, known, inspected, history);
        else await this.#skip(container.Id, known, inspected);
      }),
    );
    return names.sort(compareNames);
  }

  async #listen(): Promise<void> {
    try {
      for await (const event of this.#events.events) {
        if (event.oneOff) continue;
        if (event.action === "start") this.#inTurn(event.id, () => this.#started(event));
        else if (event.action === "die") this.#inTurn(event.id, () => this.#died(event));
        else if (event.action === "destroy") this.#inTurn(event.id, () => this.#gone(event.id));
      }
      if (!this.#closing.signal.aborted) throw new Error("the engine has ended its stream of events");
    } catch (error) {
      this.#over.reject(error);
    }
  }

  /** What happens to one container is dealt with in order; the others do not wait for it. */
  #inTurn(id: string, work: () => void | Promise<void>): void {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work);
    this.#turns.set(id, turn);
    turn.catch((error: unknown) => this.#over.reject(error));
  }

  async #started({ id, name, service, number }: ContainerEvent): Promise<void> {
    const { shows, counts, project, number: only = number } = this.#options;
    if (number !== only || (!shows(service) && !counts(service))) return;
    this.#pending.delete(id);
    if (counts(service)) this.#live.add(id);
    const inspected = await this.#inspect(id);
    if (inspected === undefined) return;
    const known = this.#known.get(id) ?? { startedAt: "", last: "", output: Promise.resolve() };
    this.#known.set(id, known);
    if (!shows(service)) return;
    known.output = this.#follow(id, { name: shortName(project, name), service }, known, inspected, {});
  }

  /** Waits for the last lines, then says how it ended. */
  async #died({ id, name, service, exitCode }: ContainerEvent): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined) return;
    await known.output;
    const state = (await this.#inspect(id))?.State;
    const returns = state !== undefined && (state.Restarting || state.Running);
    const { project, output, shows, counts } = this.#options;
    const container = shortName(project, name);
    const text = `exited with code ${exitCode}${returns ? " (restarting)" : ""}`;
    if (shows(service)) output({ container, service, stream: "status", text });
    if (returns || !counts(service)) return;
    this.#options.onEnd?.({ service, name: container, code: exitCode });
    this.#live.delete(id);
    this.#check();
  }

  #gone(id: string): void {
    this.#live.delete(id);
    this.#pending.delete(id);
    this.#check();
  }

  #check(): void {
    if (this.#settled && this.#live.size === 0 && this.#pending.size === 0) this.#over.resolve();
  }

  /** Goes on where it was left. */
  async #follow(
    id: string,
    { name: container, service }: { readonly name: string; readonly service: string },
    known: Known,
    { Config }: Inspected,
    history: { readonly tail?: string | undefined; readonly since?: string | undefined },
  ): Promise<void> {
    const { output, timestamps } = this.#options;
    const from = { ...history, after: known.last, tty: Config.Tty, signal: this.#closing.signal };
    try {
      await containerOutput(this.#context.client, id, { ...from, follow: true }, ({ stream, text, time }) => {
        known.last = time;
        output({ container, service, stream, text: timestamps ? `${time} ${text}` : text });
      });
    } catch (error) {
      if (!(error instanceof DockerApiError)) return this.#over.reject(error);
      // Its logging driver cannot be read, or it has been removed meanwhile.
      if (error.status !== 404)
        output({ container, service, stream: "status", text: `cannot be read: ${error.message}` });
    }
  }

  /** Notes where the output of a container that has ended stops: it may be started again. */
  async #skip(id: string, known: Known, { Config }: Inspected): Promise<void> {
    try {
      await containerOutput(this.#context.client, id, { tail: "1", tty: Config.Tty }, ({ time }) => {
        known.last = time;
      });
    } catch (error) {
      if (!(error instanceof DockerApiError)) throw error; // as when following, which comes
    }
  }

  async #inspect(id: string): Promise<Inspected | undefined> {
    try {
      return await this.#context.client.json<Inspected>(`/containers/${id}/json`);
    } catch (error) {
      if (error instanceof DockerApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}

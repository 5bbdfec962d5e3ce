/**
 * Priority and fairness: every request belongs to a flow of a priority level, which has so many seats. Who finds no seat waits, fairly
 * among the flows of its level, and is turned away when too many wait.
 */
import { StatusError } from "@skiff/api";
import type { FlowSchema, PriorityLevelConfiguration } from "@skiff/api/flowcontrol/v1";
import { flowSchemas, priorityLevelConfigurations } from "@skiff/api/resources";
import type { Attributes } from "../authorization/authorizer.ts";
import type { Call, User } from "../call.ts";
import type { Caches } from "../state/caches.ts";
import { defaultFlowSchemas, defaultPriorityLevels, isMandatory } from "./default-flow-control.ts";
import type { Waiting } from "./fair-queues.ts";
import { byPrecedence, schemaMatches } from "./flow-schema.ts";
import { PriorityLevel } from "./priority-level.ts";

/** Where a request belongs. */
export interface Flow {
  readonly schema: FlowSchema;
  readonly level: PriorityLevel;
  /** Sent with every answer, for whoever wonders where a request went. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives requests their seats. */
export interface FlowControl extends Disposable {
  flowOf(user: User, attributes: Attributes): Flow;
  /** Takes seats, at once (undefined), or when the promise resolves. Throws, or rejects with, StatusError 429. */
  enter(flow: Flow, call: Call, width: number): Promise<void> | undefined;
  /** Gives the seats back. */
  leave(flow: Flow, width: number): void;
  /** The levels as they are now. */
  levels(): Iterable<PriorityLevel>;
}

const MOST_WAIT_MS = 15_000;
const SWEEP_MS = 1000;
/** Kinds of requests remembered per user. */
const REMEMBERED = 1000;

interface State {
  readonly schemas: readonly FlowSchema[];
  readonly levels: ReadonlyMap<string, PriorityLevel>;
  readonly catchAll: Flow;
}

/** Control over `seats` requests at once, by the objects in the caches. */
export function createFlowControl(caches: Caches, seats: number, clock: { now(): number }): FlowControl {
  let state: State | undefined;
  let version = 0;
  let changed = true;
  const note = () => {
    changed = true;
  };
  caches.of(flowSchemas).onChange(note);
  caches.of(priorityLevelConfigurations).onChange(note);

  const current = (): State => {
    if (!changed && state) return state;
    changed = false;
    version++;
    state = readState(caches, seats, state);
    return state;
  };

  const known = new WeakMap<User, { version: number; flows: Map<string, Flow> }>();
  const flowOf = (user: User, a: Attributes): Flow => {
    const { schemas, levels, catchAll } = current();
    let mine = known.get(user);
    if (mine?.version !== version) {
      mine = { version, flows: new Map() };
      known.set(user, mine);
    }
    const key = a.isResource
      ? `${a.verb} ${a.group}/${a.plural}/${a.subresource} ${a.namespace}`
      : `${a.verb} ${a.path}`;
    let flow = mine.flows.get(key);
    if (!flow) {
      const schema = schemas.find((candidate) => schemaMatches(candidate, user, a));
      const level = schema && levels.get(schema.spec.priorityLevelConfiguration.name);
      flow = schema && level ? flowIn(schema, level) : catchAll;
      if (mine.flows.size >= REMEMBERED) mine.flows.clear();
      mine.flows.set(key, flow);
    }
    return flow;
  };

  const fits = (level: PriorityLevel, width: number): boolean => {
    const { exempt, executing, nominal, borrowing } = level;
    if (exempt || executing + width <= nominal || executing === 0) return true;
    if (executing + width - nominal > borrowing) return false;
    let idle = 0;
    for (const other of current().levels.values()) idle += (other === level ? 0 : other.idle) - other.borrowed;
    return idle >= width;
  };

  let turn: NodeJS.Immediate | undefined;
  let sweep: NodeJS.Timeout | undefined;
  // Seats are free when the turn of the event loop is over: however many requests one connection brings at once, other
  // connections are heard before more than a level's seats of them are worked on.
  const endTurn = () => {
    turn = undefined;
    for (const level of current().levels.values()) {
      level.executing -= level.ending;
      level.ending = 0;
    }
    let waiting = 0;
    for (const level of current().levels.values()) {
      const { queues } = level;
      for (let next = queues?.peek(); next && fits(level, next.width); next = queues?.peek()) {
        queues?.shift();
        level.executing += next.width;
        next.start();
      }
      waiting += queues?.length ?? 0;
    }
    if (waiting > 0) sweep ??= setInterval(refuseLate, SWEEP_MS).unref();
  };
  const refuseLate = () => {
    let waiting = 0;
    for (const level of current().levels.values()) {
      for (const late of level.queues?.expired(clock.now() - MOST_WAIT_MS) ?? []) {
        level.refused++;
        late.refuse();
      }
      waiting += level.queues?.length ?? 0;
    }
    if (waiting > 0) return;
    clearInterval(sweep);
    sweep = undefined;
  };

  const wait = (flow: Flow, call: Call, width: number): Promise<void> => {
    const { level } = flow;
    const { queues } = level;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { signal } = call.incoming;
    const gone = () => {
      queues?.remove(waiting);
      reject(StatusError.timeout("the client has gone"));
    };
    const settle = (done: () => void) => () => {
      signal.removeEventListener("abort", gone);
      done();
    };
    const waiting: Waiting = {
      width,
      since: clock.now(),
      start: settle(resolve),
      refuse: settle(() => reject(tooMany())),
    };
    if (!queues?.add(`${flow.schema.metadata.name} ${distinguisher(flow, call)}`, waiting)) {
      level.refused++;
      throw tooMany();
    }
    signal.addEventListener("abort", gone, { once: true });
    turn ??= setImmediate(endTurn);
    return promise;
  };

  return {
    flowOf,
    enter(flow, call, width) {
      const { level } = flow;
      if (!(level.queues?.length ?? 0) && fits(level, width)) {
        level.executing += width;
        return undefined;
      }
      return wait(flow, call, width);
    },
    leave({ level }, width) {
      level.ending += width;
      turn ??= setImmediate(endTurn);
    },
    levels: () => current().levels.values(),
    [Symbol.dispose]() {
      clearInterval(sweep);
      clearImmediate(turn);
    },
  };
}

function tooMany(): StatusError {
  return StatusError.tooManyRequests("Too many requests, please try again later.");
}

function distinguisher({ schema }: Flow, call: Call): string {
  const by = schema.spec.distinguisherMethod?.type;
  if (by === "ByUser") return call.user.name;
  return by === "ByNamespace" ? call.info.namespace : "";
}

function flowIn(schema: FlowSchema, level: PriorityLevel): Flow {
  return {
    schema,
    level,
    headers: {
      "x-kubernetes-pf-flowschema-uid": schema.metadata.uid ?? "",
      "x-kubernetes-pf-prioritylevel-uid": level.uid,
    },
  };
}

/** The schemas and levels of the caches; those that cannot be done without are there even when their objects are not. */
function readState(caches: Caches, seats: number, before: State | undefined): State {
  const all = <T>(info: typeof flowSchemas | typeof priorityLevelConfigurations): T[] =>
    [...caches.of(info).entries.under("")].map((entry) => entry.object as T);
  const schemas = withMandatory(all<FlowSchema>(flowSchemas), defaultFlowSchemas as readonly FlowSchema[]);
  const configurations = withMandatory(
    all<PriorityLevelConfiguration>(priorityLevelConfigurations),
    defaultPriorityLevels as readonly PriorityLevelConfiguration[],
  );
  const levels = new Map<string, PriorityLevel>();
  for (const configuration of configurations) {
    // A level whose object is as it was keeps who waits and who is being served.
    const same = before?.levels.get(configuration.metadata.name);
    levels.set(configuration.metadata.name, same?.isOf(configuration) ? same : new PriorityLevel(configuration));
  }
  for (const gone of before?.levels.values() ?? []) {
    if (levels.get(gone.name) === gone) continue;
    for (const waiting of gone.queues?.expired(Number.POSITIVE_INFINITY) ?? []) waiting.refuse();
  }
  const shares = [...levels.values()].reduce((sum, level) => sum + level.shares, 0);
  for (const level of levels.values()) level.assign(seats, shares);
  const sorted = schemas.sort(byPrecedence);
  const last = sorted.find(({ metadata }) => metadata.name === "catch-all");
  const lastLevel = levels.get("catch-all");
  if (!last || !lastLevel) throw new Error("the flow schema and priority level catch-all are missing");
  return { schemas: sorted, levels, catchAll: flowIn(last, lastLevel) };
}

function withMandatory<T extends { readonly metadata: { readonly name: string } }>(
  found: T[],
  defaults: readonly T[],
): T[] {
  const missing = defaults.filter(
    ({ metadata }) => isMandatory(metadata.name) && !found.some((one) => one.metadata.name === metadata.name),
  );
  return [...found, ...missing];
}

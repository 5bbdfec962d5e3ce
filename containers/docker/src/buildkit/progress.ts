/** How a build goes, as BuildKit tells it: vertexes that start and end, what they print, and how far they are. */

/** A point in time as protobuf has it. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** A part of what `Status` answers; see moby.buildkit.v1.StatusResponse. */
export interface StatusUpdate {
  readonly vertexes?: readonly object[];
  readonly statuses?: readonly object[];
  readonly logs?: readonly object[];
  readonly warnings?: readonly object[];
}

/** A step that is shown. Everything after its end is passed over. */
export interface Vertex {
  readonly digest: string;
  /** What it prints: stream 1 or 2. */
  log(data: Uint8Array, stream: 1 | 2): void;
  /** How far something in it is: bytes, where it is given, of all bytes. */
  status(id: string, how: { readonly current?: number; readonly total?: number; readonly isDone?: boolean }): void;
  /** Its end. */
  end(how?: { readonly isCached?: boolean; readonly error?: string }): void;
}

/** The progress of one build: written by the build, read by its client. */
export interface Progress {
  vertex(name: string): Vertex;
  /** A warning of the build as a whole. */
  warn(text: string): void;
  /** Whatever has not ended yet ends with this error; then the progress ends. */
  end(error?: string): void;
  /** What was told so far and what will be, until the end. */
  follow(signal: AbortSignal): AsyncGenerator<StatusUpdate>;
}

/** BuildKit's own bound of what a step may print. */
const LOG_BYTES = 2 * 1024 * 1024;

/** What a progress is made with. */
export interface ProgressOptions {
  /** Distinguishes the vertexes of one build from those of another. */
  readonly digestOf: (vertex: number) => string;
  readonly now: () => number;
}

/** Makes a progress that nothing was told of yet. */
export function createProgress({ digestOf, now }: ProgressOptions): Progress {
  const updates: StatusUpdate[] = [];
  const open = new Map<string, Vertex>();
  const listeners = new Set<() => void>();
  let count = 0;
  let isOver = false;

  const time = (): Timestamp => timestamp(now());
  const tell = (update: StatusUpdate): void => {
    if (isOver) return;
    updates.push(update);
    for (const listener of listeners) listener();
  };

  function vertex(name: string): Vertex {
    const digest = digestOf(count++);
    const started = time();
    const statuses = new Map<string, Timestamp>();
    let left = LOG_BYTES;
    let hasEnded = false;
    const log = (data: Uint8Array, stream: 1 | 2) => {
      if (hasEnded || left <= 0) return;
      const kept = data.subarray(0, left);
      left -= kept.byteLength;
      tell({ logs: [{ vertex: digest, timestamp: time(), stream, msg: kept }] });
      if (left <= 0) {
        const text = `\n[output clipped, log limit ${LOG_BYTES / 1024 / 1024}MiB reached]\n`;
        tell({ logs: [{ vertex: digest, timestamp: time(), stream: 2, msg: Buffer.from(text) }] });
      }
    };
    const made: Vertex = {
      digest,
      log,
      status(id, { current = 0, total = 0, isDone = false }) {
        if (hasEnded) return;
        const begun = statuses.get(id) ?? time();
        statuses.set(id, begun);
        const timestamp = time();
        const completed = isDone ? { completed: timestamp } : {};
        tell({ statuses: [{ id, vertex: digest, current, total, timestamp, started: begun, ...completed }] });
      },
      end({ isCached = false, error = "" } = {}) {
        if (hasEnded) return;
        hasEnded = true;
        open.delete(digest);
        tell({ vertexes: [{ digest, name, started, completed: time(), cached: isCached, error }] });
      },
    };
    open.set(digest, made);
    tell({ vertexes: [{ digest, name, started }] });
    return made;
  }

  return {
    vertex,
    warn(text) {
      tell({ warnings: [{ vertex: digestOf(Math.max(0, count - 1)), level: 1, short: Buffer.from(text) }] });
    },
    end(error) {
      for (const one of [...open.values()]) one.end(error === undefined ? {} : { error });
      isOver = true;
      for (const listener of listeners) listener();
    },
    async *follow(signal) {
      let at = 0;
      let wake: () => void = () => undefined;
      const told = () => wake();
      listeners.add(told);
      signal.addEventListener("abort", told, { once: true });
      while (!signal.aborted) {
        if (at < updates.length) {
          const fresh = updates.slice(at);
          at = updates.length;
          yield merged(fresh);
          continue;
        }
        if (isOver) break;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      listeners.delete(told);
      signal.removeEventListener("abort", told);
    },
  };
}

/** Milliseconds since the epoch as protobuf has them. */
export function timestamp(milliseconds: number): Timestamp {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

function merged(updates: readonly StatusUpdate[]): StatusUpdate {
  return {
    vertexes: updates.flatMap(({ vertexes = [] }) => vertexes),
    statuses: updates.flatMap(({ statuses = [] }) => statuses),
    logs: updates.flatMap(({ logs = [] }) => logs),
    warnings: updates.flatMap(({ warnings = [] }) => warnings),
  };
}

/** Builds that clients are in the middle of, each known by the reference its client made for it. */
import { createHash } from "node:crypto";
import { createAwaited } from "./awaited.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { createProgress, type Progress } from "./progress.ts";

/** An exporter that a client asks for. */
export interface ExporterRequest {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** A cache that is to be read or written. */
export interface CacheEntry {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** What `Control.Solve` is asked; see moby.buildkit.v1.SolveRequest. */
export interface SolveRequest {
  readonly ref: string;
  readonly exporter: string;
  readonly exporterAttrs: Readonly<Record<string, string>>;
  readonly session: string;
  readonly frontend: string;
  readonly frontendAttrs: Readonly<Record<string, string>>;
  readonly cache?: { readonly exports: readonly CacheEntry[]; readonly imports: readonly CacheEntry[] } | undefined;
  readonly exporters: readonly ExporterRequest[];
}

/** One build, from the request to the client's last word on it. */
export interface Build<Result> {
  readonly request: SolveRequest;
  readonly progress: Progress;
  /** Ends everything the build does. */
  readonly abort: AbortController;
  /** What the client's own part of the build came to, by the references it was given. */
  readonly results: Map<string, Result>;
  /** Why a part of it failed. */
  failure?: unknown;
  /** What the client says is the result: the reference, or an error; undefined where there is nothing to export. */
  readonly returned: PromiseWithResolvers<string | undefined>;
}

/** The builds under way, and the last that ended. */
export interface Builds<Result> {
  open(request: SolveRequest): Build<Result>;
  close(build: Build<Result>): void;
  /** Waits for it a little, since clients ask for a build and for its progress at once. Rejects with a GrpcError. */
  get(ref: string, signal: AbortSignal): Promise<Build<Result>>;
}

/** Ended builds whose progress can still be asked for. */
const KEPT = 32;
const MAX_BUILDS = 1000;

/** Makes an empty collection. */
export function createBuilds<Result>({ now }: { readonly now: () => number }): Builds<Result> {
  const builds = new Map<string, Build<Result>>();
  const ended: Build<Result>[] = [];
  const awaited = createAwaited<Build<Result>>();
  return {
    open(request) {
      const { ref } = request;
      if (builds.has(ref)) throw new GrpcError(grpcCode.alreadyExists, `job ${ref} already exists`);
      if (builds.size >= MAX_BUILDS) throw new GrpcError(grpcCode.resourceExhausted, "too many builds at once");
      const digestOf = (vertex: number) => `sha256:${createHash("sha256").update(`${ref} ${vertex}`).digest("hex")}`;
      const build: Build<Result> = {
        request,
        progress: createProgress({ digestOf, now }),
        abort: new AbortController(),
        results: new Map(),
        returned: Promise.withResolvers(),
      };
      // It may fail before anybody waits for it.
      build.returned.promise.catch(() => undefined);
      builds.set(ref, build);
      awaited.arrived(ref, build);
      return build;
    },
    close(build) {
      build.progress.end();
      build.abort.abort(new GrpcError(grpcCode.cancelled, "the build is over"));
      ended.push(build);
      const oldest = ended.length > KEPT ? ended.shift() : undefined;
      if (oldest !== undefined) builds.delete(oldest.request.ref);
    },
    async get(ref, signal) {
      const missing = () => new GrpcError(grpcCode.notFound, `no such job ${ref}`);
      return builds.get(ref) ?? awaited.get(ref, missing, signal);
    },
  };
}

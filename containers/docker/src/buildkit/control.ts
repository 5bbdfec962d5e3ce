/** moby.buildkit.v1.Control: builds, their progress, sessions over gRPC, and what is kept of builds. */
import { Duplex } from "node:stream";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Builder, CacheRecord } from "@skiff/builder";
import { type Image, isEngineError, type Logger } from "@skiff/engine";
import { hostPlatform } from "@skiff/registry";
import type { Build, Builds, SolveRequest } from "./builds.ts";
import { type ExportDeps, exportersOf, exportResult, keepsImage } from "./export-result.ts";
import { connectGrpc } from "./grpc-client.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import type { CallContext, Methods } from "./grpc-server.ts";
import { timestamp } from "./progress.ts";
import { matcher, pruneCache } from "./prune-cache.ts";
import type { Sessions } from "./sessions.ts";

/** What the controller works with. */
export interface ControlDeps extends ExportDeps {
  readonly builder: Pick<Builder, "cachedDigests" | "kept">;
  readonly builds: Builds<Image>;
  readonly sessions: Sessions;
  /** Builds for a client that names the frontend in its request, rather than calling it by itself. */
  readonly solveFrontend: (
    build: Build<Image>,
    frontend: string,
    attrs: SolveRequest["frontendAttrs"],
  ) => Promise<Image>;
  readonly version: string;
  readonly now: () => number;
  readonly log: Logger;
}

interface PruneRequest {
  readonly filter: readonly string[];
  /** Nanoseconds. */
  readonly keepDuration: number;
  /** Bytes, as is the next. */
  readonly reservedSpace: number;
  readonly maxUsedSpace: number;
}

/** The controller's methods. */
export function controlMethods(deps: ControlDeps): Methods {
  const { builds, sessions, version } = deps;
  const buildkitVersion = { package: "skiff", version, revision: "" };
  const path = (name: string) => `/moby.buildkit.v1.Control/${name}`;
  return {
    [path("Info")]: {
      ...{ request: "Empty", response: "InfoResponse" },
      answer: async () => ({ buildkitVersion }),
    },
    [path("ListWorkers")]: {
      ...{ request: "Empty", response: "ListWorkersResponse" },
      answer: async () => ({ record: [worker(buildkitVersion)] }),
    },
    [path("Solve")]: {
      ...{ request: "SolveRequest", response: "SolveResponse" },
      answer: (request: SolveRequest, context) => solve(deps, request, context),
    },
    [path("Status")]: {
      ...{ request: "StatusRequest", response: "StatusResponse" },
      async *stream({ ref }: { ref: string }, { signal }: CallContext) {
        const build = await builds.get(ref, signal);
        yield* build.progress.follow(signal);
      },
    },
    [path("Session")]: {
      ...{ request: "BytesMessage", response: "BytesMessage" },
      async converse(call, { metadata, allMetadata }) {
        const connection = connectGrpc(tunnel(call));
        const id = metadata("x-docker-expose-session-uuid") ?? "";
        const sharedKey = metadata("x-docker-expose-session-sharedkey") ?? "";
        // Several values arrive as one.
        const methods = allMetadata("x-docker-expose-session-grpc-method").flatMap((text) => text.split(/,\s*/));
        sessions.add({ id, sharedKey, connection }, methods);
        await connection.closed;
      },
    },
    [path("DiskUsage")]: {
      ...{ request: "DiskUsageRequest", response: "DiskUsageResponse" },
      async answer({ filter }: { filter: readonly string[] }) {
        const matches = readFilters(filter);
        const records = await deps.builder.kept.list();
        return { record: records.filter(matches).map(usageRecord) };
      },
    },
    [path("Prune")]: {
      ...{ request: "PruneRequest", response: "UsageRecord" },
      async *stream({ filter, keepDuration, reservedSpace, maxUsedSpace }: PruneRequest) {
        readFilters(filter);
        const options = {
          filter,
          keepMilliseconds: keepDuration / 1e6,
          keepBytes: Math.max(reservedSpace, maxUsedSpace),
        };
        yield* (await pruneCache(deps, options, deps.now())).map(usageRecord);
      },
    },
    // Nothing is remembered of builds that are over.
    [path("ListenBuildHistory")]: {
      ...{ request: "Empty", response: "Empty" },
      async *stream() {},
    },
  };
}

function readFilters(filter: readonly string[]): ReturnType<typeof matcher> {
  try {
    return matcher(filter);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GrpcError(grpcCode.invalidArgument, error.message, { cause: error });
  }
}

function usageRecord({ id, type, bytes, created, used, inUse }: CacheRecord): object {
  return {
    ...{ id, inUse, size: bytes, recordType: type, mutable: type === "exec.cachemount" },
    description: type === "regular" ? "result of a step" : "cached mount of RUN",
    createdAt: timestamp(created),
    lastUsedAt: timestamp(used),
    usageCount: 1,
  };
}

/** The one worker: this machine. The label says that images are kept as manifests and layers: archives and caches can be exported. */
function worker(buildkitVersion: object): object {
  const { os, architecture, variant = "" } = hostPlatform();
  return {
    id: "skiff",
    labels: {
      "org.mobyproject.buildkit.worker.executor": "containers",
      "org.mobyproject.buildkit.worker.snapshotter": "overlayfs",
    },
    platforms: [{ os, architecture, variant }],
    buildkitVersion,
  };
}

async function solve(deps: ControlDeps, request: SolveRequest, { signal }: CallContext): Promise<object> {
  const { builds, sessions } = deps;
  const build = builds.open(request);
  const cancel = () => build.abort.abort(signal.reason);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const exporters = exportersOf(request);
    const before = keepsImage(exporters) ? undefined : await imageIds(deps);
    const image = await resultOf(deps, build, signal);
    if (image === undefined) return { exporterResponse: {} };
    const session = await sessions.get(request.session, signal);
    // Until then another build of this client may need it.
    if (before?.has(image.id) === false) void session.connection.closed.then(() => forget(deps, image));
    const input = { session, progress: build.progress, signal: build.abort.signal };
    return { exporterResponse: await exportResult(deps, image, exporters, input) };
  } catch (error) {
    build.progress.end(error instanceof GrpcError ? error.message : String(error));
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
    builds.close(build);
  }
}

async function imageIds({ engine }: ControlDeps): Promise<ReadonlySet<string>> {
  return new Set((await engine.images.list()).map(({ id }) => id));
}

/** Removes an image that was only a build's way to something else, unless it has got a name or a container meanwhile. */
async function forget({ engine: { images }, builder, log }: ControlDeps, { id }: Image): Promise<void> {
  try {
    const image = await images.get(id);
    if (image?.names.length === 0) await images.remove(id, { keep: await builder.cachedDigests() });
  } catch (error) {
    if (!isEngineError(error, "conflict"))
      log.warn("Cannot remove an image that was only exported", { error: String(error) });
  }
}

async function resultOf(deps: ControlDeps, build: Build<Image>, signal: AbortSignal): Promise<Image | undefined> {
  const { frontend, frontendAttrs } = build.request;
  if (frontend !== "") return deps.solveFrontend(build, frontend, frontendAttrs);
  const gone = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const ref = await Promise.race([build.returned.promise, gone]);
  if (ref === undefined) return undefined;
  const image = build.results.get(ref);
  if (image === undefined) throw new GrpcError(grpcCode.invalidArgument, `no such ref: ${ref}`);
  return image;
}

type Bytes = { readonly data: Uint8Array };

/** A connection inside a call. */
function tunnel(call: ServerDuplexStream<object, object>): Duplex {
  const duplex = new Duplex({
    read: () => call.resume(),
    write: (chunk: Buffer, _, done) => {
      if (call.write({ data: chunk })) done();
      else call.once("drain", () => done());
    },
    final: (done) => {
      call.end();
      done();
    },
    destroy: (error, done) => {
      call.end();
      done(error);
    },
  });
  call.on("data", ({ data }: Bytes) => {
    if (!duplex.push(Buffer.from(data))) call.pause();
  });
  call.on("end", () => duplex.push(null));
  call.on("cancelled", () => duplex.destroy());
  return duplex;
}

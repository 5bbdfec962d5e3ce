/** BuildKit's protocol over the engine and the builder: what `docker build` of an ordinary installation speaks. */
import type { Duplex } from "node:stream";
import type { Builder } from "@skiff/builder";
import type { Engine, Image, Logger } from "@skiff/engine";
import { bridgeMethods, type GatewayInputs } from "./bridge.ts";
import { type Build, createBuilds } from "./builds.ts";
import { controlMethods } from "./control.ts";
import { exportersOf, namesOf } from "./export-result.ts";
import { connectGrpc } from "./grpc-client.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { createGrpcServer } from "./grpc-server.ts";
import { createSessions } from "./sessions.ts";
import { solveDockerfile } from "./solve-dockerfile.ts";

/** What it is made with. */
export interface BuildKitOptions {
  readonly engine: Pick<Engine, "images" | "snapshots">;
  readonly builder: Builder;
  /** Directory for what clients send. */
  readonly scratch: string;
  readonly now: () => number;
  readonly version: string;
  readonly log: Logger;
}

/** Who a session says it is. */
export interface SessionHello {
  readonly id: string;
  readonly sharedKey: string;
  /** The methods that the client serves. */
  readonly methods: readonly string[];
}

/** Serves connections, which must be unread. Disposing of it ends all calls. */
export interface BuildKit extends Disposable {
  acceptGrpc(connection: Duplex): void;
  acceptSession(connection: Duplex, hello: SessionHello): void;
}

/** Makes it. Nothing is remembered longer than clients are there. */
export function createBuildKit({ engine, builder, scratch, now, version, log }: BuildKitOptions): BuildKit {
  const sessions = createSessions();
  const builds = createBuilds<Image>({ now });

  async function solveFrontend(
    build: Build<Image>,
    frontend: string,
    attrs: Readonly<Record<string, string>>,
    gateway?: GatewayInputs,
  ): Promise<Image> {
    if (!isDockerfile(frontend, attrs)) throw new GrpcError(grpcCode.unknown, `frontend ${frontend} is not supported`);
    const { request, progress, abort } = build;
    const signal = gateway === undefined ? abort.signal : AbortSignal.any([abort.signal, gateway.signal]);
    const cacheFrom = gateway?.cacheFrom ?? [];
    const session = await sessions.get(request.session, signal);
    return solveDockerfile(
      { builder, scratch, images: engine.images },
      {
        ...{ session, progress, attrs, signal },
        tags: namesOf(exportersOf(request)),
        results: gateway?.results ?? new Map(),
        cacheFrom: cacheFrom.length > 0 ? cacheFrom : (request.cache?.imports ?? []),
        cacheTo: request.cache?.exports ?? [],
      },
    );
  }

  const server = createGrpcServer({
    ...controlMethods({ engine, builder, builds, sessions, version, now, log, solveFrontend }),
    ...bridgeMethods({ builds, solveFrontend }),
  });
  return {
    acceptGrpc: (connection) => server.accept(connection),
    acceptSession(connection, { id, sharedKey, methods }) {
      sessions.add({ id, sharedKey, connection: connectGrpc(connection) }, methods);
    },
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}

/** Whether it is the frontend that there is. A `# syntax` line asks for the same one by the name of an image. */
function isDockerfile(frontend: string, { source = "" }: Readonly<Record<string, string>>): boolean {
  return (
    frontend === "dockerfile.v0" ||
    (frontend === "gateway.v0" && /(^|\/)docker\/dockerfile(-upstream)?(:|@|$)/.test(source))
  );
}

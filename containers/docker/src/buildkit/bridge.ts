/** moby.buildkit.v1.frontend.LLBBridge: a client that drives its build itself, as `docker buildx` does. */
import type { Image } from "@skiff/engine";
import type { Build, Builds, CacheEntry } from "./builds.ts";
import { type ErrorDetail, GrpcError, grpcCode } from "./grpc-error.ts";
import type { CallContext, Method, Methods } from "./grpc-server.ts";
import { type Definition, definitionOf, imageOf } from "./result-definition.ts";

/** What the bridge works with. */
export interface BridgeDeps {
  readonly builds: Builds<Image>;
  readonly solveFrontend: (
    build: Build<Image>,
    frontend: string,
    attrs: Readonly<Record<string, string>>,
    gateway: GatewayInputs,
  ) => Promise<Image>;
}

/** What a client that drives its build itself may add to the attributes. */
export interface GatewayInputs {
  readonly cacheFrom: readonly CacheEntry[];
  /** Images, by their ids, that other builds came to: by the name that attributes call them. */
  readonly results: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** What clients ask for before they use it. */
const CAPABILITIES = [
  "solve.base",
  "solve.inlinereturn",
  "resolveimage",
  "readfile",
  "return",
  "returnmap",
  "importcaches",
  "proto.refarray",
  "reference.output",
  "frontend.inputs",
  "gateway.evaluate",
];

interface GatewaySolveRequest {
  readonly definition?: { readonly def: readonly Uint8Array[] };
  readonly frontend: string;
  readonly frontendOpt: Readonly<Record<string, string>>;
  readonly cacheImports: readonly CacheEntry[];
  readonly frontendInputs: readonly { readonly key: string; readonly value?: Definition }[];
}

interface ReturnRequest {
  readonly result?: { readonly ref?: { readonly id: string } };
  readonly error?: { readonly code: number; readonly message: string; readonly details: readonly ErrorDetail[] };
}

/** The bridge's methods. */
export function bridgeMethods({ builds, solveFrontend }: BridgeDeps): Methods {
  const path = (name: string) => `/moby.buildkit.v1.frontend.LLBBridge/${name}`;
  const buildOf = ({ metadata, signal }: CallContext) =>
    builds.get(metadata("buildkit-controlapi-buildid") ?? "", signal);
  const nothing: Method = { request: "Empty", response: "Empty", answer: async () => ({}) };
  return {
    [path("Ping")]: {
      ...{ request: "Empty", response: "PongResponse" },
      async answer(_: object, context) {
        await buildOf(context);
        return { frontendApiCaps: CAPABILITIES.map((id) => ({ id, enabled: true })) };
      },
    },
    [path("Solve")]: {
      ...{ request: "GatewaySolveRequest", response: "GatewaySolveResponse" },
      async answer(request: GatewaySolveRequest, context) {
        const build = await buildOf(context);
        try {
          const ref = `${build.request.ref}-${build.results.size}`;
          const { frontend, frontendOpt } = request;
          const inputs = { cacheFrom: request.cacheImports, results: resultsIn(request), signal: context.signal };
          const image = await solveFrontend(build, frontend, frontendOpt, inputs);
          build.results.set(ref, image);
          const config = Buffer.from(JSON.stringify(image.config));
          const def = definitionOf(image.id);
          return { result: { ref: { id: ref, def }, metadata: [{ key: "containerimage.config", value: config }] } };
        } catch (error) {
          build.failure = error;
          throw error;
        }
      },
    },
    [path("Return")]: {
      ...{ request: "ReturnRequest", response: "Empty" },
      async answer({ result, error }: ReturnRequest, context) {
        const build = await buildOf(context);
        if (error === undefined) {
          const id = result?.ref?.id ?? "";
          build.returned.resolve(id === "" ? undefined : id);
        } else {
          const { code, message, details } = error;
          build.returned.reject(build.failure ?? new GrpcError(code, message, { details }));
        }
        return {};
      },
    },
    [path("Evaluate")]: nothing,
    [path("Warn")]: nothing,
  };
}

function resultsIn({ definition, frontendInputs }: GatewaySolveRequest): Map<string, string> {
  const refuse = (what: string) => new GrpcError(grpcCode.unknown, `${what}: only Dockerfiles can be built`);
  if ((definition?.def ?? []).length > 0) throw refuse("build definitions (LLB) are not supported");
  return new Map(
    frontendInputs.map(({ key, value = { def: [], metadata: [] } }): [string, string] => {
      const image = imageOf(value);
      if (image === undefined) throw refuse(`input ${key} is a build definition (LLB)`);
      return [key, image];
    }),
  );
}

/** What becomes of a built image: names in the image store, a file or a directory of the client's, a push. */
import { randomUUID } from "node:crypto";
import type { Engine, Image } from "@skiff/engine";
import { formatReference, parseReference } from "@skiff/registry";
import type { ExporterRequest, SolveRequest } from "./builds.ts";
import { GrpcError, grpcCode } from "./grpc-error.ts";
import { packTree } from "./pack-tree.ts";
import type { Progress, Vertex } from "./progress.ts";
import { sendDirectory, sendFile } from "./session-files.ts";
import { sessionAuth } from "./session-lookups.ts";
import type { Session } from "./sessions.ts";

/** What exporting takes. */
export interface ExportDeps {
  readonly engine: Pick<Engine, "images" | "snapshots">;
}

/** Where to. */
export interface ExportInput {
  readonly session: Session;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

type Response = Readonly<Record<string, string>>;

/** The exporters of a request, in either of the two places that clients name them in. */
export function exportersOf({ exporters, exporter, exporterAttrs }: SolveRequest): readonly ExporterRequest[] {
  if (exporters.length > 0) return exporters;
  return exporter === "" ? [] : [{ type: exporter, attrs: exporterAttrs }];
}

/** The names that exporters give the image in the image store. */
export function namesOf(exporters: readonly ExporterRequest[]): string[] {
  return exporters.filter(isStored).flatMap(exporterNames);
}

/** Whether the image is to stay in the image store. */
export function keepsImage(exporters: readonly ExporterRequest[]): boolean {
  return exporters.some(isStored);
}

function isStored({ type }: ExporterRequest): boolean {
  return type === "moby" || type === "image";
}

function exporterNames({ attrs }: ExporterRequest): string[] {
  return (attrs.name ?? "").split(",").filter((name) => name !== "");
}

/** Carries out the exporters, one after the other, and gives what clients are told of the result. */
export async function exportResult(
  deps: ExportDeps,
  image: Image,
  exporters: readonly ExporterRequest[],
  input: ExportInput,
): Promise<Response> {
  let response: Response = {};
  for (const [index, exporter] of exporters.entries()) {
    const vertex = input.progress.vertex(TITLES[exporter.type] ?? `exporting to ${exporter.type}`);
    try {
      response = { ...response, ...(await exportOne(deps, image, { exporter, index, vertex }, input)) };
      vertex.end();
    } catch (error) {
      vertex.end({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
  return response;
}

const TITLES: Readonly<Record<string, string>> = {
  moby: "exporting to image",
  image: "exporting to image",
  docker: "exporting to docker image format",
  oci: "exporting to oci image format",
  local: "exporting to client directory",
  tar: "exporting to client tarball",
};

interface One {
  readonly exporter: ExporterRequest;
  readonly index: number;
  readonly vertex: Vertex;
}

async function exportOne(deps: ExportDeps, image: Image, one: One, input: ExportInput): Promise<Response> {
  const { exporter, index, vertex } = one;
  const { session, signal } = input;
  const { images } = deps.engine;
  switch (exporter.type) {
    case "moby":
    case "image": {
      await deps.engine.snapshots.unpack(image, undefined, signal);
      vertex.status("exporting layers", { isDone: true });
      vertex.status(`writing image ${image.id}`, { isDone: true });
      for (const name of exporterNames(exporter))
        vertex.status(`naming to ${formatReference(parseReference(name))}`, { isDone: true });
      if (exporter.attrs.push === "true") await push(deps, exporter, vertex, input);
      return described(image, exporterNames(exporter));
    }
    case "docker":
    case "oci": {
      const names = exporterNames(exporter).map((name) => formatReference(parseReference(name)));
      await sendFile(session, index, await images.exportArchive([{ image, names }]), signal);
      vertex.status("sending tarball", { isDone: true });
      return described(image, exporterNames(exporter));
    }
    case "local":
    case "tar":
      await withFiles(deps, image, async (root) =>
        exporter.type === "local"
          ? sendDirectory(session, index, root, signal)
          : sendFile(session, index, packTree(root), signal),
      );
      vertex.status(exporter.type === "local" ? "copying files" : "sending tarball", { isDone: true });
      return {};
    default:
      throw new GrpcError(grpcCode.notFound, `exporter ${JSON.stringify(exporter.type)} could not be found`);
  }
}

async function push(
  { engine }: ExportDeps,
  exporter: ExporterRequest,
  vertex: Vertex,
  input: ExportInput,
): Promise<void> {
  const auth = sessionAuth(input.session, input.signal);
  for (const name of exporterNames(exporter)) {
    await engine.images.push(name, { auth: await auth(name), signal: input.signal });
    vertex.status(`pushing ${formatReference(parseReference(name))}`, { isDone: true });
  }
}

function described(image: Image, names: readonly string[]): Response {
  const descriptor = Buffer.from(JSON.stringify(image.manifest)).toString("base64");
  return {
    "containerimage.digest": image.manifest.digest,
    "containerimage.config.digest": image.id,
    "containerimage.descriptor": descriptor,
    ...(names.length === 0
      ? {}
      : { "image.name": names.map((name) => formatReference(parseReference(name))).join(",") }),
  };
}

async function withFiles(
  { engine: { snapshots } }: ExportDeps,
  image: Image,
  act: (root: string) => Promise<void>,
): Promise<void> {
  const key = `build-${randomUUID()}`;
  await snapshots.prepare(key, await snapshots.unpack(image), { untilReboot: true });
  try {
    await act(await snapshots.mount(key));
  } finally {
    await snapshots.remove(key);
  }
}

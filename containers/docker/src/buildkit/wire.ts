/**
 * The messages of BuildKit's protocol that are read or written here (moby.buildkit.v1, fsutil.types, google.rpc), and their codec. Fields
 * that nothing here looks at are left out: decoding skips them. Maps whose values are not texts are told as lists of a key and a value.
 */
import { type Codec, createCodec, type FieldEntry } from "@skiff/engine/protobuf";

const messages = {
  Empty: {},

  // The controller: moby.buildkit.v1.Control.
  SolveRequest: {
    ref: [1, "string"],
    exporter: [3, "string"],
    exporterAttrs: [4, "string", "map"],
    session: [5, "string"],
    frontend: [6, "string"],
    frontendAttrs: [7, "string", "map"],
    cache: [8, "CacheOptions"],
    exporters: [13, "Exporter", "repeated"],
  },
  CacheOptions: {
    exports: [4, "CacheOptionsEntry", "repeated"],
    imports: [5, "CacheOptionsEntry", "repeated"],
  },
  CacheOptionsEntry: { type: [1, "string"], attrs: [2, "string", "map"] },
  Exporter: { type: [1, "string"], attrs: [2, "string", "map"] },
  SolveResponse: { exporterResponse: [1, "string", "map"] },
  StatusRequest: { ref: [1, "string"] },
  StatusResponse: {
    vertexes: [1, "Vertex", "repeated"],
    statuses: [2, "VertexStatus", "repeated"],
    logs: [3, "VertexLog", "repeated"],
    warnings: [4, "VertexWarning", "repeated"],
  },
  Timestamp: { seconds: [1, "int64"], nanos: [2, "int32"] },
  Vertex: {
    digest: [1, "string"],
    name: [3, "string"],
    cached: [4, "bool"],
    started: [5, "Timestamp"],
    completed: [6, "Timestamp"],
    error: [7, "string"],
  },
  VertexStatus: {
    id: [1, "string"],
    vertex: [2, "string"],
    name: [3, "string"],
    current: [4, "int64"],
    total: [5, "int64"],
    timestamp: [6, "Timestamp"],
    started: [7, "Timestamp"],
    completed: [8, "Timestamp"],
  },
  VertexLog: {
    vertex: [1, "string"],
    timestamp: [2, "Timestamp"],
    stream: [3, "int64"],
    msg: [4, "bytes"],
  },
  VertexWarning: { vertex: [1, "string"], level: [2, "int64"], short: [3, "bytes"] },
  BytesMessage: { data: [1, "bytes"] },
  ListWorkersResponse: { record: [1, "WorkerRecord", "repeated"] },
  WorkerRecord: {
    id: [1, "string"],
    labels: [2, "string", "map"],
    platforms: [3, "Platform", "repeated"],
    gcPolicy: [4, "GCPolicy", "repeated"],
    buildkitVersion: [5, "BuildkitVersion"],
  },
  GCPolicy: { all: [1, "bool"] },
  Platform: { architecture: [1, "string"], os: [2, "string"], variant: [3, "string"] },
  BuildkitVersion: { package: [1, "string"], version: [2, "string"], revision: [3, "string"] },
  InfoResponse: { buildkitVersion: [1, "BuildkitVersion"] },
  DiskUsageRequest: { filter: [1, "string", "repeated"] },
  DiskUsageResponse: { record: [1, "UsageRecord", "repeated"] },
  PruneRequest: {
    filter: [1, "string", "repeated"],
    all: [2, "bool"],
    keepDuration: [3, "int64"],
    reservedSpace: [4, "int64"],
    maxUsedSpace: [5, "int64"],
  },
  UsageRecord: {
    id: [1, "string"],
    mutable: [2, "bool"],
    inUse: [3, "bool"],
    size: [4, "int64"],
    createdAt: [6, "Timestamp"],
    lastUsedAt: [7, "Timestamp"],
    usageCount: [8, "int64"],
    description: [9, "string"],
    recordType: [10, "string"],
    shared: [11, "bool"],
  },

  // The gateway: moby.buildkit.v1.frontend.LLBBridge.
  PongResponse: { frontendApiCaps: [1, "APICap", "repeated"], llbCaps: [2, "APICap", "repeated"] },
  APICap: { id: [1, "string"], enabled: [2, "bool"] },
  GatewaySolveRequest: {
    definition: [1, "Definition"],
    frontend: [2, "string"],
    frontendOpt: [3, "string", "map"],
    cacheImports: [12, "CacheOptionsEntry", "repeated"],
    frontendInputs: [13, "FrontendInput", "repeated"],
  },
  FrontendInput: { key: [1, "string"], value: [2, "Definition"] },
  Op: { inputs: [1, "Input", "repeated"], source: [3, "SourceOp"] },
  Input: { digest: [1, "string"], index: [2, "int64"] },
  SourceOp: { identifier: [1, "string"] },
  Definition: { def: [1, "bytes", "repeated"], metadata: [2, "OpMetadataEntry", "repeated"] },
  OpMetadataEntry: { key: [1, "string"], value: [2, "Empty"] },
  GatewaySolveResponse: { result: [3, "Result"] },
  Result: { ref: [3, "Ref"], metadata: [10, "MetadataEntry", "repeated"] },
  MetadataEntry: { key: [1, "string"], value: [2, "bytes"] },
  Ref: { id: [1, "string"], def: [2, "Definition"] },
  ReturnRequest: { result: [1, "Result"], error: [2, "RpcStatus"] },
  ResolveImageConfigRequest: { ref: [1, "string"], resolveMode: [3, "string"] },
  ResolveImageConfigResponse: { digest: [1, "string"], config: [2, "bytes"], ref: [3, "string"] },
  FileRequest: { ref: [1, "string"], path: [2, "string"] },

  // What clients offer in their sessions.
  Packet: { type: [1, "uint32"], stat: [2, "Stat"], id: [3, "uint32"], data: [4, "bytes"] },
  Stat: {
    path: [1, "string"],
    mode: [2, "uint32"],
    uid: [3, "uint32"],
    gid: [4, "uint32"],
    size: [5, "int64"],
    modTime: [6, "int64"],
    linkname: [7, "string"],
    devmajor: [8, "int64"],
    devminor: [9, "int64"],
  },
  CredentialsRequest: { host: [1, "string"] },
  CredentialsResponse: { username: [1, "string"], secret: [2, "string"] },
  GetSecretRequest: { id: [1, "string"] },
  GetSecretResponse: { data: [1, "bytes"] },
  CheckAgentRequest: { id: [1, "string"] },

  // How failures are told.
  RpcStatus: { code: [1, "int32"], message: [2, "string"], details: [3, "Any", "repeated"] },
  Any: { typeUrl: [1, "string"], value: [2, "bytes"] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldEntry>>>>;

/** Names a message. */
export type MessageName = keyof typeof messages;

/** Reads and writes BuildKit's messages. What is missing in one that is read has protobuf's zero value. */
export const codec: Codec = createCodec({
  messages: Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, { whole: true, fields }])),
  enums: {},
});

/** Discovery and OpenAPI of the servers behind APIServices, as they last gave them. */
import { isDeepStrictEqual } from "node:util";
import { groupVersionOf, type RemoteApiService } from "./api-services.ts";
import type { Backends } from "./backend.ts";
import { fetchDocument } from "./fetch-document.ts";

/** One row of an APIResourceList. */
export interface ResourceRow {
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced?: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** What one server says of its group version. */
export interface RemoteDocument {
  readonly resources: readonly ResourceRow[];
  /** Its entries in the index of OpenAPI v3, by path without the first slash. */
  readonly openApiV3: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
  readonly openApiV2: OpenApiV2 | undefined;
}

/** As much of a Swagger document as is merged. */
export interface OpenApiV2 {
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly definitions?: Readonly<Record<string, unknown>>;
}

/** The documents, by `group/version`. */
export interface RemoteDocuments {
  of(groupVersion: string): RemoteDocument | undefined;
  /** Counts the changes. */
  readonly generation: number;
  /** Fetches them anew. Rejects when the group version is not served there; a server without OpenAPI is none the less one. */
  refresh(service: RemoteApiService): Promise<void>;
  /** Forgets the documents of all other services. */
  keepOnly(services: Iterable<RemoteApiService>): void;
}

/** No documents, to begin with. */
export function createRemoteDocuments(backends: Backends): RemoteDocuments {
  const documents = new Map<string, RemoteDocument>();
  let generation = 0;
  return {
    of: (groupVersion) => documents.get(groupVersion),
    get generation() {
      return generation;
    },
    async refresh(service) {
      const key = groupVersionOf(service);
      const root = service.spec.group ? `apis/${key}` : `api/${service.spec.version}`;
      const optional = (path: string) => fetchDocument(backends, service, path).catch(() => undefined);
      const list = (await fetchDocument(backends, service, `/${root}`)) as { resources?: ResourceRow[] };
      const [v3, v2] = await Promise.all([optional("/openapi/v3"), optional("/openapi/v2")]);
      const { paths = {} } = (v3 ?? {}) as { paths?: RemoteDocument["openApiV3"] };
      const entry = paths[root];
      const next: RemoteDocument = {
        resources: list.resources ?? [],
        openApiV3: entry ? { [root]: entry } : {},
        openApiV2: v2 as OpenApiV2 | undefined,
      };
      if (isDeepStrictEqual(next, documents.get(key))) return;
      documents.set(key, next);
      generation++;
    },
    keepOnly(services) {
      const wanted = new Set(Array.from(services, groupVersionOf));
      for (const key of documents.keys()) {
        if (wanted.has(key)) continue;
        documents.delete(key);
        generation++;
      }
    },
  };
}

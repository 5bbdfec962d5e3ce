/** What the registry server answers, in the order it is tried. */
import { getBlob } from "./blobs/get-blob.ts";
import type { Handler, HandlerDeps } from "./handler.ts";
import { getManifest } from "./manifests/get-manifest.ts";
import { listTags } from "./manifests/list-tags.ts";
import { putManifest } from "./manifests/put-manifest.ts";
import { beginUpload } from "./uploads/begin-upload.ts";
import { continueUpload } from "./uploads/continue-upload.ts";
import { finishUpload } from "./uploads/finish-upload.ts";

/** An operation: methods, path pattern with named groups, handler. */
export interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly handler: Handler;
}

/** All routes. */
export function routes(deps: HandlerDeps): readonly Route[] {
  return [
    { methods: ["GET", "HEAD"], path: /^\/v2\/$/, handler: async () => ({ status: 200 }) },
    {
      methods: ["GET", "HEAD"],
      path: /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/,
      handler: getManifest(deps),
    },
    { methods: ["PUT"], path: /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, handler: putManifest(deps) },
    { methods: ["GET"], path: /^\/v2\/(?<name>.+)\/tags\/list$/, handler: listTags(deps) },
    { methods: ["POST"], path: /^\/v2\/(?<name>.+)\/blobs\/uploads\/$/, handler: beginUpload(deps) },
    { methods: ["PATCH"], path: /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<id>[^/]+)$/, handler: continueUpload(deps) },
    { methods: ["PUT"], path: /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<id>[^/]+)$/, handler: finishUpload(deps) },
    { methods: ["GET", "HEAD"], path: /^\/v2\/(?<name>.+)\/blobs\/(?<digest>[^/]+)$/, handler: getBlob(deps) },
  ];
}

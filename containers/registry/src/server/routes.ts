/** What the registry server answers, in the order it is tried. */
import { deleteBlob } from "./blobs/delete-blob.ts";
import { getBlob } from "./blobs/get-blob.ts";
import type { Handler, HandlerDeps } from "./handler.ts";
import { jsonReply } from "./handler.ts";
import { deleteManifest } from "./manifests/delete-manifest.ts";
import { getManifest } from "./manifests/get-manifest.ts";
import { listReferrers } from "./manifests/list-referrers.ts";
import { listRepositories } from "./manifests/list-repositories.ts";
import { listTags } from "./manifests/list-tags.ts";
import { putManifest } from "./manifests/put-manifest.ts";
import { beginUpload } from "./uploads/begin-upload.ts";
import { cancelUpload } from "./uploads/cancel-upload.ts";
import { continueUpload } from "./uploads/continue-upload.ts";
import { finishUpload } from "./uploads/finish-upload.ts";
import { showUpload } from "./uploads/show-upload.ts";

/** An operation: methods, path pattern with named groups, handler. */
export interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly handler: Handler;
}

const MANIFEST = /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/;
const UPLOADS = /^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/;
const UPLOAD = /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<id>[^/]+)$/;
const BLOB = /^\/v2\/(?<name>.+)\/blobs\/(?<digest>[^/]+)$/;

/** All routes. */
export function routes(deps: HandlerDeps): readonly Route[] {
  return [
    { methods: ["GET", "HEAD"], path: /^\/v2\/?$/, handler: async () => jsonReply({}) },
    { methods: ["GET"], path: /^\/v2\/_catalog$/, handler: listRepositories(deps) },
    { methods: ["GET", "HEAD"], path: MANIFEST, handler: getManifest(deps) },
    { methods: ["PUT"], path: MANIFEST, handler: putManifest(deps) },
    { methods: ["DELETE"], path: MANIFEST, handler: deleteManifest(deps) },
    { methods: ["GET"], path: /^\/v2\/(?<name>.+)\/tags\/list$/, handler: listTags(deps) },
    { methods: ["GET"], path: /^\/v2\/(?<name>.+)\/referrers\/(?<digest>[^/]+)$/, handler: listReferrers(deps) },
    { methods: ["POST"], path: UPLOADS, handler: beginUpload(deps) },
    { methods: ["GET", "HEAD"], path: UPLOAD, handler: showUpload(deps) },
    { methods: ["PATCH"], path: UPLOAD, handler: continueUpload(deps) },
    { methods: ["PUT"], path: UPLOAD, handler: finishUpload(deps) },
    { methods: ["DELETE"], path: UPLOAD, handler: cancelUpload(deps) },
    { methods: ["GET", "HEAD"], path: BLOB, handler: getBlob(deps) },
    { methods: ["DELETE"], path: BLOB, handler: deleteBlob(deps) },
  ];
}

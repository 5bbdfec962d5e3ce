/** POST and PUT /v2/<name>/blobs/uploads/ (distribution-spec, "Pushing a blob monolithically"). */
import type { Descriptor } from "../descriptor.ts";
import { RegistryError } from "../errors.ts";
import { familiarReference, type Reference } from "../reference.ts";
import type { Http } from "./http.ts";
import type { BlobSource, FetchOptions } from "./registry-client.ts";

/** See RegistryClient.pushBlob. */
export async function pushBlob(
  http: Http,
  reference: Reference,
  descriptor: Descriptor,
  open: BlobSource,
  options: FetchOptions = {},
): Promise<boolean> {
  const common = { action: "pull,push", auth: options.auth, signal: options.signal } as const;
  const what = `upload of ${descriptor.digest} to ${familiarReference(reference)}`;
  const head = await http.request(reference, { ...common, method: "HEAD", path: `/blobs/${descriptor.digest}` });
  if (head.status === 200) return false;
  if (head.status !== 404) throw await http.failure(head, what);

  const started = await http.request(reference, {
    ...common,
    method: "POST",
    path: "/blobs/uploads/",
    headers: { "content-length": "0" },
  });
  if (started.status !== 202) throw await http.failure(started, what);
  await started.discard();
  const location = started.headers.get("location");
  if (location === null)
    throw new RegistryError("BLOB_UPLOAD_INVALID", `${what}: the registry named no upload location`);
  const target = new URL(location, started.url);
  target.searchParams.set("digest", descriptor.digest);

  const done = await http.request(reference, {
    ...common,
    method: "PUT",
    path: target.href,
    headers: { "content-type": "application/octet-stream", "content-length": String(descriptor.size) },
    body: () => ReadableStream.from(open()) as ReadableStream<Uint8Array>,
  });
  if (done.status !== 201) throw await http.failure(done, what);
  await done.discard();
  return true;
}

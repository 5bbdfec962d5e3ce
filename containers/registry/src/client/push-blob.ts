/** Blobs into a registry: mounted, in one request, or in chunks (distribution-spec, "Pushing blobs"). */
import type { Descriptor } from "../descriptor.ts";
import { isUnreachable, RegistryError } from "../errors.ts";
import { familiarReference, type Reference } from "../reference.ts";
import type { Answer } from "./answer.ts";
import type { Http, HttpRequest } from "./http.ts";
import type { BlobSource, PushBlobOptions, PushOutcome } from "./registry-client.ts";

/** Blobs up to this many bytes go in one request, larger ones in chunks of it. */
const CHUNK = 32 << 20;
/** How often a broken transfer is taken up again without having got any further in between. */
const MAX_STALLS = 3;

/** See RegistryClient.pushBlob. */
export async function pushBlob(
  http: Http,
  reference: Reference,
  descriptor: Descriptor,
  open: BlobSource,
  { auth, signal, mountFrom = [] }: PushBlobOptions = {},
): Promise<PushOutcome> {
  const { digest, size } = descriptor;
  const what = `upload of ${digest} to ${familiarReference(reference)}`;
  const ask = async (request: HttpRequest): Promise<Answer> =>
    http.request(reference, { action: "pull,push", auth, signal, ...request });
  const head = await ask({ method: "HEAD", path: `/blobs/${digest}` });
  await head.discard();
  if (head.status === 200) return "exists";
  if (head.status !== 404) throw await http.failure(head, what);

  let started: Answer | undefined;
  const empty = { "content-length": "0" };
  for (const from of mountFrom.filter((name) => name !== reference.repository)) {
    const path = `/blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const mounting = await ask({ method: "POST", path, headers: empty, alsoPull: [from] });
    await mounting.discard();
    if (mounting.status === 201) return "mounted";
    // What could not be mounted has begun an upload.
    if (mounting.status === 202) started = mounting;
    if (started) break;
  }
  started ??= await ask({ method: "POST", path: "/blobs/uploads/", headers: empty });
  if (started.status !== 202) throw await http.failure(started, what);
  await started.discard();
  const location =
    size > CHUNK
      ? await sendChunks(http, ask, locationOf(started, what), descriptor, open, what)
      : locationOf(started, what);
  location.searchParams.set("digest", digest);
  const done = await ask({
    method: "PUT",
    path: location.href,
    headers: { "content-type": "application/octet-stream", "content-length": String(size > CHUNK ? 0 : size) },
    ...(size > CHUNK ? {} : { body: open }),
  });
  if (done.status !== 201) throw await http.failure(done, what);
  await done.discard();
  return "sent";
}

/** Sends everything in chunks; gives where the upload ends. */
async function sendChunks(
  http: Http,
  ask: (request: HttpRequest) => Promise<Answer>,
  start: URL,
  { size }: Descriptor,
  open: BlobSource,
  what: string,
): Promise<URL> {
  let location = start;
  let position = 0;
  let stalls = 0;
  while (position < size) {
    const end = Math.min(position + CHUNK, size);
    const from = position;
    try {
      const sent = await ask({
        method: "PATCH",
        path: location.href,
        headers: {
          "content-type": "application/octet-stream",
          "content-length": String(end - from),
          "content-range": `${from}-${end - 1}`,
        },
        body: () => part(open(), from, end),
      });
      if (sent.status !== 202 && sent.status !== 416) throw await http.failure(sent, what);
      await sent.discard();
      location = locationOf(sent, what);
      position = sent.status === 202 ? end : standOf(sent, what);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (++stalls > MAX_STALLS) throw error;
      const stand = await ask({ method: "GET", path: location.href });
      if (stand.status !== 204) throw await http.failure(stand, what);
      await stand.discard();
      position = standOf(stand, what);
    }
    if (position > from) stalls = 0;
    else if (++stalls > MAX_STALLS) throw new RegistryError("UNREACHABLE", `${what}: the registry takes no more`);
  }
  return location;
}

function standOf(answer: Answer, what: string): number {
  const end = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.headers.get("range") ?? "")?.[1];
  if (end === undefined)
    throw new RegistryError("BLOB_UPLOAD_INVALID", `${what}: the registry does not say where it stands`);
  // Registries write "0-0" for nothing as well as for one byte; sending that byte again is refused, and told apart by it.
  return end === "0" ? 0 : Number(end) + 1;
}

function locationOf(answer: Answer, what: string): URL {
  const location = answer.headers.get("location");
  if (location === null)
    throw new RegistryError("BLOB_UPLOAD_INVALID", `${what}: the registry named no upload location`);
  return new URL(location, answer.url);
}

async function* part(source: AsyncIterable<Uint8Array>, start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of source) {
    const wanted = chunk.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
    at += chunk.byteLength;
    if (wanted.byteLength > 0) yield wanted;
    if (at >= end) return;
  }
}

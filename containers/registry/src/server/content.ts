/** Where a registry server keeps what it serves: blobs by digest, tags and memberships per repository, in a directory. */
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Descriptor } from "../descriptor.ts";
import { namesIn, readText, statOf, UNFINISHED, writeWhole } from "./durable.ts";
import { openUploads, type Uploads } from "./uploads.ts";

/** A manifest that describes another one, as the referrers list shows it. */
export type Referrer = Descriptor & { readonly artifactType?: string | undefined };

/**
 * Content of all repositories. Names and digests given to it were checked by the caller, since they become paths. A blob is
 * stored once, whichever repositories it is a member of; what was answered as stored survives the process and the machine's power.
 */
export interface RegistryContent {
  readonly uploads: Uploads;
  /** Size of a blob that is a member of the repository. Asking spares it from garbage collection for a while. */
  blobSize(repository: string, digest: string): Promise<number | undefined>;
  readBlob(digest: string, range?: { start: number; end: number }): Readable;
  /** Makes an upload a blob of the repository. Throws DIGEST_INVALID, and forgets the upload, where it is something else. */
  finishUpload(id: string, repository: string, digest: string): Promise<void>;
  /** Makes a blob that another repository has a member of this one. */
  linkBlob(repository: string, digest: string): Promise<void>;
  unlinkBlob(repository: string, digest: string): Promise<void>;
  /** Stores a manifest; `subject` is the digest of what it describes. */
  putManifest(
    repository: string,
    digest: string,
    bytes: Uint8Array,
    mediaType: string,
    subject?: { readonly digest: string; readonly referrer: Referrer },
  ): Promise<void>;
  manifest(repository: string, digest: string): Promise<{ bytes: Buffer; mediaType: string } | undefined>;
  /** Takes a manifest away with the tags that name it. */
  deleteManifest(repository: string, digest: string): Promise<void>;
  /** What describes the manifest or blob with this digest. */
  referrers(repository: string, digest: string): Promise<Referrer[]>;
  setTag(repository: string, tag: string, digest: string): Promise<void>;
  deleteTag(repository: string, tag: string): Promise<void>;
  resolveTag(repository: string, tag: string): Promise<string | undefined>;
  /** Undefined where the repository does not exist. In byte order. */
  tags(repository: string): Promise<string[] | undefined>;
  /** All repositories, in byte order. */
  repositories(): Promise<string[]>;
  /** The digests of a repository's manifests, or of its member blobs, each with when it was last pushed or asked for. */
  members(repository: string, kind: "manifests" | "blobs"): Promise<{ digest: string; since: number }[]>;
  /** Every stored blob, manifests among them. */
  stored(): Promise<{ digest: string; size: number; since: number }[]>;
  dropBlob(digest: string): Promise<void>;
  /** Runs `work` while no other such work, and so no garbage collection, runs. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Opens the content kept in `root`, making it where it is not there. `maxBlob` bounds one upload, in bytes. */
export async function openContent(root: string, { maxBlob = 64 * 2 ** 30 } = {}): Promise<RegistryContent> {
  const blobs = join(root, "blobs");
  const repositoriesRoot = join(root, "repositories");
  await mkdir(blobs, { recursive: true });
  await mkdir(repositoriesRoot, { recursive: true });
  for (const name of await readdir(blobs)) if (name.endsWith(UNFINISHED)) await rm(join(blobs, name));
  const uploads = await openUploads(join(root, "uploads"), maxBlob);
  let turn: Promise<unknown> = Promise.resolve();

  const blobPath = (digest: string) => join(blobs, hexOf(digest));
  const linkPath = (repository: string, kind: "blobs" | "manifests" | "tags" | "referrers", name = "") =>
    join(repositoriesRoot, repository, `_${kind}`, name.replace(":", "-"));

  const tags = (repository: string) => namesIn(linkPath(repository, "tags"));
  const resolveTag = (repository: string, tag: string) => readText(linkPath(repository, "tags", tag));

  async function manifest(repository: string, digest: string) {
    const mediaType = await readText(linkPath(repository, "manifests", digest));
    return mediaType === undefined ? undefined : { mediaType, bytes: await readFile(blobPath(digest)) };
  }

  return {
    uploads,
    async blobSize(repository, digest) {
      const link = linkPath(repository, "blobs", digest);
      if ((await statOf(link)) === undefined) return undefined;
      const found = await statOf(blobPath(digest));
      if (found === undefined) return undefined;
      const now = new Date();
      await Promise.all([utimes(link, now, now), utimes(blobPath(digest), now, now)]);
      return found.size;
    },
    readBlob: (digest, range) => createReadStream(blobPath(digest), { ...range, highWaterMark: 1 << 18 }),
    async finishUpload(id, repository, digest) {
      await uploads.finish(id, digest, blobPath(digest));
      await writeWhole(linkPath(repository, "blobs", digest), digest);
    },
    linkBlob: (repository, digest) => writeWhole(linkPath(repository, "blobs", digest), digest),
    unlinkBlob: (repository, digest) => rm(linkPath(repository, "blobs", digest), { force: true }),
    async putManifest(repository, digest, bytes, mediaType, subject) {
      await writeWhole(blobPath(digest), bytes);
      if (subject !== undefined) {
        const path = join(linkPath(repository, "referrers", subject.digest), digest.replace(":", "-"));
        await writeWhole(path, JSON.stringify(subject.referrer));
      }
      await writeWhole(linkPath(repository, "manifests", digest), mediaType);
    },
    manifest,
    async deleteManifest(repository, digest) {
      const found = await manifest(repository, digest);
      await rm(linkPath(repository, "manifests", digest), { force: true });
      for (const tag of (await tags(repository)) ?? [])
        if ((await resolveTag(repository, tag)) === digest)
          await rm(linkPath(repository, "tags", tag), { force: true });
      const subject = found && (JSON.parse(found.bytes.toString("utf8")) as { subject?: Descriptor }).subject?.digest;
      if (subject !== undefined)
        await rm(join(linkPath(repository, "referrers", subject), digest.replace(":", "-")), { force: true });
    },
    async referrers(repository, digest) {
      const directory = linkPath(repository, "referrers", digest);
      const texts = await Promise.all(
        ((await namesIn(directory)) ?? []).map((name) => readText(join(directory, name))),
      );
      return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Referrer]));
    },
    setTag: (repository, tag, digest) => writeWhole(linkPath(repository, "tags", tag), digest),
    deleteTag: (repository, tag) => rm(linkPath(repository, "tags", tag), { force: true }),
    resolveTag,
    async tags(repository) {
      const found = await tags(repository);
      if (found !== undefined) return found;
      return (await namesIn(linkPath(repository, "manifests"))) && [];
    },
    repositories: async () => (await repositoriesBelow(repositoriesRoot, "")).sort(),
    async members(repository, kind) {
      const names = (await namesIn(linkPath(repository, kind))) ?? [];
      return Promise.all(
        names.map(async (name) => {
          const found = await statOf(join(linkPath(repository, kind), name));
          return { digest: name.replace("-", ":"), since: found?.mtimeMs ?? 0 };
        }),
      );
    },
    async stored() {
      const names = (await namesIn(blobs)) ?? [];
      return Promise.all(
        names.map(async (name) => {
          const found = await statOf(join(blobs, name));
          return { digest: `sha256:${name}`, size: found?.size ?? 0, since: found?.mtimeMs ?? 0 };
        }),
      );
    },
    dropBlob: (digest) => rm(blobPath(digest), { force: true }),
    alone(work) {
      const mine = turn.then(work, work);
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

function hexOf(digest: string): string {
  return digest.slice("sha256:".length);
}

// A repository's own directories begin with "_", which no component of a name does.
async function repositoriesBelow(root: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true });
  const found: string[] = [];
  if (entries.some(({ name }) => name === "_manifests")) found.push(prefix);
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith("_")) continue;
    found.push(...(await repositoriesBelow(root, join(prefix, entry.name))));
  }
  return found;
}

/** What a conversion has to read: the files behind configs and secrets. */
import { open } from "node:fs/promises";
import type { Project } from "@skiff/compose";

/** As much as one ConfigMap or Secret may hold. */
const MAX_BYTES = 1 << 20;

/** Contents by absolute path. Throws, naming it, for a file that is missing or larger than a mebibyte. */
export async function readSources({ services, configs, secrets }: Project): Promise<ReadonlyMap<string, Uint8Array>> {
  const used = Object.values(services).flatMap((service) => [
    ...(service.configs ?? []).map(({ source }) => ({ what: `config "${source}"`, file: configs[source]?.file })),
    ...(service.secrets ?? []).map(({ source }) => ({ what: `secret "${source}"`, file: secrets[source]?.file })),
  ]);
  const files = new Map(
    used.flatMap(({ what, file }): [string, string][] => (file === undefined ? [] : [[file, what]])),
  );
  const read = [...files].map(
    async ([file, what]): Promise<[string, Uint8Array]> => [file, await contentOf(file, what)],
  );
  return new Map(await Promise.all(read));
}

async function contentOf(file: string, what: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    return await handle.readFile();
  } catch (error) {
    throw new Error(`cannot read ${what} from ${file}: ${(error as Error).message}`, { cause: error });
  }
}

import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isMountpoint, mountFilesystem, unmount } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import { directoryUsage } from "../layers/directory-usage.ts";
import { KeyedMutex } from "../mutex.ts";
import { RecordStore } from "../record-store.ts";
import type { Volume, VolumeSpec, Volumes } from "../volumes.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/;
const OPTIONS = new Set(["type", "device", "o", "size"]);

/** What is stored of a volume. */
interface VolumeRecord extends Omit<Volume, "mountpoint" | "name"> {
  /** Its name. */
  readonly id: string;
}

export interface OpenVolumes extends Volumes {
  /** The directory to bind into a container, with what the options say mounted on it. */
  mount(name: string): Promise<string>;
}

/** Opens the volumes below `root`. `users` gives the ids of the containers that have a volume. */
export async function openVolumes(root: string, users: (name: string) => readonly string[]): Promise<OpenVolumes> {
  const records = await RecordStore.open<VolumeRecord>(root);
  const mutex = new KeyedMutex();
  const directoryOf = (name: string): string => join(records.directory(name), "_data");
  const view = ({ id, ...record }: VolumeRecord): Volume => ({ name: id, ...record, mountpoint: directoryOf(id) });
  const require = (name: string): VolumeRecord => {
    const found = records.get(name);
    if (!found) throw new EngineError("not-found", `get ${name}: no such volume`);
    return found;
  };

  const create = async (spec: VolumeSpec): Promise<Volume> => {
    const anonymous = spec.name === undefined || spec.name === "";
    const name = anonymous ? randomBytes(32).toString("hex") : (spec.name ?? "");
    const options = { ...spec.options };
    check(name, options);
    return mutex.run(name, async () => {
      const known = records.get(name);
      if (known) {
        if (Object.keys(options).length > 0 && !sameOptions(known.options, options))
          throw new EngineError("conflict", `volume ${name} already exists but has different options`);
        return view(known);
      }
      const record: VolumeRecord = { id: name, createdAt: Date.now(), labels: { ...spec.labels }, options, anonymous };
      await mkdir(directoryOf(name), { recursive: true, mode: 0o755 });
      await records.save(record);
      return view(record);
    });
  };

  return {
    create,
    get: async (name) => {
      const found = records.get(name);
      return found && view(found);
    },
    list: async () => records.list().map(view),
    users,
    usage: async (name) => (await directoryUsage(view(require(name)).mountpoint)).bytes,
    remove: (name) =>
      mutex.run(name, async () => {
        require(name);
        const holders = users(name);
        if (holders.length > 0)
          throw new EngineError("conflict", `remove ${name}: volume is in use - [${holders.join(", ")}]`);
        // Before the directory: else what is mounted there would be deleted.
        while (unmount(directoryOf(name)));
        await records.remove(name);
      }),
    mount: (name) =>
      mutex.run(name, async () => {
        const { options } = require(name);
        const target = directoryOf(name);
        if (Object.keys(options).length === 0 || isMountpoint(target)) return target;
        const { type = "", device = "", o = "" } = options;
        try {
          mountFilesystem({ type, device, target, options: o });
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          throw new EngineError("invalid", `failed to mount local volume: ${why}`, { cause: error });
        }
        return target;
      }),
  };
}

function check(name: string, options: Readonly<Record<string, string>>): void {
  if (name.length < 2)
    throw new EngineError(
      "invalid",
      `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
    );
  if (!NAME.test(name))
    throw new EngineError(
      "invalid",
      `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
  for (const option of Object.keys(options)) {
    if (!OPTIONS.has(option))
      throw new EngineError("invalid", `create ${name}: invalid option: ${JSON.stringify(option)}`);
  }
  if (options.size !== undefined)
    throw new EngineError("invalid", `create ${name}: quota size requested but no quota support`);
  const { type, device, o } = options;
  if ((o ?? type ?? device) === undefined) return;
  if (device === undefined) throw new EngineError("invalid", `create ${name}: missing required option: "device"`);
  if (type === undefined) throw new EngineError("invalid", `create ${name}: missing required option: "type"`);
}

function sameOptions(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** A directory that outlives containers, mounted into any number of them. A plain value. */
export interface Volume {
  readonly name: string;
  /** Where it lies on the host. */
  readonly mountpoint: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What it was made with: `type`, `device` and `o`, as mount(8) takes them; empty for a plain directory. */
  readonly options: Readonly<Record<string, string>>;
  /** Made for one container that named none: it goes with it where the caller asks for that. */
  readonly anonymous: boolean;
}

/** What a volume is to be. */
export interface VolumeSpec {
  /** Made up when unset: the volume is then anonymous. */
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/**
 * Volumes by name. Every method rejects with an EngineError: "not-found", "conflict" (in use, or there with other options), "invalid"
 * (a name or options that cannot be). What has resolved is durable.
 */
export interface Volumes {
  /** Makes the volume unless there is one of that name with these options. */
  create(spec: VolumeSpec): Promise<Volume>;
  get(name: string): Promise<Volume | undefined>;
  list(): Promise<Volume[]>;
  /** Deletes it with its content. Rejects with "conflict" while a container has it, whatever the container's state. */
  remove(name: string): Promise<void>;
  /** Ids of the containers that have it. */
  users(name: string): readonly string[];
  /** Bytes of its files. */
  usage(name: string): Promise<number>;
}

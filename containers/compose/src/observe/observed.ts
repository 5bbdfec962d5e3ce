/** What runs of a project, as its labels tell. */

/** A container of a project. */
export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** 0 where the label is missing or malformed. */
  readonly number: number;
  readonly oneOff: boolean;
  /** "created", "running", "paused", "restarting", "exited", "removing" or "dead". */
  readonly state: string;
  /** "running (healthy)" and the like, as `ps` shows it. */
  readonly status: string;
  readonly configHash: string | undefined;
  /** The id of the image it was made from, as its label says. */
  readonly image: string | undefined;
  /** Ids of the networks it is in, by their names. */
  readonly networks: Readonly<Record<string, string>>;
  readonly mounts: readonly ObservedMount[];
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** A mount of a container. */
export interface ObservedMount {
  readonly type: string;
  /** Of a volume. */
  readonly name: string | undefined;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** A network or volume of a project. */
export interface ObservedResource {
  /** What the file called it. */
  readonly key: string;
  readonly name: string;
  /** A volume's is its name. */
  readonly id: string;
  readonly configHash: string | undefined;
}

/** An image that is there. */
export interface ObservedImage {
  readonly id: string;
  /** Paths that the image declares as volumes. */
  readonly volumes: readonly string[];
  /** Seconds since the epoch when it was last tagged or pulled here; 0 where that is not known. */
  readonly taggedAt: number;
}

/** Everything of a project. */
export interface Observed {
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly ObservedResource[];
  readonly volumes: readonly ObservedResource[];
}

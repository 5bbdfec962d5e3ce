import type { Dns, PortPublication, Resources } from "./container-spec.ts";

/** What a sandbox is to be: the namespaces, address and files that the containers of one Pod share. */
export interface SandboxSpec {
  readonly id?: string | undefined;
  readonly name: string;
  /** "host" uses the host's namespace and no address of its own. */
  readonly network: "host" | "bridge" | "none";
  readonly ipc?: "host" | undefined;
  /** "shared" lets one container see the processes of the others. */
  readonly pid?: "host" | "shared" | undefined;
  readonly hostname?: string | undefined;
  readonly dns?: Dns | undefined;
  readonly ports?: readonly PortPublication[] | undefined;
  readonly sysctls?: Readonly<Record<string, string>> | undefined;
  /** Cgroup its containers go below. It goes with the last sandbox that names it. */
  readonly cgroupParent?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly logDirectory?: string | undefined;
  /** Limits of `cgroupParent`: of all containers together. */
  readonly resources?: Resources | undefined;
  /** Anything the caller wants back; stored with the sandbox. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface Sandbox {
  readonly id: string;
  readonly spec: SandboxSpec;
  /** "not-ready" after `stop`, and after a reboot took the namespaces away. */
  readonly state: "ready" | "not-ready";
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly addresses: readonly string[];
  /** Paths of the pinned namespaces; absent where the host's is used. */
  readonly namespaces: {
    readonly net?: string | undefined;
    readonly ipc?: string | undefined;
    readonly uts?: string | undefined;
  };
  /** Files to mount into the containers. */
  readonly files: { readonly resolvConf: string; readonly hostname: string; readonly hosts: string };
}

/**
 * Sandboxes: namespaces pinned by bind mounts, with no process inside. They outlive this process. `create` leaves nothing behind
 * when it rejects. `stop` kills the containers inside, gives the address back and takes the namespaces away; `remove` also forgets
 * it, with its containers. Both are idempotent.
 */
export interface Sandboxes {
  create(spec: SandboxSpec): Promise<Sandbox>;
  get(id: string): Promise<Sandbox | undefined>;
  list(): Promise<Sandbox[]>;
  stop(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

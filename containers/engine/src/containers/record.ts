import type { ProcessIdentity } from "@skiff/linux";
import type { PortPublication } from "../container-spec.ts";
import type { Container } from "../containers.ts";

/** What is stored of a container. `rootfs` is left out: it depends on the runtime directory. */
export interface ContainerRecord extends Omit<Container, "rootfs"> {
  /** Key of its writable file system. */
  readonly snapshot: string;
  /** False when the caller made the snapshot and keeps it. */
  readonly ownsSnapshot: boolean;
  /** The first process, from its creation by the runtime until its end was noticed. */
  readonly process?: ProcessIdentity | undefined;
  /** The conmon that holds it, as long as `process` is there. */
  readonly monitor?: ProcessIdentity | undefined;
  /** The machine's boot that the run belongs to. */
  readonly bootId?: string | undefined;
  readonly cgroup: string;
  /** Somebody asked for the end of the last run. */
  readonly stopped?: boolean | undefined;
  /** Milliseconds that the last restart was put off. */
  readonly restartDelay?: number | undefined;
  readonly ports: readonly PortPublication[];
}

/** The container as callers see it. */
export function toContainer(record: ContainerRecord, rootfs: string): Container {
  const {
    snapshot: _snapshot,
    ownsSnapshot: _owns,
    process,
    monitor: _monitor,
    bootId: _bootId,
    cgroup: _cgroup,
    stopped: _stopped,
    restartDelay: _delay,
    ports,
    ...rest
  } = record;
  const live = record.state === "running" || record.state === "paused";
  return { ...rest, spec: { ...record.spec, ports }, pid: live ? process?.pid : undefined, rootfs };
}

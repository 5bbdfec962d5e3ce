/** What every operation works with. */
import type { DockerClient } from "@skiff/docker/client";
import type { Progress } from "../progress.ts";

/** Handed to every operation by its caller. */
export interface OperationContext {
  /** The engine, Skiff's or dockerd. */
  readonly client: DockerClient;
  /** The version of the API that `client` speaks. Default: Skiff's own. */
  readonly apiVersion?: string | undefined;
  readonly progress: Progress;
  /** Nothing is to change: `client` answers what would. What takes other requests is told and left out. */
  readonly rehearsal?: boolean | undefined;
  /** Ends the operation as soon as it can be: requests are abandoned, nothing is undone. */
  readonly signal: AbortSignal;
  /** A line for standard output: what the user asked to see, without its end of line. */
  log(line: string): void;
}

/** A line that a container wrote, or a word about it. */
export interface ContainerOutput {
  /** Without the project's name, as a prefix shows it: "web-1". */
  readonly container: string;
  readonly service: string;
  /** "status" is Compose's own remark: "exited with code 0". */
  readonly stream: "stdout" | "stderr" | "status";
  /** Without its end of line. */
  readonly text: string;
}

/** Credentials for a registry, as `X-Registry-Auth` carries them (base64url of JSON); undefined where there are none. */
export type RegistryAuth = (registry: string) => Promise<string | undefined>;

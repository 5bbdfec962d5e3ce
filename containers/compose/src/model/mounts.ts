/** What the containers of a service see in their file systems. */
import type { Extensible } from "../model.ts";

/** `services.*.volumes[]`. Without `source`, a volume is anonymous. */
export interface Mount extends Extensible {
  readonly type: "bind" | "volume" | "tmpfs" | "cluster" | "npipe" | "image";
  /** bind: an absolute path. volume: a key of the project's `volumes`. image: its reference. */
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: BindOptions;
  readonly volume?: VolumeOptions;
  readonly tmpfs?: TmpfsOptions;
  readonly image?: { readonly subpath?: string } & Extensible;
}

/** `volumes[].bind`. */
export interface BindOptions extends Extensible {
  readonly propagation?: string;
  readonly create_host_path?: boolean;
  readonly recursive?: "enabled" | "disabled" | "writable" | "readonly";
  readonly selinux?: "z" | "Z";
}

/** `volumes[].volume`. */
export interface VolumeOptions extends Extensible {
  readonly labels?: Readonly<Record<string, string>>;
  readonly nocopy?: boolean;
  readonly subpath?: string;
}

/** `volumes[].tmpfs`: bytes and octal digits. */
export interface TmpfsOptions extends Extensible {
  readonly size?: string;
  readonly mode?: string;
}

/** `services.*.configs[]`, `services.*.secrets[]` and `build.secrets[]`. */
export interface FileMount extends Extensible {
  /** A key of the project's `configs` or `secrets`. */
  readonly source: string;
  /** Where the file is: secrets default to `/run/secrets/<source>`, configs to `/<source>`. */
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal digits, "0440". */
  readonly mode?: string;
}

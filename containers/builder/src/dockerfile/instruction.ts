/** The instructions of a Dockerfile, taken apart but not yet expanded: variables are known only while building. */

/** A here-document of an instruction. */
export interface Heredoc {
  readonly name: string;
  readonly body: string;
  /** Whether variables in it are expanded: its name was written without quotes. */
  readonly expand: boolean;
}

/** A command in one of its two forms: text for the shell, or the arguments themselves. */
export type Command =
  | { readonly form: "shell"; readonly text: string }
  | { readonly form: "exec"; readonly args: readonly string[] };

/** Where an instruction stands, and how it was written with its lines joined. */
export interface Located {
  readonly line: number;
  readonly text: string;
}

export type Pair = readonly [name: string, value: string];

export interface From extends Located {
  readonly do: "from";
  readonly image: string;
  readonly name?: string;
  readonly platform?: string;
}

export interface Run extends Located {
  readonly do: "run";
  readonly command: Command;
  /** Values of `--mount`, as written. */
  readonly mounts: readonly string[];
  readonly network?: string;
  readonly heredocs: readonly Heredoc[];
}

export interface Copy extends Located {
  readonly do: "copy" | "add";
  /** Paths and patterns; for ADD also URLs. Here-documents stand in `heredocs`. */
  readonly sources: readonly string[];
  readonly destination: string;
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  /** `--link`: nothing of the destination's past shows through; layers are independent here in any case. */
  readonly link?: true;
  /** `--parents`: sources keep the directories they stand in. */
  readonly parents?: true;
  /** Patterns of `--exclude`. */
  readonly exclude?: readonly string[];
  /** Of ADD: the digest that what a URL gives must have. */
  readonly checksum?: string;
  /** Of ADD: whether archives are unpacked. Unset: those of the context are, those of URLs are not. */
  readonly unpack?: boolean;
  readonly heredocs: readonly Heredoc[];
}

export type Simple =
  | { readonly do: "env" | "label"; readonly pairs: readonly Pair[] }
  | { readonly do: "arg"; readonly args: readonly { readonly name: string; readonly value?: string }[] }
  | { readonly do: "workdir" | "user" | "stopsignal" | "maintainer"; readonly value: string }
  | { readonly do: "expose" | "volume"; readonly values: readonly string[] }
  | { readonly do: "cmd" | "entrypoint"; readonly command: Command }
  | { readonly do: "shell"; readonly args: readonly string[] }
  | { readonly do: "healthcheck"; readonly none: true }
  | {
      readonly do: "healthcheck";
      readonly none: false;
      readonly command: Command;
      readonly flags: Readonly<Record<string, string>>;
    }
  | { readonly do: "onbuild"; readonly trigger: string };

/** What stands below a FROM. */
export type Instruction = Run | Copy | (Located & Simple);

/** One stage: a FROM and what follows it. */
export interface Stage {
  readonly from: From;
  readonly instructions: readonly Instruction[];
}

/** A whole Dockerfile: the ARGs before the first FROM, and its stages. */
export interface Dockerfile {
  readonly escapeChar: "\\" | "`";
  readonly globalArgs: readonly (Located & {
    readonly args: readonly { readonly name: string; readonly value?: string }[];
  })[];
  readonly stages: readonly Stage[];
}

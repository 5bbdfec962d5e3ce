/** What a caller says about the project it wants. */

/** Options of `loadProject`: the flags of `docker compose` before and after its verb. */
export interface LoadOptions {
  /** `-f`: relative to `workingDirectory`, `-` is standard input. Empty: `COMPOSE_FILE`, or the nearest `compose.yaml` upwards. */
  readonly files: readonly string[];
  /** The caller's directory, absolute. */
  readonly workingDirectory: string;
  /** The caller's environment. `COMPOSE_FILE`, `COMPOSE_PROJECT_NAME`, `COMPOSE_PROFILES`, `COMPOSE_ENV_FILES` and the like are read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--project-directory`. */
  readonly projectDirectory?: string;
  /** `--project-name`. */
  readonly projectName?: string;
  /** `--env-file`: instead of `.env`. */
  readonly envFiles?: readonly string[];
  /** `--profile`, besides `COMPOSE_PROFILES`; `*` enables all. */
  readonly profiles?: readonly string[];
  /** Services named by the caller: their profiles are enabled too, unless they depend on a service whose are not. */
  readonly services?: readonly string[];
  /** Reads all of standard input; without it, `-` is refused. */
  readonly readInput?: () => Promise<string>;
  /** False: `config --no-interpolate`. */
  readonly interpolate?: boolean;
  /** False: `config --no-normalize`. */
  readonly normalize?: boolean;
  /** False: `config --no-path-resolution`. */
  readonly resolvePaths?: boolean;
  /** False: `config --no-env-resolution`. */
  readonly resolveEnvironment?: boolean;
  /** True: also networks, volumes, secrets and configs that no service uses (`--all-resources`). */
  readonly allResources?: boolean;
  /** False: `config --no-consistency`. */
  readonly consistency?: boolean;
}

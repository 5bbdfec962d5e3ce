/** What a verb works with: its flags, the project, the engine, and the streams of this process. */
import type { LoadOptions, OperationContext, Project } from "@skiff/compose";
import type { ParsedFlags } from "../../docker-client/parse-flags.ts";
import type { GlobalOptions } from "./global-flags.ts";
import type { Interrupts } from "./interrupts.ts";
import type { RenderedProgress } from "./rendering/progress.ts";
import type { Styles } from "./rendering/styles.ts";

/** One run of `skiff compose`. */
export interface ComposeCall {
  readonly global: GlobalOptions;
  readonly flags: ParsedFlags;
  readonly env: NodeJS.ProcessEnv;
  readonly interrupts: Interrupts;
  /** Aborts when the user wants no more: Ctrl-C, or SIGTERM. */
  readonly signal: AbortSignal;
  readonly styles: Styles;
  readonly progress: RenderedProgress;
  /** What operations ask for. Connects at the first call. */
  context(): Promise<OperationContext>;
  /** Loads the project; profiles of `services` are enabled. What there is to warn of is told. */
  project(services?: readonly string[], flags?: Partial<LoadOptions>): Promise<Project>;
  /** What the project is loaded by. */
  loadOptions(): LoadOptions;
  /** The project, or its name alone where a name and no file is given. */
  projectOrName(services?: readonly string[]): Promise<Project | string>;
  /** The name alone: the file is read only where nothing else says it. */
  projectName(): Promise<string>;
  /** A line for standard output. */
  print(line: string): void;
}

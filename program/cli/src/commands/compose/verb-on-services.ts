/** Verbs that do one thing to the containers of the services named, or of all. */
import type { OperationContext, Project } from "@skiff/compose";
import type { ParsedFlags } from "../../docker-client/parse-flags.ts";
import { type Flag, verbTable } from "./flag-table.ts";
import type { Verb } from "./verb.ts";

/** An operation of `@skiff/compose` on a project, or on what bears its name. */
type Operation<Options> = (context: OperationContext, target: Project | string, options: Options) => Promise<void>;

/** What such a verb is made of. */
export interface VerbOnServices<Options> {
  readonly name: string;
  /** What the heading of progress calls it. */
  readonly title: string;
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly load: () => Promise<Operation<Options & { readonly services: readonly string[] }>>;
  /** What the flags mean. */
  readonly options: (flags: ParsedFlags) => Options;
}

/** Makes one. */
export function verbOnServices<Options>({ name, title, flags = {}, load, options }: VerbOnServices<Options>): Verb {
  return {
    title,
    table: verbTable(`${name} [OPTIONS] [SERVICE...]`, flags),
    async run(call) {
      const services = call.flags.operands;
      const target = await call.projectOrName(services);
      const operation = await load();
      await operation(await call.context(), target, { ...options(call.flags), services });
      return 0;
    },
  };
}

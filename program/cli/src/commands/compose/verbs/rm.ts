/** `skiff compose rm`: removes containers that are stopped. */
import { createInterface } from "node:readline/promises";
import { on, silent, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const rm: Verb = {
  title: "Removing",
  table: verbTable("rm [OPTIONS] [SERVICE...]", {
    all: silent("switch", "a"),
    force: on("do not ask", "f"),
    stop: on("stop those that run first", "s"),
    volumes: on("remove anonymous volumes, too", "v"),
  }),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/remove");
    await operation.remove(await call.context(), target, {
      services: flags.operands,
      stop: flags.has("stop"),
      volumes: flags.has("volumes"),
      ...(flags.has("force") ? {} : { confirm }),
    });
    return 0;
  },
};

async function confirm(names: readonly string[]): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // Nothing to read is no.
  const ended = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
  const answer = await Promise.race([prompt.question(`? Going to remove ${names.join(", ")} [yN] `), ended]);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

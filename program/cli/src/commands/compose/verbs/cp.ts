/** `skiff compose cp`: files between a service's container and this machine. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { copyPaths } from "../../containers/container/copy-paths.ts";
import { splitArgument } from "../../containers/container/plan-copy.ts";
import type { ComposeCall } from "../compose-call.ts";
import { int, on, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const cp: Verb = {
  canRehearse: false,
  title: "Copying",
  table: verbTable(
    "cp [OPTIONS] SERVICE:SRC_PATH DEST_PATH|-\n\tskiff compose cp [OPTIONS] SRC_PATH|- SERVICE:DEST_PATH",
    {
      all: on("into the containers of run, too"),
      archive: on("keep the owners of files", "a"),
      "follow-link": on("copy what a link leads to", "L"),
      index: int("which of the service's containers (default: out of the first, into all)"),
    },
  ),
  async run(call) {
    const { flags } = call;
    const [from, to, ...rest] = flags.operands;
    if (!from || !to || rest.length > 0) throw new UsageError("a source and a destination are required");
    const [source, destination] = [splitArgument(from), splitArgument(to)];
    const service = source.container ?? destination.container;
    if (service === undefined || (source.container !== undefined && destination.container !== undefined))
      throw new UsageError("one of source and destination is in a container: SERVICE:PATH");
    const { client } = await call.context();
    const isIn = destination.container !== undefined;
    const containers = await containersOf(call, service, isIn);
    const options = { archive: flags.has("archive"), followLink: flags.has("follow-link") };
    for (const { id, name } of containers) {
      const event = { id: `Container ${name}`, text: "Copying", status: "working" } as const;
      call.progress.event(event);
      await copyPaths(
        client,
        isIn ? source : { ...source, container: id },
        isIn ? { ...destination, container: id } : destination,
        options,
      );
      call.progress.event({ ...event, text: "Copied", status: "done" });
    }
    return 0;
  },
};

/** Out of one, into all: what is put into a service is meant for all its containers. */
async function containersOf(call: ComposeCall, service: string, isIn: boolean) {
  const { flags } = call;
  const name = await call.projectName();
  const context = await call.context();
  const { containerOf, containersOfService } = await import("@skiff/compose/operations/container");
  const index = flags.number("index");
  if (isIn && index === undefined) return containersOfService(context, name, service, { oneOff: flags.has("all") });
  return [await containerOf(context, name, service, { index, all: true })];
}

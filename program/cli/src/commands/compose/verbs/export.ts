/** `skiff compose export`: the file system of a service's container as a tar archive. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { writeArchive } from "../../containers/write-archive.ts";
import { int, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const exportVerb: Verb = {
  table: verbTable("export [OPTIONS] SERVICE", {
    index: int("which of the service's containers"),
    output: value("FILE", "write it here (default: standard output)", "o"),
  }),
  async run(call) {
    const { flags } = call;
    const [service, ...rest] = flags.operands;
    if (service === undefined || rest.length > 0) throw new UsageError("one service is required");
    const name = await call.projectName();
    const context = await call.context();
    const operation = await import("@skiff/compose/operations/container");
    const { id } = await operation.containerOf(context, name, service, { index: flags.number("index"), all: true });
    await writeArchive(flags.value("output"), "export", () => context.client.open(`/containers/${id}/export`));
    return 0;
  },
};

/** `skiff compose export`: the file system of a service's container as a tar archive. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../../docker-client/parse-flags.ts";
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
    const output = flags.value("output");
    if (output === undefined && process.stdout.isTTY)
      throw new Error("output option is required when exporting to terminal");
    const name = await call.projectName();
    const context = await call.context();
    const operation = await import("@skiff/compose/operations/container");
    const { id } = await operation.containerOf(context, name, service, { index: flags.number("index"), all: true });
    const archive = await context.client.open(`/containers/${id}/export`);
    if (output === undefined) await pipeline(archive, process.stdout, { end: false });
    else await pipeline(archive, createWriteStream(output));
    return 0;
  },
};

/** `skiff compose attach`: this terminal, joined with a service's container. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { int, on, verbTable } from "../flag-table.ts";
import { joinContainer } from "../join-container.ts";
import type { Verb } from "../verb.ts";

export const attach: Verb = {
  table: verbTable("attach [OPTIONS] SERVICE", {
    index: int("which of the service's containers"),
    "no-stdin": on("pass no input on"),
    "sig-proxy": on("pass signals on (default true)"),
  }),
  async run(call) {
    const { flags } = call;
    const [service, ...rest] = flags.operands;
    if (service === undefined || rest.length > 0) throw new UsageError("one service is required");
    const name = await call.projectName();
    const context = await call.context();
    const operation = await import("@skiff/compose/operations/container");
    const { id } = await operation.containerOf(context, name, service, { index: flags.number("index") });
    const { Config } = await context.client.json<{ Config: { Tty: boolean; OpenStdin: boolean } }>(
      `/containers/${id}/json`,
    );
    return joinContainer(context.client, id, {
      tty: Config.Tty,
      stdin: Config.OpenStdin && !flags.has("no-stdin"),
      forwardSignals: !flags.given("sig-proxy") || flags.has("sig-proxy"),
      interrupts: call.interrupts,
    });
  },
};

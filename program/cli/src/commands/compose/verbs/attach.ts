/** `skiff compose attach`: this terminal, joined with a service's container. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { attachContainer } from "../../containers/container/attach-container.ts";
import { int, on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const attach: Verb = {
  canRehearse: false,
  table: verbTable("attach [OPTIONS] SERVICE", {
    "detach-keys": value("KEYS", "the keys that leave it alone again (default ctrl-p,ctrl-q)"),
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
    const isForwarding = !flags.given("sig-proxy") || flags.has("sig-proxy");
    const release = isForwarding ? call.interrupts.handle(() => undefined) : () => undefined;
    const ended = await attachContainer(context.client, id, {
      ...{ stdin: Config.OpenStdin && !flags.has("no-stdin"), stdout: true, stderr: true },
      tty: Config.Tty,
      detachKeys: flags.value("detach-keys"),
      // Without it, Ctrl-C ends this command alone.
      forwardsSignals: isForwarding,
      until: "not-running",
    });
    release();
    return ended === "detached" ? 0 : ended;
  },
};

/** `skiff compose port`: where a port of a service is published. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { int, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const port: Verb = {
  table: verbTable("port [OPTIONS] SERVICE PRIVATE_PORT", {
    index: int("which of the service's containers"),
    protocol: value("string", "tcp (the default) or udp"),
  }),
  async run(call) {
    const { flags } = call;
    const [service, wanted = "", ...rest] = flags.operands;
    if (service === undefined || rest.length > 0 || !/^\d{1,5}$/.test(wanted))
      throw new UsageError("a service and a port number are required");
    const name = await call.projectName();
    const operation = await import("@skiff/compose/operations/port");
    const protocol = (flags.value("protocol") ?? "tcp").toLowerCase();
    call.print(
      await operation.port(await call.context(), name, {
        service,
        port: Number(wanted),
        protocol,
        index: flags.number("index"),
      }),
    );
    return 0;
  },
};

/** `skiff compose ps`: the containers of the project. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import type { ComposeCall } from "../compose-call.ts";
import { list, on, value, verbTable } from "../flag-table.ts";
import { containerTable } from "../rendering/container-table.ts";
import type { Verb } from "../verb.ts";

export const ps: Verb = {
  table: verbTable("ps [OPTIONS] [SERVICE...]", {
    all: on("those that do not run, and those of run, too", "a"),
    filter: value("KEY=VALUE", "only those with this status (status=…)"),
    format: value("string", "table, json, or a Go template"),
    kubernetes: on("those that the project has on the cluster"),
    "no-trunc": on("cut nothing short"),
    orphans: on("those of services that the files do not have, too (default true)"),
    quiet: on("only the ids", "q"),
    services: on("only the names of the services"),
    status: list("STATE", "only those in this state: paused, restarting, removing, running, dead, created or exited"),
  }),
  async run(call) {
    const { flags } = call;
    const rows = await containerRows(call);
    if (flags.has("quiet")) {
      for (const { id } of rows) call.print(id);
      return 0;
    }
    if (flags.has("services")) {
      call.print([...new Set(rows.map(({ service }) => service))].join("\n"));
      return 0;
    }
    process.stdout.write(containerTable(rows, { format: flags.value("format"), whole: flags.has("no-trunc") }));
    return 0;
  },
};

async function containerRows(call: ComposeCall) {
  const { flags } = call;
  const states = [...flags.list("status"), ...filterStatus(flags.value("filter"))];
  const target = await call.projectOrName(flags.operands);
  const name = typeof target === "string" ? target : target.name;
  const declared = typeof target === "string" ? undefined : Object.keys(target.services);
  const unknown = flags.operands.find((service) => declared !== undefined && !declared.includes(service));
  if (unknown !== undefined) throw new Error(`no such service: ${unknown}`);
  const orphans = !flags.given("orphans") || flags.has("orphans");
  const services = flags.operands.length > 0 || orphans || declared === undefined ? flags.operands : declared;
  const options = { all: flags.has("all"), services, states };
  if (flags.has("kubernetes")) {
    const { psOnKubernetes } = await import("../../../compose-kubernetes/ps.ts");
    return psOnKubernetes(name, options, { dockerHost: call.env.DOCKER_HOST, signal: call.signal });
  }
  const operation = await import("@skiff/compose/operations/ps");
  return operation.ps(await call.context(), name, options);
}

function filterStatus(filter: string | undefined): string[] {
  if (filter === undefined) return [];
  const [key = "", value] = filter.split("=");
  if (value === undefined) throw new UsageError("arguments to --filter should be in form KEY=VAL");
  if (key !== "status") throw new UsageError(`unknown filter ${key}`);
  return [value];
}

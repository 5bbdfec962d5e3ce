/** `skiff compose top`: the processes of the containers. */
import type { ContainerProcesses } from "@skiff/compose/operations/top";
import { verbTable } from "../flag-table.ts";
import { columns } from "../rendering/columns.ts";
import type { Verb } from "../verb.ts";

export const top: Verb = {
  table: verbTable("top [SERVICES...]", {}),
  async run(call) {
    const name = await call.projectName();
    const operation = await import("@skiff/compose/operations/top");
    const containers = await operation.top(await call.context(), name, { services: call.flags.operands });
    process.stdout.write(processTable(containers));
    return 0;
  },
};

/** One table of all containers' processes: engines may name their columns differently, CMD is the last. Empty without processes. */
export function processTable(containers: readonly ContainerProcesses[]): string {
  const titles = [...new Set(containers.flatMap((container) => container.titles))];
  const ordered = [...titles.filter((title) => title !== "CMD"), ...titles.filter((title) => title === "CMD")];
  const rows = containers.flatMap(({ service, number, titles: own, processes }) =>
    processes.map((process) => [
      service,
      number,
      ...ordered.map((title) => (own.includes(title) ? (process[own.indexOf(title)] ?? "-") : "-")),
    ]),
  );
  return rows.length === 0 ? "" : columns([["SERVICE", "#", ...ordered], ...rows], 4, 2);
}

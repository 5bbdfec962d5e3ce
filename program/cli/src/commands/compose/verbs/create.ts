/** `skiff compose create`: containers are made, and none is started. */
import { CREATE_FLAGS, createOptions, orphanOptions } from "../create-flags.ts";
import { silent, verbTable } from "../flag-table.ts";
import { selectedProject } from "../selected-project.ts";
import type { Verb } from "../verb.ts";

export const create: Verb = {
  title: "Creating",
  table: verbTable("create [OPTIONS] [SERVICE...]", { ...CREATE_FLAGS, yes: silent("switch", "y") }),
  async run(call) {
    const options = createOptions(call);
    const project = await selectedProject(call);
    const operation = await import("@skiff/compose/operations/create");
    await operation.create(await call.context(), project, {
      ...options,
      ...orphanOptions(call, project.environment),
      services: call.flags.operands,
    });
    return 0;
  },
};

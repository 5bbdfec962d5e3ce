/** The part of a project that a verb is about. */
import type { Project } from "@skiff/compose";
import type { ComposeCall } from "./compose-call.ts";

/** Loads the project and keeps the services named as operands, with what they depend on unless `alone`. Throws where nothing is left. */
export async function selectedProject(call: ComposeCall, { alone = false } = {}): Promise<Project> {
  const names = call.flags.operands;
  const whole = await call.project(names);
  const { selectServices } = await import("@skiff/compose/select");
  const project = selectServices(whole, names, { dependencies: alone ? "none" : "all" });
  if (Object.keys(project.services).length === 0 && !call.global.allResources) throw new Error("no service selected");
  return project;
}

export type { ControllerDeps, ControllerFactory } from "./controller.ts";
export { type ControllersOptions, startControllers } from "./start-controllers.ts";

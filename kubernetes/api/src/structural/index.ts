/** Custom resources as data: what a server does to their objects, by the structural schema of their definition. */
export { customObjectType } from "./custom-object-type.ts";
export { simplePath } from "./json-path.ts";

/** Dockerfile → image. */

export { parseDockerfile } from "./dockerfile/parse.ts";
export { DockerfileError } from "./dockerfile-error.ts";
export { type BuildPlan, plan } from "./plan.ts";

/** Dockerfile → image. */
export { applyChanges } from "./apply-changes.ts";
export { type BaseImageDeps, makeBaseImage, ORIGIN_LABEL } from "./base-image/make-base-image.ts";
export type { FindAuth } from "./bases.ts";
export type { BuildCache, CacheRecord } from "./build-cache.ts";
export type { BuildEvent, Report } from "./build-event.ts";
export { type Builder, type BuilderOptions, type BuildRequest, createBuilder } from "./builder.ts";
export type { CachePlace } from "./cache-transfer.ts";
export { readContextFile } from "./context/build-files.ts";
export { type IgnorePatterns, ignoreLines, parseIgnorePatterns } from "./context/ignore-patterns.ts";
export { type PackOptions, packContext } from "./context/pack-context.ts";
export { parseDockerfile } from "./dockerfile/parse.ts";
export { DockerfileError, DockerfileParseError } from "./dockerfile-error.ts";
export { type BuildPlan, type NamedContext, plan } from "./plan.ts";
export { platformArgs } from "./platform-args.ts";
export { extractTar } from "./rootfs/extract-tar.ts";
export { RunFailedError } from "./steps/run-step.ts";
export type { Lookup } from "./steps/step-deps.ts";

import { EngineError } from "../engine-error.ts";
import type { OciImageConfig } from "../image-store.ts";

/** Largest configuration or manifest that is read. */
export const MAX_JSON = 8 * 1024 * 1024;
const MAX_LAYERS = 512;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads an image configuration, and checks the parts the engine relies on. Throws "invalid". */
export function parseConfig(bytes: Uint8Array): OciImageConfig {
  const config = parse(bytes);
  const diffIds = config.rootfs?.diff_ids;
  if (
    !Array.isArray(diffIds) ||
    diffIds.length > MAX_LAYERS ||
    !diffIds.every((id) => typeof id === "string" && DIGEST.test(id))
  )
    throw new EngineError("invalid", "Cannot read the image configuration: rootfs.diff_ids is not a list of digests");
  for (const key of ["Env", "Entrypoint", "Cmd"] as const) {
    const list = config.config?.[key];
    if (list !== undefined && list !== null && !(Array.isArray(list) && list.every((item) => typeof item === "string")))
      throw new EngineError("invalid", `Cannot read the image configuration: config.${key} is not a list of strings`);
  }
  return { ...config, os: config.os ?? "linux", architecture: config.architecture ?? "" };
}

function parse(bytes: Uint8Array): OciImageConfig {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value === "object" && value !== null) return value as OciImageConfig;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new EngineError("invalid", "Cannot read the image configuration: not a JSON object");
}

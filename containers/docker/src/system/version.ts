/** GET /version. */
import { arch, release } from "node:os";
import type { Reply } from "../http/call.ts";
import { API_VERSION, MIN_API_VERSION } from "../http/serve.ts";
import { goArchitecture } from "./go-architecture.ts";

/** What the engine reports as its version; clients compare it with Docker's. */
export const SERVER_VERSION = "28.0.0-skiff";

export async function version(): Promise<Reply> {
  const common = {
    ApiVersion: API_VERSION,
    MinAPIVersion: MIN_API_VERSION,
    GitCommit: "",
    GoVersion: "",
    Os: "linux",
    Arch: goArchitecture(arch()),
    KernelVersion: release(),
    BuildTime: "",
  };
  const details = { ...common, Experimental: "false" };
  return {
    status: 200,
    json: {
      Platform: { Name: "Skiff" },
      Version: SERVER_VERSION,
      ...common,
      Components: [{ Name: "Engine", Version: SERVER_VERSION, Details: details }],
    },
  };
}

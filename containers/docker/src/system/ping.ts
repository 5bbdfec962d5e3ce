/** GET and HEAD /_ping: what clients negotiate by. */
import type { Reply } from "../http/call.ts";
import { API_VERSION } from "../http/serve.ts";

export async function ping(): Promise<Reply> {
  return {
    status: 200,
    text: "OK",
    // Builder 1 is the classic one: contexts as tar, progress as JSON messages.
    headers: {
      server: "Skiff",
      "api-version": API_VERSION,
      "builder-version": "1",
      "docker-experimental": "false",
      ostype: "linux",
      "cache-control": "no-cache",
    },
  };
}

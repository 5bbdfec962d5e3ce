import { readFileSync } from "node:fs";
import { type Client, createClient, httpTransport } from "@skiff/client";
import type { InstanceConfig } from "./config.ts";
import type { Pki } from "./pki.ts";

/** An administrator's client of an instance; disposing of it closes its connection. */
export interface Connection extends AsyncDisposable {
  readonly client: Client;
}

/** Connects to an instance's API as its administrator. Nothing is sent before the first call. */
export function connect(config: InstanceConfig, pki: Pki): Connection {
  const transport = httpTransport({
    server: `https://127.0.0.1:${config.apiPort}`,
    ca: readFileSync(pki.ca),
    cert: readFileSync(pki.admin.cert),
    key: readFileSync(pki.admin.key),
    userAgent: "skiff",
  });
  return { client: createClient(transport), [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose]() };
}

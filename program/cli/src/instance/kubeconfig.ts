/** The kubeconfig of an instance's administrator. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import type { Layout } from "../layout.ts";
import type { InstanceConfig } from "./config.ts";
import type { Pki } from "./pki.ts";

/** Writes `<data>/kubeconfig`, with the certificates inside it, so that the file can be copied elsewhere. */
export function writeKubeconfig(layout: Layout, config: InstanceConfig, pki: Pki): void {
  const base64 = (path: string): string => readFileSync(path).toString("base64");
  const { name } = config;
  const text = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${config.apiPort}`,
          "certificate-authority-data": base64(pki.ca),
        },
      },
    ],
    users: [
      {
        name: `${name}-admin`,
        user: { "client-certificate-data": base64(pki.admin.cert), "client-key-data": base64(pki.admin.key) },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    "current-context": name,
  });
  writeFileSync(`${layout.kubeconfig}.new`, text, { mode: 0o600 });
  renameSync(`${layout.kubeconfig}.new`, layout.kubeconfig);
}

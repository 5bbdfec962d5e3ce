/** `--admission-control-config-file`: AdmissionConfiguration (apiserver.config.k8s.io/v1), what plugins are told. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseConfiguration, readConfiguration } from "../configuration/configuration-file.ts";
import type { ApiServerOptions } from "../server-options.ts";
import { parsePodSecurityConfiguration } from "./pod-security/configuration.ts";

const EXPECTED = { kind: "AdmissionConfiguration", apiVersions: ["apiserver.config.k8s.io/v1"] };

interface Stated {
  readonly name?: string;
  readonly path?: string;
  readonly configuration?: object;
}

/** Reads the file, and those it names. Throws, naming file and field, when something is wrong, or is for a plugin that takes nothing. */
export function readAdmissionConfiguration(path: string): Pick<ApiServerOptions, "podSecurity"> {
  const { plugins = [] } = readConfiguration(path, EXPECTED, ["plugins"]) as { plugins?: readonly Stated[] };
  let podSecurity: ApiServerOptions["podSecurity"];
  for (const [index, { name, path: other, configuration }] of plugins.entries()) {
    const at = `${path}: plugins[${index}]`;
    if (name !== "PodSecurity") throw new Error(`${at}.name: ${JSON.stringify(name)} takes no configuration`);
    if (podSecurity) throw new Error(`${at}.name: PodSecurity is configured already`);
    if ((other === undefined) === (configuration === undefined)) {
      throw new Error(`${at}: one of path and configuration has to be given`);
    }
    const file = other === undefined ? undefined : resolve(dirname(path), other);
    const text = file === undefined ? JSON.stringify(configuration) : readFileSync(file, "utf8");
    podSecurity = parsePodSecurityConfiguration(
      (...expected) => parseConfiguration(text, file ?? at, ...expected),
      file ?? at,
    );
  }
  return podSecurity ? { podSecurity } : {};
}

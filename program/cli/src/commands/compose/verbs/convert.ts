/** `skiff compose convert`: the project as Kubernetes manifests. It reads files alone: no engine and no cluster has to run. */
import { writeFile } from "node:fs/promises";
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { on, value, verbTable } from "../flag-table.ts";
import { selectedProject } from "../selected-project.ts";
import type { Verb } from "../verb.ts";

export const convert: Verb = {
  table: verbTable("convert [OPTIONS] [SERVICE...]", {
    format: value("string", 'what to write: "yaml" or "json" (default "yaml")'),
    "no-deps": on("leave out the services that the named ones depend on"),
    output: value("FILE", "write to a file instead of standard output", "o"),
  }),
  async run(call) {
    const { flags, progress } = call;
    const format = flags.value("format") ?? "yaml";
    if (format !== "yaml" && format !== "json") throw new UsageError(`unsupported format "${format}": yaml or json`);
    const project = await selectedProject(call, { alone: flags.has("no-deps") });
    const { convertProject } = await import("../../../compose-kubernetes/convert.ts");
    const { readSources } = await import("../../../compose-kubernetes/read-sources.ts");
    const { manifestText } = await import("../../../compose-kubernetes/manifest-text.ts");
    const facts = { files: await readSources(project), images: new Map(), volumes: new Map() };
    const { manifests, warnings } = convertProject(project, facts);
    for (const warning of warnings) progress.warn(warning);
    const text = manifestText(manifests, format);
    const output = flags.value("output");
    if (output === undefined) process.stdout.write(text);
    // What secrets hold is in it.
    else await writeFile(output, text, { mode: 0o600 });
    return 0;
  },
};

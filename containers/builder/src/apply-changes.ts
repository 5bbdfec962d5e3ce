/** Changes to an image's configuration in the words of a Dockerfile, as `commit --change` and `import --change` take them. */
import type { OciProcessConfig } from "@skiff/engine";
import { applyMetadata } from "./apply-metadata.ts";
import { expand } from "./dockerfile/expand.ts";
import { parseDockerfile } from "./dockerfile/parse.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { initialState } from "./stage-state.ts";

const CHANGES = /^(cmd|entrypoint|env|expose|healthcheck|label|onbuild|stopsignal|user|volume|workdir)\b/i;

/** The configuration after the instructions. Throws DockerfileError for what changes files, or is no instruction. */
export function applyChanges(config: OciProcessConfig, changes: readonly string[]): OciProcessConfig {
  for (const change of changes) {
    if (CHANGES.test(change.trim()) && !change.includes("\n")) continue;
    throw new DockerfileError(`${change.trim().split(/\s/, 1)[0]} is not a valid change command`);
  }
  const [stage] = parseDockerfile(["FROM scratch", ...changes].join("\n")).stages;
  const lookup = (name: string) => config.Env?.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const scope = {
    expand: (word: string) => expand(word, { escapeChar: "\\", lookup }),
    buildArgs: {},
    globalArgs: () => undefined,
  };
  const begin = { ...initialState(undefined, "", { os: "linux", architecture: "" }), config };
  const end = (stage?.instructions ?? []).reduce((state, instruction) => {
    switch (instruction.do) {
      case "run":
      case "copy":
      case "add":
        throw new DockerfileError(`${instruction.do} is not a valid change command`);
      default:
        return applyMetadata(state, instruction, scope);
    }
  }, begin);
  return end.config;
}

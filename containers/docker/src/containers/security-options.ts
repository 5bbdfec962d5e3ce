/** `--security-opt`, as the engine has it. Pure. */
import { parseSeccompProfile, type SecuritySpec } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";

type Options = Pick<SecuritySpec, "noNewPrivileges" | "seccomp" | "apparmor" | "selinux">;

const TRUE = ["1", "t", "T", "true", "TRUE", "True"];
const FALSE = ["0", "f", "F", "false", "FALSE", "False"];

/** Translates the options. Throws 400 in dockerd's words for one that is none. */
export function securityOptions(options: readonly string[]): Options {
  const found = options.map(parse);
  const labels = found.flatMap(({ selinux }) => selinux ?? []);
  return Object.assign({}, ...found, labels.length === 0 ? {} : { selinux: Object.assign({}, ...labels) });
}

function parse(option: string): Options {
  if (option === "no-new-privileges") return { noNewPrivileges: true };
  if (option === "disable") return { selinux: { disable: true } };
  const [, key, value = ""] = /^([^=]*)=(.*)$/s.exec(option) ?? /^([^:]*):(.*)$/s.exec(option) ?? [];
  if (key === undefined) throw new DockerError(400, `invalid --security-opt 1: ${JSON.stringify(option)}`);
  switch (key) {
    case "label":
      return { selinux: label(value) };
    case "apparmor":
      return { apparmor: value };
    case "seccomp":
      return { seccomp: seccomp(value) };
    case "no-new-privileges":
      if (TRUE.includes(value)) return { noNewPrivileges: true };
      if (FALSE.includes(value)) return { noNewPrivileges: false };
      break;
  }
  throw new DockerError(400, `invalid --security-opt 2: ${JSON.stringify(option)}`);
}

function label(text: string): NonNullable<Options["selinux"]> {
  if (text === "disable") return { disable: true };
  const [, key = "", value = ""] = /^(user|role|type|level):(.+)$/.exec(text) ?? [];
  if (key !== "") return { [key]: value };
  throw new DockerError(
    400,
    `bad label option ${JSON.stringify(text)}, valid options 'disable' or 'user, role, level, type' followed by ':' and a value`,
  );
}

function seccomp(text: string): NonNullable<Options["seccomp"]> {
  if (text === "unconfined") return "unconfined";
  if (text === "" || text === "builtin" || text === "default") return "default";
  return parseSeccompProfile(text);
}

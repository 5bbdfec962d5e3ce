/**
 * Seccomp profiles of people's own, in Docker's form: that of the OCI runtime-spec, with rules that hold only for some capabilities,
 * processors or kernels. Pure.
 */
import { EngineError } from "../engine-error.ts";

/** What a profile's conditions are about. */
export interface SeccompFacts {
  readonly capabilities: ReadonlySet<string>;
  /** As Node names it: "x64", "arm64". */
  readonly architecture: string;
  /** The kernel's release, such as "6.1.0-18-amd64". */
  readonly kernel: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Names of a processor: as conditions and as rules of seccomp have it. */
const PROCESSORS: Readonly<Record<string, { readonly arch: string; readonly seccomp: string }>> = {
  x64: { arch: "amd64", seccomp: "SCMP_ARCH_X86_64" },
  arm64: { arch: "arm64", seccomp: "SCMP_ARCH_AARCH64" },
};
const ACTIONS = /^SCMP_ACT_(KILL|KILL_PROCESS|KILL_THREAD|TRAP|ERRNO|TRACE|ALLOW|LOG|NOTIFY)$/;
const OPERATORS = /^SCMP_CMP_(NE|LT|LE|EQ|GE|GT|MASKED_EQ)$/;
/** As many arguments as a system call has. */
const MAX_ARGUMENTS = 6;

/** The profile in a text. Throws "invalid" for what is none. */
export function parseSeccompProfile(text: string): Fields {
  let profile: unknown;
  try {
    profile = JSON.parse(text);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
  checkSeccompProfile(profile);
  return profile;
}

/** Throws "invalid" for what is no profile. */
export function checkSeccompProfile(profile: unknown): asserts profile is Fields {
  resolveSeccompProfile(profile, { capabilities: new Set(), architecture: "x64", kernel: "0.0" });
}

/** The profile for one container, in the form of the runtime-spec; undefined where it has neither a default action nor rules. */
export function resolveSeccompProfile(source: unknown, facts: SeccompFacts): Fields | undefined {
  const profile = fieldsOf(source, "the profile");
  const rules = listOf(profile.syscalls, "syscalls").map((rule) => fieldsOf(rule, "a rule of syscalls"));
  if (profile.defaultAction === undefined && rules.length === 0) return undefined;
  const { arch, seccomp: own } = PROCESSORS[facts.architecture] ?? { arch: facts.architecture, seccomp: "" };
  const architectures = textsOf(profile.architectures, "architectures");
  const archMap = listOf(profile.archMap, "archMap").map((entry) => fieldsOf(entry, "an entry of archMap"));
  if (architectures.length > 0 && archMap.length > 0)
    throw refusal("both 'architectures' and 'archMap' are specified, use either 'architectures' or 'archMap'");
  const mapped = archMap.find(({ architecture }) => architecture === own);
  const translated = rules.map((rule) => ({ rule, names: namesOf(rule), applies: holds(rule, arch, facts) }));
  const action = actionOf(profile.defaultAction);
  const { defaultErrnoRet, listenerPath, listenerMetadata, flags } = profile;
  return {
    defaultAction: action,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet: numberOf(defaultErrnoRet, "defaultErrnoRet") }),
    architectures: mapped ? [own, ...textsOf(mapped.subArchitectures, "subArchitectures")] : architectures,
    ...(flags === undefined ? {} : { flags: textsOf(flags, "flags") }),
    ...(listenerPath === undefined ? {} : { listenerPath: textOf(listenerPath, "listenerPath") }),
    ...(listenerMetadata === undefined ? {} : { listenerMetadata: textOf(listenerMetadata, "listenerMetadata") }),
    syscalls: translated
      .filter(({ applies }) => applies)
      .map(({ rule, names }) => ({
        names,
        action: actionOf(rule.action),
        ...(rule.errnoRet === undefined ? {} : { errnoRet: numberOf(rule.errnoRet, "errnoRet") }),
        args: argumentsOf(rule),
      })),
  };
}

function namesOf({ name, names }: Fields): readonly string[] {
  const several = textsOf(names, "names");
  const one = name === undefined ? "" : textOf(name, "name");
  if (one !== "" && several.length > 0)
    throw refusal("both 'name' and 'names' are specified, use either 'name' or 'names'");
  if (one === "" && several.length === 0) throw refusal("a rule of syscalls has no names");
  return one === "" ? several : [one];
}

/** Whether the rule is for this container. */
function holds({ includes, excludes }: Fields, arch: string, { capabilities, kernel }: SeccompFacts): boolean {
  const [wanted, unwanted] = [conditionOf(includes, "includes"), conditionOf(excludes, "excludes")];
  if (wanted.arches.length > 0 && !wanted.arches.includes(arch)) return false;
  if (!wanted.caps.every((capability) => capabilities.has(capability))) return false;
  if (wanted.minKernel !== undefined && !isAtLeast(kernel, wanted.minKernel)) return false;
  if (unwanted.arches.includes(arch) || unwanted.caps.some((capability) => capabilities.has(capability))) return false;
  return unwanted.minKernel === undefined || !isAtLeast(kernel, unwanted.minKernel);
}

interface Condition {
  readonly arches: readonly string[];
  readonly caps: readonly string[];
  readonly minKernel: string | undefined;
}

function conditionOf(value: unknown, what: string): Condition {
  const { arches, caps, minKernel } = value === undefined || value === null ? {} : fieldsOf(value, what);
  if (minKernel !== undefined && !/^\d+\.\d+$/.test(String(minKernel)))
    throw refusal(`invalid kernel version: ${JSON.stringify(minKernel)}, expected "<kernel>.<major>"`);
  return {
    arches: textsOf(arches, `arches of ${what}`),
    caps: textsOf(caps, `caps of ${what}`),
    minKernel: minKernel === undefined ? undefined : String(minKernel),
  };
}

function isAtLeast(kernel: string, least: string): boolean {
  const [[a = 0, b = 0], [c = 0, d = 0]] = [kernel, least].map((text) => text.split(/[.-]/).map(Number)) as [
    number[],
    number[],
  ];
  return a > c || (a === c && b >= d);
}

function argumentsOf({ args }: Fields): object[] {
  const list = listOf(args, "args").map((each) => fieldsOf(each, "an argument"));
  if (list.length > MAX_ARGUMENTS) throw refusal(`a rule has ${list.length} arguments`);
  return list.map(({ index, value, valueTwo, op }) => {
    if (typeof op !== "string" || !OPERATORS.test(op)) throw refusal(`invalid operator: ${JSON.stringify(op)}`);
    return {
      ...{ index: numberOf(index ?? 0, "index"), value: numberOf(value ?? 0, "value"), op },
      ...(valueTwo === undefined ? {} : { valueTwo: numberOf(valueTwo, "valueTwo") }),
    };
  });
}

function actionOf(value: unknown): string {
  if (typeof value === "string" && ACTIONS.test(value)) return value;
  throw refusal(`invalid action: ${JSON.stringify(value)}`);
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw refusal(`${what} is not an object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw refusal(`${what} is not a list`);
}

function textsOf(value: unknown, what: string): readonly string[] {
  return listOf(value, what).map((each) => textOf(each, what));
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw refusal(`${what} is not a text`);
}

function numberOf(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw refusal(`${what} is not a whole number`);
}

function refusal(why: string): EngineError {
  return new EngineError("invalid", `Decoding seccomp profile failed: ${why}`);
}

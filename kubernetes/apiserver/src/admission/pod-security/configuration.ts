import { DEFAULT_POLICY, type Policy, readPolicy } from "./policy.ts";

/** What an administrator may settle for the whole cluster (PodSecurityConfiguration of pod-security.admission.config.k8s.io/v1). */
export interface PodSecurityConfiguration {
  /** What holds for namespaces whose labels do not say. */
  readonly defaults: Policy;
  /** Whom and what is never checked, by name. */
  readonly exempt: {
    readonly namespaces: readonly string[];
    readonly usernames: readonly string[];
    readonly runtimeClasses: readonly string[];
  };
}

/** Nothing is asked of anybody unless labels ask for it. */
export const DEFAULT_CONFIGURATION: PodSecurityConfiguration = {
  defaults: DEFAULT_POLICY,
  exempt: { namespaces: [], usernames: [], runtimeClasses: [] },
};

const EXPECTED = {
  kind: "PodSecurityConfiguration",
  apiVersions: ["v1", "v1beta1"].map((version) => `pod-security.admission.config.k8s.io/${version}`),
};
const EXEMPTIONS = ["usernames", "runtimeClasses", "namespaces"] as const;
const PREFIX = "pod-security.kubernetes.io/";

type Parse = (expected: typeof EXPECTED, fields: readonly string[]) => Readonly<Record<string, unknown>>;

/** The configuration in the object that `parse` gives. Throws, beginning with `where`, when something is wrong with it. */
export function parsePodSecurityConfiguration(parse: Parse, where: string): PodSecurityConfiguration {
  const { defaults = {}, exemptions = {} } = parse(EXPECTED, ["defaults", "exemptions"]);
  const stated = Object.entries(defaults as Readonly<Record<string, unknown>>);
  const unknown = stated.find(([key]) => !/^(enforce|audit|warn)(-version)?$/.test(key));
  if (unknown) throw new Error(`${where}: defaults.${unknown[0]}: unknown field`);
  // A level to warn of is said to be none, or the one to enforce would be taken for it.
  const labels: Record<string, string> = { [`${PREFIX}warn`]: "privileged" };
  for (const [key, value] of stated) labels[PREFIX + key] = String(value);
  const { policy, errors } = readPolicy(labels, DEFAULT_POLICY);
  const [error] = errors;
  if (error) {
    const key = error.field.slice(error.field.indexOf(PREFIX) + PREFIX.length, -1);
    throw new Error(`${where}: defaults.${key}: ${JSON.stringify(error.badValue)} ${error.detail}`);
  }
  const exempt = exemptions as Readonly<Record<string, unknown>>;
  const [usernames = [], runtimeClasses = [], namespaces = []] = EXEMPTIONS.map((key) => {
    const names = exempt[key] ?? [];
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names as readonly string[];
    throw new Error(`${where}: exemptions.${key}: expected a list of names`);
  });
  return { defaults: policy, exempt: { usernames, runtimeClasses, namespaces } };
}

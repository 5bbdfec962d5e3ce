import { DEFAULT_POLICY, type Policy } from "./policy.ts";

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

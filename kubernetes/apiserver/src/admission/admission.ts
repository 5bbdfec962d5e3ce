import type { ResourceInfo } from "@skiff/api";
import type { User } from "../call.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";

/** A write that asks to be admitted. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly info: ResourceInfo;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: User;
  /** The object to be written; a mutating plugin changes it in place. Undefined on DELETE. */
  readonly object: Draft | undefined;
  readonly old: ApiObject | undefined;
  readonly dryRun: boolean;
  readonly warnings: string[];
}

/**
 * One admission plugin. `mutate` runs before the object is validated, `validate` after; both throw StatusError to refuse.
 * Called concurrently, once per attempt: a write that meets a conflict is admitted again with the newer `old`.
 */
export interface AdmissionPlugin {
  readonly name: string;
  mutate?(request: AdmissionRequest): Promise<void> | void;
  validate?(request: AdmissionRequest): Promise<void> | void;
}

/** All plugins as one. */
export type Admission = Required<Omit<AdmissionPlugin, "name">>;

/** Runs the plugins in order. */
export function admissionOf(plugins: readonly AdmissionPlugin[]): Admission {
  const mutating = plugins.filter((plugin) => plugin.mutate);
  const validating = plugins.filter((plugin) => plugin.validate);
  return {
    async mutate(request) {
      for (const plugin of mutating) await plugin.mutate?.(request);
    },
    async validate(request) {
      for (const plugin of validating) await plugin.validate?.(request);
    },
  };
}

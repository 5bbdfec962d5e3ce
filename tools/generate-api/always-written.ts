/** Fields whose Go tag has no `omitempty` although their comment calls them optional: clients count on seeing their zero. */
import type { ApiPackage } from "./facts.ts";

const ALWAYS_WRITTEN: ReadonlySet<string> = new Set([
  "policy/v1.PodDisruptionBudgetStatus.disruptionsAllowed",
  "policy/v1.PodDisruptionBudgetStatus.currentHealthy",
  "policy/v1.PodDisruptionBudgetStatus.desiredHealthy",
  "policy/v1.PodDisruptionBudgetStatus.expectedPods",
  "scheduling/v1.PriorityClass.value",
]);

/** The package with those fields no longer optional. */
export function withAlwaysWritten(pkg: ApiPackage): ApiPackage {
  const types = Object.entries(pkg.types).map(([name, { fields }]) => {
    const corrected = fields.map((field) =>
      ALWAYS_WRITTEN.has(`${pkg.name}.${name}.${field.name}`) ? { ...field, optional: false } : field,
    );
    return [name, { fields: corrected }];
  });
  return { ...pkg, types: Object.fromEntries(types) };
}

import type { Container, Pod } from "@skiff/api/core/v1";
import type { Role } from "./containers.ts";

/** Whether a container that ended with `exitCode` is to run again, by its own rules and policy or else its Pod's. */
export function shouldRestart(pod: Pod, role: Role, container: Container, exitCode: number): boolean {
  if (role === "sidecar") return true;
  if (role === "ephemeral") return false;
  for (const rule of container.restartPolicyRules ?? []) {
    const listed = rule.exitCodes?.values?.includes(exitCode) ?? false;
    if (rule.exitCodes && listed === (rule.exitCodes.operator === "In")) return rule.action === "Restart";
  }
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? "Always";
  if (policy === "Never") return false;
  // An init container's work is done when it succeeds, whatever the policy.
  if (exitCode === 0) return policy === "Always" && role === "regular";
  return true;
}

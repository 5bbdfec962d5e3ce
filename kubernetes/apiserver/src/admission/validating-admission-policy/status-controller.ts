/** Writes into the status of ValidatingAdmissionPolicies what checking their types found. */
import { isConflict, isNotFound, type Transport } from "@skiff/api";
import type { ValidatingAdmissionPolicy } from "@skiff/api/admissionregistration/v1";
import { validatingAdmissionPolicies } from "@skiff/api/resources";
import type { Server } from "../../server-parts.ts";

const SETTLE_MS = 20;

type Deps = Pick<Server, "caches" | "served" | "log">;

/** Looks at every policy whose spec has changed since it was last looked at, until disposed. Writes go through `transport`. */
export function startPolicyStatus({ caches, served, log }: Deps, transport: Transport): Disposable {
  const cache = caches.of(validatingAdmissionPolicies);
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  async function lookAtAll(): Promise<void> {
    const policies = Array.from(
      cache.entries.under(""),
      ({ object }) => object,
    ) as unknown as ValidatingAdmissionPolicy[];
    for (const policy of policies) {
      if (policy.status?.observedGeneration !== policy.metadata.generation) await lookAt(policy);
    }
  }

  async function lookAt(policy: ValidatingAdmissionPolicy): Promise<void> {
    const { typeWarnings } = await import("./type-check.ts");
    const expressionWarnings = typeWarnings(policy, served);
    const { name, generation, resourceVersion } = policy.metadata;
    const status = {
      observedGeneration: generation,
      typeChecking: { expressionWarnings: expressionWarnings.length > 0 ? expressionWarnings : null },
    };
    const at = { resource: validatingAdmissionPolicies, name, subresource: "status" };
    try {
      await transport.call({
        verb: "patch",
        ...at,
        patchType: "merge",
        body: { metadata: { resourceVersion }, status },
      });
    } catch (error) {
      // Changed or removed meanwhile, of which we hear.
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }

  const soon = () => {
    if (timer || ended) return;
    timer = setTimeout(() => {
      timer = undefined;
      lookAtAll().catch((error) => {
        if (!ended) log.warn("cannot write the status of admission policies", { error });
      });
    }, SETTLE_MS).unref();
  };
  cache.onChange(soon);
  soon();
  return {
    [Symbol.dispose]() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

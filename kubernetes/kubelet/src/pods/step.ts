/** The closed set of things a Pod's worker can do. */

/** Why a container is stopped, as the event and the grace period need it. */
export interface KillReason {
  readonly message: string;
  readonly gracePeriodSeconds: number;
}

export type Step =
  /** Bring every volume of the Pod into place. */
  | { readonly do: "mountVolumes" }
  /** Make a sandbox; those in `replaces` are stopped first. */
  | { readonly do: "createSandbox"; readonly attempt: number; readonly replaces: readonly string[] }
  /** Have the container's image on the machine, pulling it if the policy says so. */
  | { readonly do: "ensureImage"; readonly name: string }
  /** Create and start a container whose image is there, and run its postStart hook. */
  | { readonly do: "startContainer"; readonly name: string; readonly restartCount: number; readonly sandboxId: string }
  | { readonly do: "killContainer"; readonly name: string; readonly id: string; readonly reason: KillReason }
  /** Forget an ended container whose place another has taken. */
  | { readonly do: "removeContainer"; readonly id: string }
  | { readonly do: "stopSandbox"; readonly id: string }
  | { readonly do: "removeSandbox"; readonly id: string }
  /** Nothing of the Pod runs any more: take its volumes away. */
  | { readonly do: "unmountVolumes" }
  /** Tell the API that the deletion it asked for is done. */
  | { readonly do: "confirmDeletion" }
  /** The Pod is gone from the API: remove what is left of it on the node. */
  | { readonly do: "forget" };

/** What a step excludes: no two steps of one key are carried out at once. */
export function stepKey(step: Step): string {
  switch (step.do) {
    case "mountVolumes":
    case "unmountVolumes":
      return "volumes";
    case "createSandbox":
      return "sandbox";
    case "stopSandbox":
    case "removeSandbox":
      return `sandbox/${step.id}`;
    case "ensureImage":
      return `image/${step.name}`;
    case "startContainer":
      return `start/${step.name}`;
    case "killContainer":
      // A shorter grace period must overtake a longer one that is still waiting.
      return `kill/${step.id}/${step.reason.gracePeriodSeconds}`;
    case "removeContainer":
      return `remove/${step.id}`;
    case "confirmDeletion":
    case "forget":
      return step.do;
  }
}

/** What can be done to a project, as data. */
import type { ObservedContainer } from "../observe/observed.ts";

/** One thing to do. Resources are called what the file calls them; containers by the names they bear, or will. */
export type Step =
  | { readonly do: "create-network"; readonly key: string }
  | { readonly do: "remove-network"; readonly key: string; readonly name: string; readonly id: string }
  | { readonly do: "create-volume"; readonly key: string }
  | { readonly do: "remove-volume"; readonly name: string }
  | { readonly do: "remove-image"; readonly image: string }
  | {
      readonly do: "create-container";
      readonly service: string;
      readonly number: number;
      readonly name: string;
    }
  | {
      /** A new one is made beside the old one, which is then stopped and removed: its anonymous volumes are never without an owner. */
      readonly do: "recreate-container";
      readonly service: string;
      readonly number: number;
      readonly name: string;
      readonly replaced: ObservedContainer;
      readonly inherit: boolean;
      /** The new one runs, and is healthy where it has a check, before the old one is stopped. */
      readonly startFirst: boolean;
      readonly timeout: number | undefined;
    }
  | { readonly do: "rename-container"; readonly container: ObservedContainer; readonly name: string }
  | {
      readonly do: "start-container";
      readonly service: string;
      readonly name: string;
      /** It has been made by an earlier process, which may have ended before all was put into it. */
      readonly complete: boolean;
    }
  | {
      readonly do: "stop-container";
      readonly container: ObservedContainer;
      readonly timeout: number | undefined;
    }
  | {
      readonly do: "restart-container";
      readonly container: ObservedContainer;
      readonly timeout: number | undefined;
    }
  | {
      readonly do: "remove-container";
      readonly container: ObservedContainer;
      readonly volumes: boolean;
    }
  | {
      /** Waits until a dependency has come far enough. */
      readonly do: "await-service";
      readonly service: string;
      readonly condition: AwaitedCondition;
      readonly required: boolean;
      readonly containers: readonly string[];
    };

/** How far a service must have come: `running_or_healthy` is what `--wait` asks for. */
export type AwaitedCondition = "service_healthy" | "service_completed_successfully" | "running_or_healthy";

/** A step, and the ids of those that must be done before it. */
export interface Planned {
  readonly id: string;
  readonly after: readonly string[];
  readonly step: Step;
}

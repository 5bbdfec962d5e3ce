/** Evaluations that may have to wait for an authorizer. */
import { VerdictPending } from "./authorizer-library.ts";

/** Runs `attempt`, again whenever a verdict it waited for has arrived. It must be safe to repeat. */
export async function whenAnswered<T>(attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof VerdictPending)) throw error;
      await error.arrived;
    }
  }
}

/** Sessions attached to containers with a terminal, by which the terminal's size is set. */
import type { Session } from "@skiff/engine";

/** Remembers sessions while they last. */
export interface Terminals {
  add(containerId: string, session: Session): void;
  /** Any session attached to the container now. */
  find(containerId: string): Session | undefined;
}

/** An empty memory. */
export function createTerminals(): Terminals {
  const sessions = new Map<string, Set<Session>>();
  return {
    add(containerId, session) {
      const all = sessions.get(containerId) ?? new Set();
      sessions.set(containerId, all.add(session));
      const forget = () => {
        all.delete(session);
        if (all.size === 0 && sessions.get(containerId) === all) sessions.delete(containerId);
      };
      session.exit.then(forget, forget);
    },
    find: (containerId) => sessions.get(containerId)?.values().next().value,
  };
}

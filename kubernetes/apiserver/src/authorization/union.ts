import type { User } from "../call.ts";
import type { Attributes, Authorizer, Decision } from "./authorizer.ts";

/** Asks the authorizers in order until one allows or denies; what nobody allows is not allowed, for all their reasons. */
export function union(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize: (user, attributes) => askFrom(authorizers, 0, user, attributes, []),
    rulesFor(user, namespace) {
      const lists = authorizers.map((authorizer) => authorizer.rulesFor?.(user, namespace) ?? { rules: [] });
      const incomplete = lists.flatMap((list) => list.incomplete ?? []);
      return {
        rules: lists.flatMap((list) => list.rules),
        incomplete: incomplete.length === 0 ? undefined : joinErrors(incomplete),
      };
    },
  };
}

/** Errors as Go writes several as one. */
export function joinErrors(errors: readonly string[]): string {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
}

// Stays synchronous for as long as the authorizers are: this is on the path of every request.
function askFrom(
  authorizers: readonly Authorizer[],
  first: number,
  user: User,
  attributes: Attributes,
  before: readonly Decision[],
): Decision | Promise<Decision> {
  let undecided = before;
  for (let i = first; i < authorizers.length; i++) {
    const answer = authorizers[i]?.authorize(user, attributes);
    if (answer === undefined) continue;
    if (answer instanceof Promise) {
      const sofar = undecided;
      return answer.then((decision) =>
        settled(decision) ? decision : askFrom(authorizers, i + 1, user, attributes, [...sofar, decision]),
      );
    }
    if (settled(answer)) return answer;
    if (answer.reason !== "" || answer.error !== undefined) undecided = [...undecided, answer];
  }
  const errors = undecided.flatMap(({ error }) => error ?? []);
  return {
    allowed: false,
    reason: undecided
      .map(({ reason }) => reason)
      .filter((reason) => reason !== "")
      .join("\n"),
    ...(errors.length > 0 && { error: joinErrors(errors) }),
  };
}

function settled(decision: Decision): boolean {
  return decision.allowed || decision.denied === true;
}

/** What is wrong with the options of a list or a watch. */
import { StatusError } from "@skiff/api";

type Problem = Parameters<typeof StatusError.invalid>[2][number];

/** The values `resourceVersionMatch` may have. */
export type VersionMatch = "Exact" | "NotOlderThan" | "";

/** `resourceVersionMatch` of a list. Throws StatusError 422 for options that do not go together. */
export function listMatch(query: URLSearchParams): VersionMatch {
  const match = query.get("resourceVersionMatch") ?? "";
  const version = query.get("resourceVersion") ?? "";
  const problems: Problem[] = [];
  if (match !== "") {
    if (version === "")
      problems.push(forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if ((query.get("continue") ?? "") !== "") {
      problems.push(forbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
    if (!isMatch(match)) problems.push(notSupported(match, '"Exact", "NotOlderThan", ""'));
    if (match === "Exact" && version === "0") {
      problems.push(forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (query.has("sendInitialEvents")) {
    problems.push(forbidden("sendInitialEvents is forbidden for list", "sendInitialEvents"));
  }
  refuse(problems);
  return isMatch(match) ? match : "";
}

/** Checks the options of a watch. Throws StatusError 422 for those that do not go together. */
export function checkWatchOptions(query: URLSearchParams): void {
  const match = query.get("resourceVersionMatch") ?? "";
  const problems: Problem[] = [];
  const sendsInitial = query.has("sendInitialEvents");
  if (sendsInitial && match !== "NotOlderThan") {
    problems.push(forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (match !== "") {
    if (!sendsInitial) {
      problems.push(forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (match !== "NotOlderThan") problems.push(notSupported(match, '"NotOlderThan"'));
    if ((query.get("continue") ?? "") !== "") {
      problems.push(forbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
  }
  refuse(problems);
}

function isMatch(match: string): match is VersionMatch {
  return match === "Exact" || match === "NotOlderThan" || match === "";
}

function forbidden(detail: string, field = "resourceVersionMatch"): Problem {
  return { type: "FieldValueForbidden", field, detail };
}

function notSupported(badValue: string, values: string): Problem {
  return {
    type: "FieldValueNotSupported",
    field: "resourceVersionMatch",
    badValue,
    detail: `supported values: ${values}`,
  };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw StatusError.invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", problems);
}

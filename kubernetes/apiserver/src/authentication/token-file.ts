/** The static token file: `token,user,uid` and optionally `"group1,group2"` on each line. */
import { readFileSync } from "node:fs";
import type { User } from "../call.ts";
import type { TokenAuthenticator } from "./token-authenticator.ts";

/** Knows the tokens of a file, read once. Throws when a line is not one of a token. */
export function tokenFile(path: string): TokenAuthenticator {
  const users = parseTokenFile(readFileSync(path, "utf8"), path);
  return {
    name: "token file",
    authenticate: (token, audiences) => {
      const user = users.get(token);
      return user && { user, audiences };
    },
  };
}

/** The users of a token file's text, by token. `path` is named in errors, a token never. */
export function parseTokenFile(text: string, path: string): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const [token = "", name = "", uid = "", groups = "", ...more] = fieldsOf(line);
    if (token === "" || name === "" || more.length > 0 || uid === undefined) {
      throw new Error(`${path}:${index + 1}: expected token,user,uid and optionally groups in quotes`);
    }
    users.set(token, {
      name,
      ...(uid !== "" && { uid }),
      groups: groups
        .split(",")
        .map((group) => group.trim())
        .filter((group) => group !== ""),
    });
  });
  return users;
}

// Comma-separated values; a field in double quotes may hold commas, and quotes written twice.
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?=,|$)/g)) {
    fields.push(quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"'));
  }
  return fields;
}

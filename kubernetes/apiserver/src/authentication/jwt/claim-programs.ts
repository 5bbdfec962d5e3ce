import { BOOL, createEnv, DYN, listOf, mapOf, objectType, STRING } from "@skiff/api/cel";
import { celText, type Evaluate } from "../../configuration/cel-text.ts";
import type { ClaimExpressions } from "./claim-expressions.ts";
import type { JwtIssuer } from "./jwt-configuration.ts";

const CLAIMS = createEnv({ variables: { claims: mapOf(STRING, DYN) } });
const USER = createEnv({
  variables: {
    user: objectType("kubernetes.UserInfo", {
      username: STRING,
      uid: STRING,
      groups: listOf(STRING),
      extra: mapOf(STRING, listOf(STRING)),
    }),
  },
});
const TEXTS = [STRING, listOf(STRING)];

/** Compiles the expressions of an issuer. Throws, naming the field, where one cannot be. */
export function compileClaims({
  claimMappings,
  claimValidationRules = [],
  userValidationRules = [],
}: JwtIssuer): ClaimExpressions {
  const { username, groups, uid, extra = [] } = claimMappings;
  const text = (expression: string | undefined, field: string) =>
    expression ? celText(expression, `claimMappings.${field}`, CLAIMS, [STRING]) : undefined;
  const texts = (expression: string | undefined, field: string) =>
    expression ? celText(expression, `claimMappings.${field}`, CLAIMS, TEXTS) : undefined;
  const nameOf = text(username.expression, "username.expression");
  const groupsOf = texts(groups?.expression, "groups.expression");
  const uidOf = text(uid?.expression, "uid.expression");
  const extras = extra.map(({ key, valueExpression }, index) => ({
    key,
    values: texts(valueExpression, `extra[${index}].valueExpression`),
  }));
  const claimRules = claimValidationRules.flatMap(({ expression, message }, index) =>
    expression
      ? [{ holds: celText(expression, `claimValidationRules[${index}]`, CLAIMS, [BOOL]), expression, message }]
      : [],
  );
  const userRules = userValidationRules.map(({ expression, message }, index) => ({
    holds: celText(expression, `userValidationRules[${index}]`, USER, [BOOL]),
    expression,
    message,
  }));
  return {
    checkClaims(claims) {
      for (const { holds, expression, message } of claimRules) {
        if (holds({ claims }) !== true)
          throw new Error(
            `oidc: error evaluating claim validation expression: validation expression '${expression}' failed: ${message ?? ""}`,
          );
      }
    },
    username: (claims) => (nameOf ? oneText(nameOf, claims, "username") : ""),
    groups: (claims) => (groupsOf ? manyTexts(groupsOf({ claims }), "groups") : []),
    uid: (claims) => uidOf && oneText(uidOf, claims, "uid"),
    extra(claims) {
      const found = extras.map(({ key, values }) => [key, manyTexts(values?.({ claims }), "extra")] as const);
      const filled = found.filter(([, values]) => values.length > 0);
      return filled.length === 0 ? undefined : Object.fromEntries(filled);
    },
    checkUser({ name, uid: id = "", groups: own, extra: more = {} }) {
      const user = { username: name, uid: id, groups: own, extra: more };
      for (const { holds, expression, message } of userRules) {
        if (holds({ user }) !== true)
          throw new Error(
            `oidc: error evaluating user info validation rule: validation expression '${expression}' failed: ${message ?? ""}`,
          );
      }
    },
  };
}

function oneText(evaluate: Evaluate, claims: object, what: string): string {
  const value = evaluate({ claims });
  if (typeof value !== "string") throw new Error(`oidc: error evaluating ${what} claim expression: not a text`);
  return value;
}

// One text counts as a list of it; nothing, and the empty text, as none.
function manyTexts(value: unknown, what: string): string[] {
  const all = Array.isArray(value) ? value : value === null || value === undefined || value === "" ? [] : [value];
  return all
    .map((one: unknown) => {
      if (typeof one !== "string")
        throw new Error(`oidc: error evaluating ${what} claim expression: not a list of texts`);
      return one;
    })
    .filter((one) => one !== "");
}

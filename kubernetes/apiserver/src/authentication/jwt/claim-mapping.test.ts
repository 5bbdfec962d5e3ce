import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { claimExpressions } from "./claim-expressions.ts";
import { userOfClaims } from "./claim-mapping.ts";
import type { JwtIssuer } from "./jwt-configuration.ts";

const issuer = { url: "https://id.example.org", audiences: ["skiff"] };
const map = async (config: Omit<JwtIssuer, "issuer">, claims: Record<string, unknown>) => {
  const whole = { issuer, ...config };
  return userOfClaims(whole, await claimExpressions(whole), claims);
};
const username = { claim: "sub", prefix: "" };

describe("the user of a token's claims", () => {
  it("is what expressions make of them", async () => {
    const claimMappings: JwtIssuer["claimMappings"] = {
      username: { expression: "claims.email.split('@')[0] + ':' + claims.org" },
      groups: { expression: "claims.roles.map(r, 'role:' + r)" },
      uid: { expression: "claims.id" },
      extra: [
        { key: "example.org/tenant", valueExpression: "claims.org" },
        { key: "example.org/none", valueExpression: "''" },
      ],
    };
    const claims = { email: "ada@example.org", org: "acme", roles: ["dev", "ops"], id: "7" };
    assert.deepEqual(await map({ claimMappings }, claims), {
      name: "ada:acme",
      groups: ["role:dev", "role:ops"],
      uid: "7",
      extra: { "example.org/tenant": ["acme"] },
    });
  });

  const REFUSED: readonly {
    when: string;
    config: Omit<JwtIssuer, "issuer">;
    claims: Record<string, unknown>;
    why: RegExp;
  }[] = [
    {
      when: "the claim of the name is missing",
      config: { claimMappings: { username } },
      claims: {},
      why: /parse username claims "sub"/,
    },
    {
      when: "the name is empty",
      config: { claimMappings: { username } },
      claims: { sub: "" },
      why: /may not be empty/,
    },
    {
      when: "the address is not verified",
      config: { claimMappings: { username: { claim: "email", prefix: "" } } },
      claims: { email: "ada@example.org", email_verified: false },
      why: /email not verified/,
    },
    {
      when: "a rule about claims does not hold",
      config: {
        claimMappings: { username },
        claimValidationRules: [{ expression: "claims.age >= 18", message: "too young" }],
      },
      claims: { sub: "ada", age: 7 },
      why: /validation expression 'claims.age >= 18' failed: too young$/,
    },
    {
      when: "a rule about the user does not hold",
      config: {
        claimMappings: { username },
        userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: "reserved" }],
      },
      claims: { sub: "system:admin" },
      why: /failed: reserved$/,
    },
  ];
  for (const { when, config, claims, why } of REFUSED) {
    it(`is nobody when ${when}`, () => assert.rejects(map(config, claims), why));
  }

  it("cannot be made by an expression of another type", async () => {
    const claimMappings = { username: { expression: "1 + 1" } };
    await assert.rejects(
      map({ claimMappings }, {}),
      /claimMappings.username.expression: must evaluate to string, and evaluates to int$/,
    );
  });
});

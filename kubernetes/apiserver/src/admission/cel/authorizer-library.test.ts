import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BOOL } from "@skiff/api/cel";
import type { Attributes, Decision } from "../../authorization/authorizer.ts";
import type { User } from "../../call.ts";
import { AuthorizerValue, requestResource, Verdicts } from "./authorizer-library.ts";
import { admissionEnv } from "./environment.ts";
import { compileExpression, evaluate } from "./expression.ts";
import { whenAnswered } from "./when-answered.ts";

const ann: User = { name: "ann", groups: ["devs"] };
const env = admissionEnv({ authorizer: true });

/** Evaluates `source`, asking `authorize`; gives the outcome and what was asked. */
async function ask(source: string, authorize: (user: User, a: Attributes) => Decision | Promise<Decision>) {
  const asked: { user: string; attributes: Partial<Attributes> }[] = [];
  const verdicts = new Verdicts({
    authorize(user, attributes) {
      asked.push({ user: user.name, attributes });
      return authorize(user, attributes);
    },
  });
  const authorizer = new AuthorizerValue(verdicts, ann);
  const resource = requestResource(authorizer, { group: "apps", plural: "deployments", namespace: "here", name: "d" });
  const values = { authorizer, "authorizer.requestResource": resource };
  const program = compileExpression(source, env, [BOOL]);
  const outcome = await whenAnswered(() => evaluate(program, values, { remaining: 10_000_000 }));
  return { outcome, asked };
}

const yes = { allowed: true, reason: "because" };

describe("authorizer", () => {
  const questions: { when: string; source: string; user?: string; attributes: Partial<Attributes> }[] = [
    {
      when: "a resource is named",
      source:
        "authorizer.group('').resource('pods').subresource('log').namespace('n').name('p').check('get').allowed()",
      attributes: { isResource: true, verb: "get", plural: "pods", subresource: "log", namespace: "n", name: "p" },
    },
    {
      when: "a path is named",
      source: "authorizer.path('/healthz').check('get').reason() == 'because'",
      attributes: { isResource: false, verb: "get", path: "/healthz" },
    },
    {
      when: "it is about the request",
      source: "authorizer.requestResource.check('escalate').allowed()",
      attributes: { verb: "escalate", group: "apps", plural: "deployments", namespace: "here", name: "d" },
    },
    {
      when: "it is about a service account",
      source: "authorizer.serviceAccount('ns', 'sa').group('apps').resource('deployments').check('list').allowed()",
      user: "system:serviceaccount:ns:sa",
      attributes: { verb: "list", group: "apps", plural: "deployments" },
    },
  ];
  for (const { when, source, user = "ann", attributes } of questions) {
    it(`asks what the expression says when ${when}`, async () => {
      const { outcome, asked } = await ask(source, () => yes);
      assert.deepEqual(outcome, { value: true });
      const [question = assert.fail(), ...others] = asked;
      assert.equal(others.length, 0);
      assert.equal(question.user, user);
      assert.deepEqual({ ...question.attributes, ...attributes }, question.attributes);
    });
  }

  it("waits for verdicts that take their time, and asks each question once", async () => {
    const check = (verb: string) => `authorizer.group('').resource('pods').check('${verb}')`;
    const { outcome, asked } = await ask(
      `${check("get")}.allowed() && !${check("delete")}.allowed()`,
      async (_, { verb }) => ({
        allowed: verb === "get",
        reason: "",
      }),
    );
    assert.deepEqual(outcome, { value: true });
    assert.deepEqual(
      asked.map(({ attributes }) => attributes.verb),
      ["get", "delete"],
    );
  });

  it("makes of a failure a verdict that says so", async () => {
    const source = "[authorizer.path('/x').check('get')].all(d, d.errored() && d.error() == 'down' && !d.allowed())";
    const { outcome } = await ask(source, () => Promise.reject(new Error("down")));
    assert.deepEqual(outcome, { value: true });
  });

  it("refuses names that no service account can have", async () => {
    const { outcome } = await ask("authorizer.serviceAccount('NS', 'sa').path('/').check('get').allowed()", () => yes);
    assert.match(outcome.error ?? "", /resulted in error: Invalid service account namespace/);
  });
});

/** `authorizer.group("apps").resource("deployments").check("create").allowed()`: asking, in an expression, who may do what. */
import { BOOL, CelError, type CelValue, method, OpaqueValue, type Overload, opaque, STRING } from "@skiff/api/cel";
import type { Attributes, Authorizer, Decision } from "../../authorization/authorizer.ts";
import type { User } from "../../call.ts";

const LIBRARY = "kubernetes.authorization";
/** What one check costs, in cel-go's units: it may ask another server. */
const CHECK_COST = { cost: () => 350_000 };

const PATH = `${LIBRARY}.PathCheck`;
const GROUP = `${LIBRARY}.GroupCheck`;
const RESOURCE = `${LIBRARY}.ResourceCheck`;

/** The type of `authorizer`. */
export const AUTHORIZER = opaque(`${LIBRARY}.Authorizer`);
/** The type of `authorizer.requestResource`. */
export const RESOURCE_CHECK = opaque(RESOURCE);
const PATH_CHECK = opaque(PATH);
const GROUP_CHECK = opaque(GROUP);
const DECISION = opaque(`${LIBRARY}.Decision`);

/**
 * Thrown out of an evaluation that needs a verdict which is not there yet: the evaluation is repeated once `arrived`
 * resolves, and then finds it.
 */
export class VerdictPending extends Error {
  readonly arrived: Promise<void>;
  constructor(arrived: Promise<void>) {
    super("an authorizer has been asked and has not answered yet");
    this.arrived = arrived;
  }
}

/** Verdicts as expressions ask for them: each question is put once. */
export class Verdicts {
  readonly #authorizer: Authorizer;
  readonly #known = new Map<string, Decision>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  /** Throws VerdictPending while the authorizer waits for others. */
  ask(user: User, attributes: Attributes): Decision {
    const key = JSON.stringify([user.name, user.groups, attributes]);
    const known = this.#known.get(key);
    if (known) return known;
    const answer = this.#authorizer.authorize(user, attributes);
    if (!(answer instanceof Promise)) {
      this.#known.set(key, answer);
      return answer;
    }
    const arrived = answer.then(
      (decision) => void this.#known.set(key, decision),
      (error) => {
        const text = error instanceof Error ? error.message : String(error);
        this.#known.set(key, { allowed: false, reason: "", error: text });
      },
    );
    throw new VerdictPending(arrived);
  }
}

const NOTHING: Attributes = {
  isResource: false,
  verb: "",
  path: "",
  group: "",
  version: "",
  namespace: "",
  plural: "",
  subresource: "",
  name: "",
};

abstract class LibraryValue extends OpaqueValue {
  equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

/** `authorizer`: somebody whose rights are asked about. */
export class AuthorizerValue extends LibraryValue {
  readonly typeName = `${LIBRARY}.Authorizer`;
  readonly verdicts: Verdicts;
  readonly user: User;
  constructor(verdicts: Verdicts, user: User) {
    super();
    this.verdicts = verdicts;
    this.user = user;
  }
}

/** A question that lacks its verb. */
export class CheckValue extends LibraryValue {
  readonly typeName: string;
  readonly of: AuthorizerValue;
  readonly attributes: Attributes;
  constructor(typeName: string, of: AuthorizerValue, attributes: Attributes) {
    super();
    this.typeName = typeName;
    this.of = of;
    this.attributes = attributes;
  }
  with(part: Partial<Attributes>, typeName = this.typeName): CheckValue {
    return new CheckValue(typeName, this.of, { ...this.attributes, ...part });
  }
}

class DecisionValue extends LibraryValue {
  readonly typeName = `${LIBRARY}.Decision`;
  readonly decision: Decision;
  constructor(decision: Decision) {
    super();
    this.decision = decision;
  }
}

/** `authorizer.requestResource`: the question about what the request itself is about. */
export function requestResource(of: AuthorizerValue, attributes: Partial<Attributes>): CelValue {
  return new CheckValue(RESOURCE, of, { ...NOTHING, isResource: true, ...attributes });
}

function path(of: AuthorizerValue, text: string): CheckValue {
  if (text.trim() === "") throw new CelError("path must not be empty");
  return new CheckValue(PATH, of, { ...NOTHING, path: text });
}

function serviceAccount({ verdicts }: AuthorizerValue, namespace: string, name: string): AuthorizerValue {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) throw new CelError("Invalid service account namespace");
  if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) throw new CelError("Invalid service account name");
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
  return new AuthorizerValue(verdicts, { name: `system:serviceaccount:${namespace}:${name}`, groups });
}

function check({ of, attributes }: CheckValue, verb: string): DecisionValue {
  return new DecisionValue(of.verdicts.ask(of.user, { ...attributes, verb }));
}

/** The functions of the library. */
export const authorizerLibrary: readonly Overload[] = [
  method("path", [AUTHORIZER, STRING], PATH_CHECK, path),
  method("group", [AUTHORIZER, STRING], GROUP_CHECK, (of: AuthorizerValue, group: string) => {
    return new CheckValue(GROUP, of, { ...NOTHING, isResource: true, group, version: "*" });
  }),
  method("serviceAccount", [AUTHORIZER, STRING, STRING], AUTHORIZER, serviceAccount),
  method("resource", [GROUP_CHECK, STRING], RESOURCE_CHECK, (of: CheckValue, plural: string) =>
    of.with({ plural }, RESOURCE),
  ),
  method("subresource", [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (of: CheckValue, subresource: string) =>
    of.with({ subresource }),
  ),
  method("namespace", [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (of: CheckValue, namespace: string) =>
    of.with({ namespace }),
  ),
  method("name", [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (of: CheckValue, name: string) => of.with({ name })),
  method("fieldSelector", [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (of: CheckValue, rawSelector: string) =>
    of.with({ fieldSelector: { rawSelector } }),
  ),
  method("labelSelector", [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (of: CheckValue, rawSelector: string) =>
    of.with({ labelSelector: { rawSelector } }),
  ),
  method("check", [RESOURCE_CHECK, STRING], DECISION, check, CHECK_COST),
  method("check", [PATH_CHECK, STRING], DECISION, check, CHECK_COST),
  method("allowed", [DECISION], BOOL, ({ decision }: DecisionValue) => decision.allowed),
  method("reason", [DECISION], STRING, ({ decision }: DecisionValue) => decision.reason),
  method("errored", [DECISION], BOOL, ({ decision }: DecisionValue) => decision.error !== undefined),
  method("error", [DECISION], STRING, ({ decision }: DecisionValue) => decision.error ?? ""),
];

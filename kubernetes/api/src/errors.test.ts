import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isConflict, isGone, isNotFound, StatusError } from "./errors.ts";
import { invalid, required } from "./rules/field-error.ts";

const pods = { group: "", plural: "pods" };
const deployments = { group: "apps", plural: "deployments" };

const table: [error: StatusError, code: number, reason: string, message: string][] = [
  [StatusError.notFound(pods, "x"), 404, "NotFound", 'pods "x" not found'],
  [StatusError.notFound(deployments, "x"), 404, "NotFound", 'deployments.apps "x" not found'],
  [StatusError.alreadyExists(pods, "x"), 409, "AlreadyExists", 'pods "x" already exists'],
  [
    StatusError.conflict(pods, "x"),
    409,
    "Conflict",
    'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [StatusError.forbidden(pods, "x", "no"), 403, "Forbidden", 'pods "x" is forbidden: no'],
  [StatusError.forbidden(pods, "", "no"), 403, "Forbidden", "pods is forbidden: no"],
  [StatusError.forbidden(undefined, "", "no"), 403, "Forbidden", "forbidden: no"],
  [StatusError.expired("too old resource version: 1 (5)"), 410, "Expired", "too old resource version: 1 (5)"],
  [
    StatusError.methodNotSupported(pods, "delete"),
    405,
    "MethodNotAllowed",
    'delete is not supported on resources of kind "pods"',
  ],
  [
    StatusError.tooLarge("limit is 3145728"),
    413,
    "RequestEntityTooLarge",
    "Request entity is too large: limit is 3145728",
  ],
  [StatusError.timeout("no answer"), 504, "Timeout", "Timeout: no answer"],
  [StatusError.internal("boom"), 500, "InternalError", "Internal error occurred: boom"],
];

describe("StatusError", () => {
  for (const [error, code, reason, message] of table) {
    it(`says ${reason} (${code}) as: ${message}`, () => {
      assert.equal(error.code, code);
      assert.equal(error.status.reason, reason);
      assert.equal(error.message, message);
    });
  }

  it("lists what is invalid, once each in the message", () => {
    const errors = [required("spec.a"), invalid("spec.b", "x", "must be y"), required("spec.a")];
    const error = StatusError.invalid({ group: "apps", kind: "Deployment" }, "d", errors);
    assert.equal(
      error.message,
      'Deployment.apps "d" is invalid: [spec.a: Required value, spec.b: Invalid value: "x": must be y]',
    );
    assert.equal(error.status.details?.kind, "Deployment");
    assert.deepEqual(error.status.details?.causes?.[1], {
      reason: "FieldValueInvalid",
      message: 'Invalid value: "x": must be y',
      field: "spec.b",
    });
  });

  it("is told apart by its reason", () => {
    assert.ok(isNotFound(StatusError.notFound(pods, "x")));
    assert.ok(isGone(StatusError.expired("")));
    assert.ok(!isConflict(StatusError.alreadyExists(pods, "x")));
    assert.ok(!isNotFound(new Error("not found")));
  });
});

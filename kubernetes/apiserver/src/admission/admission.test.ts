import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configMaps, pods } from "@skiff/api/resources";
import { type AdmissionPlugin, type AdmissionRequest, admissionOf } from "./admission.ts";

function requestFor(info: AdmissionRequest["info"] = pods): AdmissionRequest {
  const reinvocation = { wanted: false, again: false, notes: new Map() };
  return { operation: "CREATE", info, subresource: "", reinvocation } as unknown as AdmissionRequest;
}

function noting(name: string, said: string[], more: Partial<AdmissionPlugin> = {}): AdmissionPlugin {
  return { name, mutate: () => void said.push(name), ...more };
}

describe("admissionOf()", () => {
  it("is done without a promise when no plugin waits", () => {
    const said: string[] = [];
    const admission = admissionOf([noting("a", said), noting("b", said)]);
    assert.equal(admission.mutate(requestFor()), undefined);
    assert.deepEqual(said, ["a", "b"]);
  });

  it("keeps the order of the plugins when one of them waits", async () => {
    const said: string[] = [];
    const slow = async () => {
      await new Promise(setImmediate);
      said.push("slow");
    };
    const admission = admissionOf([noting("a", said), { name: "slow", mutate: slow }, noting("b", said)]);
    await admission.mutate(requestFor());
    assert.deepEqual(said, ["a", "slow", "b"]);
  });

  it("asks a plugin once whether a target concerns it, and then only when it does", async () => {
    const said: string[] = [];
    const asked: string[] = [];
    const concerns: AdmissionPlugin["concerns"] = ({ info }) => {
      asked.push(info.plural);
      return info.plural === "pods";
    };
    const admission = admissionOf([noting("pods only", said, { concerns })]);
    for (const info of [pods, configMaps, pods, configMaps]) await admission.mutate(requestFor(info));
    assert.deepEqual(asked, ["pods", "configmaps"]);
    assert.deepEqual(said, ["pods only", "pods only"]);
  });

  it("runs the mutating plugins once more, and no oftener, when one of them asks for it", async () => {
    const said: string[] = [];
    const greedy: AdmissionPlugin = {
      name: "greedy",
      mutate({ reinvocation }) {
        said.push(reinvocation.again ? "again" : "greedy");
        reinvocation.wanted = true;
      },
    };
    await admissionOf([noting("a", said), greedy]).mutate(requestFor());
    assert.deepEqual(said, ["a", "greedy", "a", "again"]);
  });

  it("asks no further plugin after a refusal", () => {
    const said: string[] = [];
    const refuse = () => {
      throw new Error("no");
    };
    const admission = admissionOf([
      { name: "refuse", validate: refuse },
      { name: "b", validate: () => void said.push("b") },
    ]);
    assert.throws(() => admission.validate(requestFor()), /^Error: no$/);
    assert.deepEqual(said, []);
  });
});

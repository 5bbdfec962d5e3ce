import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { negotiate } from "./negotiate.ts";

const BUILT_IN = { protobuf: true, stream: false };
const CUSTOM = { protobuf: false, stream: false };
const WATCH = { protobuf: true, stream: true };
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const TABLE = "as=Table;g=meta.k8s.io;v=v1";
const METADATA = "as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

const table = [
  { when: "nothing is said", accept: undefined, want: "json object" },
  { when: "everything is accepted", accept: "*/*", want: "json object" },
  { when: "protobuf is preferred", accept: `${PROTOBUF}, */*`, want: "protobuf object" },
  { when: "a wildcard comes before what is said exactly", accept: "*/*, application/yaml", want: "yaml object" },
  { when: "a weight says so", accept: `${PROTOBUF};q=0.5, application/yaml;q=0.9`, want: "yaml object" },
  { when: "a weight of nothing says no", accept: "application/json;q=0, application/yaml", want: "yaml object" },
  { when: "CBOR is one of several", accept: "application/cbor, application/json;q=0.9", want: "json object" },
  { when: "kubectl asks for a table", accept: `application/json;${TABLE},application/json`, want: "json table" },
  { when: "a table in YAML is asked for", accept: `application/yaml;${TABLE}`, want: "yaml table" },
  { when: "a table has no protobuf form", accept: `${PROTOBUF};${TABLE},application/json`, want: "json object" },
  { when: "metadata is asked for", accept: `${PROTOBUF};${METADATA}`, want: "protobuf metadata" },
  {
    when: "a view has a version that is none",
    accept: `application/json;as=Table;g=meta.k8s.io;v=v2, application/json`,
    want: "json object",
  },
  {
    when: "a custom resource has no protobuf form",
    accept: `${PROTOBUF}, application/json`,
    of: CUSTOM,
    want: "json object",
  },
  {
    when: "metadata of a custom resource has one",
    accept: `${PROTOBUF};${METADATA}`,
    of: CUSTOM,
    want: "protobuf metadata",
  },
  { when: "a watch is asked for in protobuf", accept: `${PROTOBUF};stream=watch`, of: WATCH, want: "protobuf object" },
  { when: "a watch has no YAML form", accept: "application/yaml, application/json", of: WATCH, want: "json object" },
];

describe("negotiate()", () => {
  for (const { when, accept, of = BUILT_IN, want } of table) {
    it(`chooses ${want} when ${when}`, () => {
      const { encoding, as } = negotiate(accept, of);
      assert.equal(`${encoding} ${as}`, want);
    });
  }

  for (const { when, accept, of } of [
    { when: "only CBOR", accept: "application/cbor", of: BUILT_IN },
    { when: "only a table in protobuf", accept: `${PROTOBUF};${TABLE}`, of: BUILT_IN },
    { when: "only protobuf of a custom resource", accept: PROTOBUF, of: CUSTOM },
  ]) {
    it(`refuses ${when}, naming what there is`, () => {
      const message =
        "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";
      assert.throws(() => negotiate(accept, of), { code: 406, message });
    });
  }

  it("refuses a watch in YAML, naming the streams there are", () => {
    const message =
      "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
    assert.throws(() => negotiate("application/yaml", WATCH), { code: 406, message });
  });
});

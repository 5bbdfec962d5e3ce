import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode, encode, type RecordType } from "dns-packet";
import { answerQuery, failure, type Names } from "./name-service.ts";

const names: Names = {
  addressesOf: (name) => (name === "db" ? ["172.18.0.2", "172.18.0.3"] : []),
  nameOf: (address) => (address === "172.18.0.2" ? "db.backend" : undefined),
};

function query(name: string, type: RecordType): Buffer {
  return encode({ type: "query", id: 7, flags: 0x100, questions: [{ type, name }] });
}

describe("answerQuery()", () => {
  const table: { when: string; name: string; type: RecordType; want: unknown[] | undefined }[] = [
    { when: "a container has the name", name: "db", type: "A", want: ["172.18.0.2", "172.18.0.3"] },
    { when: "the name comes in capitals", name: "DB", type: "A", want: ["172.18.0.2", "172.18.0.3"] },
    { when: "an IPv6 address is asked for", name: "db", type: "AAAA", want: [] },
    { when: "an address is a container's", name: "2.0.18.172.in-addr.arpa", type: "PTR", want: ["db.backend"] },
    { when: "nobody has the name", name: "example.org", type: "A", want: undefined },
    { when: "nobody has the address", name: "9.0.18.172.in-addr.arpa", type: "PTR", want: undefined },
  ];
  for (const { when, name, type, want } of table) {
    it(`gives ${want === undefined ? "nothing" : JSON.stringify(want)} when ${when}`, () => {
      const answer = answerQuery(query(name, type), names);
      if (want === undefined) return assert.equal(answer, undefined);
      const { id, answers = [] } = decode(answer ?? Buffer.alloc(0));
      assert.equal(id, 7);
      assert.deepEqual(
        answers.map((each) => "data" in each && each.data),
        want,
      );
    });
  }

  it("throws for what is no query", () => {
    assert.throws(() => answerQuery(Buffer.from("nothing"), names));
  });
});

describe("failure()", () => {
  it("keeps the question and says SERVFAIL", () => {
    const answer = decode(failure(query("example.org", "A")));
    assert.deepEqual([answer.id, answer.questions?.[0]?.name], [7, "example.org"]);
    assert.equal((answer as { rcode?: string }).rcode, "SERVFAIL");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstFile, lookUp } from "./user-in-passwd.ts";

const PASSWD = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:103::/var/lib/postgresql:/bin/bash\n";

describe("lookUp()", () => {
  const table = [
    { when: "the name is there", name: "postgres", column: 2, want: 101 },
    { when: "another column is asked for", name: "postgres", column: 3, want: 103 },
    { when: "the name is a number that has no line", name: "1000", column: 2, want: 1000 },
    { when: "the name is the beginning of another", name: "post", column: 2, want: undefined },
  ];
  for (const { when, name, column, want } of table) {
    it(`is ${want} when ${when}`, () => assert.equal(lookUp(PASSWD, name, column), want));
  }
});

describe("firstFile()", () => {
  const entry = (type: string, text: string): Buffer => {
    const block = Buffer.alloc(512 + Math.ceil(text.length / 512) * 512);
    block.write(text.length.toString(8).padStart(11, "0"), 124, "latin1");
    block.write(type, 156, "latin1");
    block.write(text, 512);
    return block;
  };
  it("skips headers of extensions", () => {
    assert.equal(firstFile(Buffer.concat([entry("x", "30 mtime=1.5\n"), entry("0", PASSWD)])), PASSWD);
  });
  it("is undefined where there is none, or the archive is none", () => {
    assert.equal(firstFile(entry("5", "")), undefined);
    assert.equal(firstFile(Buffer.alloc(1024, "?")), undefined);
  });
});

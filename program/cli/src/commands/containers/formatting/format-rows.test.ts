import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VerbFailure } from "../verb.ts";
import { type Columns, formatRows } from "./format-rows.ts";
import { alignTabs } from "./tab-writer.ts";

interface Thing {
  readonly name: string;
  readonly size: string;
}

const columns: Columns<Thing> = {
  Size: { heading: "SIZE", value: ({ size }) => size },
  Name: { heading: "NAME", value: ({ name }) => name },
  Label: { heading: "", value: ({ name }, label) => `${name}'s ${String(label)}`, takesArguments: true },
};
const things = [
  { name: "a", size: "<1>" },
  { name: "a-long-name", size: "2" },
];

const table = [
  { when: "nothing is said", format: undefined, want: "NAME          SIZE\na             <1>\na-long-name   2\n" },
  {
    when: "a table is asked for",
    format: "table {{.Size}}\\t{{.Name}}",
    want: "SIZE      NAME\n<1>       a\n2         a-long-name\n",
  },
  { when: "a table's cells are changed", format: "table {{upper .Name}}", want: "NAME\nA\nA-LONG-NAME\n" },
  {
    when: "a table has a label",
    format: 'table {{.Label "com.example.my-x"}}',
    want: "my x\na's com.example.my-x\na-long-name's com.example.my-x\n",
  },
  {
    when: "JSON is asked for",
    format: "json",
    want: '{"Name":"a","Size":"\\u003c1\\u003e"}\n{"Name":"a-long-name","Size":"2"}\n',
  },
  {
    when: "a template is given",
    format: `{{.Name}}\\t{{.Label "x"}}`,
    want: "a\ta's x\na-long-name\ta-long-name's x\n",
  },
];

describe("formatRows()", () => {
  for (const { when, format, want } of table) {
    it(`shows rows where ${when}`, () =>
      assert.equal(formatRows(things, { columns, table: "{{.Name}}\t{{.Size}}", format }), want));
  }

  it("shows what is quiet instead of a table, but not instead of a template", () => {
    const quiet = { columns, table: "{{.Size}}", quiet: "{{.Name}}" };
    assert.equal(formatRows(things, quiet), "a\na-long-name\n");
    assert.equal(formatRows(things, { ...quiet, format: "{{.Size}}" }), "<1>\n2\n");
  });

  it("works out no field that is not shown", () => {
    const costly: Columns<Thing> = { ...columns, Costly: { heading: "", value: () => assert.fail("was worked out") } };
    assert.equal(formatRows(things, { columns: costly, table: "", format: "{{.Name}}" }), "a\na-long-name\n");
  });

  it("refuses a template that cannot be used", () => {
    assert.throws(() => formatRows(things, { columns, table: "", format: "{{.Nope}}" }), VerbFailure);
  });
});

describe("alignTabs()", () => {
  it("aligns neighbouring lines only, and never the last cell", () => {
    assert.equal(
      alignTabs("a\tb\nccccccccccccc\td\n\ne\tf\n"),
      "a               b\nccccccccccccc   d\n\ne         f\n",
    );
  });
});

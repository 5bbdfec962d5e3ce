import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileTemplate } from "./execute.ts";
import { TemplateError } from "./lex.ts";

const data = {
  Name: "web",
  Count: 3,
  Ratio: 0.5,
  On: true,
  None: null,
  Tags: ["a", "b"],
  Labels: { z: "1", a: "2" },
  State: { Status: "up", Ports: [{ Port: 80 }, { Port: 81 }] },
  Label: (name: unknown) => `label ${String(name)}`,
};

const table = [
  { template: "plain {{.Name}}!", want: "plain web!" },
  { template: "{{.State.Status}} {{.Count}} {{.Ratio}} {{.On}}", want: "up 3 0.5 true" },
  { template: "{{.None}}|{{.Tags}}|{{.Labels}}", want: "<no value>|[a b]|map[a:2 z:1]" },
  { template: "{{json .Tags}} {{json .Name}} {{.Labels | json}}", want: `["a","b"] "web" {"z":"1","a":"2"}` },
  { template: "{{if .On}}yes{{else}}no{{end}}{{if .None}}yes{{else if eq .Count 3}} three{{end}}", want: "yes three" },
  { template: "{{range .Tags}}<{{.}}>{{end}}{{range .None}}x{{else}}none{{end}}", want: "<a><b>none" },
  { template: "{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", want: "a=2;z=1;" },
  { template: "{{range $i, $p := .State.Ports}}{{if $i}},{{end}}{{$p.Port}}{{end}}", want: "80,81" },
  { template: "{{range .Tags}}{{if eq . `b`}}{{break}}{{end}}{{.}}{{end}}", want: "a" },
  { template: "{{range .Tags}}{{if eq . `a`}}{{continue}}{{end}}{{.}}{{end}}", want: "b" },
  { template: "{{with .State}}{{.Status}} {{$.Name}}{{end}}{{with .None}}x{{else}} none{{end}}", want: "up web none" },
  { template: "{{$x := .Count}}{{$x}}{{$x = 4}}{{$x}}", want: "34" },
  { template: "{{index .Labels `z`}} {{index .Tags 1}} {{(index .State.Ports 0).Port}}", want: "1 b 80" },
  { template: "{{len .Tags}} {{len .Name}} {{slice .Name 1 2}}", want: "2 3 e" },
  {
    template: `{{printf "%s:%05d %q %v %-4s|%.1f" .Name .Count .Name .On "x" .Ratio}}`,
    want: `web:00003 "web" true x   |0.5`,
  },
  {
    template: `{{upper .Name}} {{title "up now"}} {{truncate .Name 2}} {{pad .Name 1 2}}|`,
    want: "WEB Up Now we  web  |",
  },
  { template: `{{join .Tags ","}} {{split "a,b" ","}} {{println "x" 1}}`, want: "a,b [a b] x 1\n" },
  { template: "{{and .On .Count}} {{or .None .Name}} {{not .On}}", want: "3 web false" },
  { template: "{{or .On (index .Tags 9)}}", want: "true" },
  { template: "{{lt 1 2}} {{ge 2 2}} {{ne .Name `x`}} {{eq .Count 1 2 3}}", want: "true true true true" },
  { template: "a {{- .Name -}} b {{/* nothing */}}c", want: "aweb" + "b c" },
  { template: `{{define "one"}}[{{.}}]{{end}}{{template "one" .Name}}`, want: "[web]" },
  { template: `{{block "two" .Count}}<{{.}}>{{end}}`, want: "<3>" },
  { template: `{{.Label "tier"}}{{"q\\"uo\\te" | html}}`.replaceAll("\\\\", "\\"), want: "label tierq&#34;uo\te" },
];

describe("compileTemplate()", () => {
  for (const { template, want } of table) {
    it(`makes ${JSON.stringify(want)} of ${template}`, () => assert.equal(compileTemplate(template)(data), want));
  }

  it("gives what a field inherits where it is null, and JSON what it is", () => {
    const print = compileTemplate("{{.Cmd}} {{json .Cmd}}");
    const zero = Object.defineProperty([], "toJSON", { value: () => null });
    assert.equal(print(Object.assign(Object.create({ Cmd: zero }), { Cmd: null })), "[] null");
  });
});

const mistakes = [
  { template: "{{.Nope}}", want: 'template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"' },
  {
    template: "a\n{{.State.Nope}}",
    want: 'template: :2:8: executing "" at <.State.Nope>: map has no entry for key "Nope"',
  },
  { template: "{{.Name.Nope}}", want: /at <.Name.Nope>: can't evaluate field Nope in type string/ },
  { template: "{{.constructor}}", want: /map has no entry for key "constructor"/ },
  { template: "{{.State", want: "template: :1: unclosed action" },
  { template: "{{if .On}}", want: "template: :1: unexpected EOF" },
  { template: "{{end}}", want: "template: :1: unexpected {{end}}" },
  { template: "{{nope .}}", want: 'template: :1: function "nope" not defined' },
  { template: "{{}}", want: "template: :1: missing value for command" },
  { template: '{{"x}}', want: "template: :1: unterminated quoted string" },
  { template: "{{index .Tags 7}}", want: /error calling index: index out of range: 7/ },
  { template: '{{template "gone"}}', want: /template "gone" not defined/ },
  { template: '{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', want: /exceeded maximum template depth/ },
  { template: "{{if .On}}".repeat(500), want: /nested too deeply/ },
];

describe("compileTemplate(), of what cannot be used,", () => {
  for (const { template, want } of mistakes) {
    it(`says ${want} for ${template.slice(0, 40)}`, () => {
      assert.throws(
        () => compileTemplate(template)(data),
        (error) =>
          error instanceof TemplateError &&
          (typeof want === "string" ? error.message === want : want.test(error.message)),
      );
    });
  }
});

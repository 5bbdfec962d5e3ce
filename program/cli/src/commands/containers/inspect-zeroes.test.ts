import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileTemplate } from "../../docker-client/go-template/execute.ts";
import { withZeroes } from "./inspect-zeroes.ts";

const answer = {
  State: { Status: "running" },
  Config: { Cmd: null, Labels: { b: "2", a: "1" }, ExposedPorts: { "80/tcp": {} } },
  HostConfig: { Binds: null },
  Mounts: [{ Type: "bind" }],
  NetworkSettings: { Networks: { bridge: { Aliases: null } } },
};

const table = [
  { template: "{{.Config.Cmd}}{{.HostConfig.Binds}}{{.HostConfig.Tmpfs}}", want: "[][]map[]" },
  { template: "{{json .Config.Cmd}} {{json .HostConfig}}", want: `null {"Binds":null}` },
  { template: "{{if .State.Health}}checked{{else}}unchecked{{end}}", want: "unchecked" },
  { template: "{{json .Config.Labels}} {{.Config.ExposedPorts}}", want: `{"a":"1","b":"2"} map[80/tcp:{}]` },
  { template: "{{range .Mounts}}{{.Type}},{{.Driver}}{{end}}", want: "bind," },
  { template: "{{range .NetworkSettings.Networks}}{{.Aliases}}{{end}}", want: "[]" },
  { template: "{{range $name, $value := .HostConfig}}{{$name}}{{end}}", want: "Binds" },
];

describe("withZeroes()", () => {
  for (const { template, want } of table)
    it(`lets ${template} be ${want}`, () =>
      assert.equal(compileTemplate(template)(withZeroes("container", answer)), want));
});

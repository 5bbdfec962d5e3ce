import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LABEL } from "../plan/labels.ts";
import { projectsOf } from "./ls.ts";

const container = (project: string, State: string, files = `/srv/${project}/compose.yaml`) => ({
  ...{ State, Labels: { [LABEL.project]: project, [LABEL.configFiles]: files } },
});

describe("projectsOf()", () => {
  it("counts the containers of each project by state", () => {
    const containers = [
      container("shop", "running"),
      container("blog", "exited", ""),
      container("shop", "exited"),
      container("shop", "running", "/srv/shop/compose.yaml,/srv/shop/more.yaml"),
    ];
    assert.deepEqual(projectsOf(containers), [
      { name: "blog", status: "exited(1)", configFiles: "N/A" },
      {
        name: "shop",
        status: "exited(1), running(2)",
        configFiles: "/srv/shop/compose.yaml,/srv/shop/more.yaml",
      },
    ]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFlags } from "../../docker-client/parse-flags.ts";
import { verbHelp } from "./flag-table.ts";
import { asJson, asText } from "./verbs/events.ts";
import { processTable } from "./verbs/top.ts";
import { verbs } from "./verbs.ts";

/** The flags of `docker compose` 2.40, by verb; those that every verb has are left out. */
const KNOWN: Readonly<Record<string, string>> = {
  attach: "--detach-keys --index --no-stdin --sig-proxy",
  build:
    "--build-arg --builder --check --memory -m --no-cache --print --provenance --pull --push --quiet -q --sbom --ssh --with-dependencies",
  commit: "--author -a --change -c --index --message -m --pause -p",
  config:
    "--environment --format --hash --images --lock-image-digests --models --networks --no-consistency --no-env-resolution --no-interpolate --no-normalize --no-path-resolution --output -o --profiles --quiet -q --resolve-image-digests --services --variables --volumes",
  cp: "--all --archive -a --follow-link -L --index",
  create: "--build --force-recreate --no-build --no-recreate --pull --quiet-pull --remove-orphans --scale --yes -y",
  down: "--remove-orphans --rmi --timeout -t --volumes -v",
  events: "--json --since --until",
  exec: "--detach -d --env -e --index --no-tty --no-TTY -T --privileged --user -u --workdir -w --interactive -i --tty -t",
  export: "--index --output -o",
  images: "--format --quiet -q",
  kill: "--remove-orphans --signal -s",
  logs: "--follow -f --index --no-color --no-log-prefix --since --tail -n --timestamps -t --until",
  ls: "--all -a --filter --format --quiet -q",
  pause: "",
  port: "--index --protocol",
  ps: "--all -a --filter --format --no-trunc --orphans --quiet -q --services --status",
  pull: "--ignore-buildable --ignore-pull-failures --include-deps --policy --quiet -q",
  push: "--ignore-push-failures --include-deps --quiet -q",
  restart: "--no-deps --timeout -t",
  rm: "--force -f --stop -s --volumes -v",
  run: "--build --cap-add --cap-drop --detach -d --entrypoint --env -e --env-from-file --interactive -i --label -l --name --no-tty --no-TTY -T --no-deps --publish -p --pull --quiet -q --quiet-build --quiet-pull --remove-orphans --rm --service-ports -P --use-aliases --user -u --volume -v --workdir -w",
  scale: "--no-deps",
  start: "",
  stats: "--all -a --format --no-stream --no-trunc",
  stop: "--timeout -t",
  top: "",
  unpause: "",
  up: "--abort-on-container-exit --abort-on-container-failure --always-recreate-deps --attach --attach-dependencies --build --detach -d --exit-code-from --force-recreate --menu --no-attach --no-build --no-color --no-deps --no-log-prefix --no-recreate --no-start --pull --quiet-build --quiet-pull --remove-orphans --renew-anon-volumes -V --scale --timeout -t --timestamps --wait --wait-timeout --watch -w --yes -y",
  version: "--format -f --short",
  volumes: "--format --quiet -q",
  wait: "--down-project",
  watch: "--no-up --prune --quiet",
};

describe("the verbs of skiff compose", () => {
  for (const [name, flags] of Object.entries(KNOWN)) {
    it(`${name} knows the flags of docker compose`, async () => {
      const entry = verbs.find((candidate) => candidate.name === name);
      assert.ok(entry, `there is no ${name}`);
      const { table } = await entry.load();
      const missing = flags
        .split(" ")
        .filter((flag) => flag !== "")
        .filter((flag) => {
          const long = flag.startsWith("--")
            ? (table.aliases?.[flag.slice(2)] ?? flag.slice(2))
            : table.short[flag.slice(1)];
          return long === undefined || table.flags[long] === undefined;
        });
      assert.deepEqual(missing, []);
    });
  }

  for (const { name, summary, load } of verbs) {
    it(`${name} has a help, and its usage begins with its name`, async () => {
      const { table } = await load();
      assert.match(table.usage, new RegExp(`^skiff compose ${name}( |$)`));
      const help = verbHelp(table, summary);
      assert.ok(help.startsWith(`Usage:  skiff compose ${name}`), help);
      assert.ok(
        help.split("\n").every((line) => line.length <= 140),
        "a line of the help is too long",
      );
      assert.equal(parseFlags(["--help"], table).has("help"), true);
    });
  }

  it("leaves a command to run alone", async () => {
    for (const name of ["exec", "run"]) {
      const verb = await verbs.find((candidate) => candidate.name === name)?.load();
      assert.ok(verb);
      const flags = parseFlags(["-u", "root", "web", "ls", "-l", "--help"], verb.table);
      assert.deepEqual(flags.operands, ["web", "ls", "-l", "--help"]);
      assert.equal(flags.has("help"), false);
    }
  });
});

describe("processTable()", () => {
  it("joins the processes of all containers, whatever their columns", () => {
    const containers = [
      {
        name: "shop-web-1",
        service: "web",
        number: "1",
        titles: ["PID", "CMD"],
        processes: [
          ["7", "nginx"],
          ["8", "sh"],
        ],
      },
      {
        name: "shop-db-1",
        service: "db",
        number: "1",
        titles: ["UID", "PID", "CMD"],
        processes: [["root", "9", "redis"]],
      },
    ];
    assert.equal(
      processTable(containers),
      `SERVICE  #   PID  UID   CMD
web      1   7    -     nginx
web      1   8    -     sh
db       1   9    root  redis
`,
    );
  });
  it("is empty where nothing runs", () => assert.equal(processTable([]), ""));
});

describe("an event", () => {
  const event = {
    action: "die",
    id: "0123",
    name: "shop-web-1",
    service: "web",
    image: "busybox",
    number: 1,
    oneOff: false,
    exitCode: 3,
    time: "1795354403640791951",
    attributes: { name: "shop-web-1", image: "busybox", exitCode: "3" },
  };
  it("is a line of text, its attributes in order", () => {
    assert.match(
      asText(event),
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.640791 container die 0123 \(exitCode=3, image=busybox, name=shop-web-1\)$/,
    );
  });
  it("is JSON with all digits of its time", () => {
    assert.deepEqual(JSON.parse(asJson(event)), {
      time: "2026-11-22T13:33:23.640791951Z",
      type: "container",
      service: "web",
      id: "0123",
      action: "die",
      attributes: { name: "shop-web-1", image: "busybox", exitCode: "3" },
    });
  });
});

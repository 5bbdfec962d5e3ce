/** `skiff attach`: the streams of a running container. Its exit code becomes ours. */
import { VerbFailure, verb } from "../verb.ts";
import { attachContainer } from "./attach-container.ts";

interface Details {
  readonly Id: string;
  readonly Config: { readonly Tty: boolean; readonly OpenStdin: boolean };
  readonly State: { readonly Running: boolean; readonly Paused: boolean; readonly Restarting: boolean };
}

export const run = verb(
  {
    usage: "skiff attach [OPTIONS] CONTAINER",
    about: "Joins standard input, output and error with those of a running container",
    operands: { min: 1, max: 1 },
    flags: { "detach-keys": "value", "no-stdin": "switch", "sig-proxy": "switch" },
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    const path = `/containers/${encodeURIComponent(flags.operands[0] ?? "")}/json`;
    const { Id, Config, State } = await client.json<Details>(path);
    if (!State.Running) throw new VerbFailure("cannot attach to a stopped container, start it first");
    if (State.Paused) throw new VerbFailure("cannot attach to a paused container, unpause it first");
    if (State.Restarting) throw new VerbFailure("cannot attach to a restarting container, wait until it is running");
    const stdin = !flags.has("no-stdin") && Config.OpenStdin;
    if (Config.Tty && stdin && !process.stdin.isTTY) throw new VerbFailure("the input device is not a TTY");
    const ended = await attachContainer(client, Id, {
      stdin,
      stdout: true,
      stderr: true,
      tty: Config.Tty,
      detachKeys: flags.value("detach-keys"),
      forwardsSignals: !flags.given("sig-proxy") || flags.has("sig-proxy"),
      until: "not-running",
    });
    if (ended === "detached") throw new VerbFailure("read escape sequence");
    return ended;
  },
);

/** Commands: `command`, `entrypoint`, hooks, health checks. */
import { list, type Node, scalar } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { splitCommand } from "../split-command.ts";
import { listOf, listOrMap, object, replaced, sequence, textOrTexts } from "./collections.ts";
import { path } from "./paths.ts";
import { boolean, duration, integer, looseText, oneOf, text } from "./scalars.ts";
import { isOpaque, later, mustBe, type Shape } from "./shape.ts";

const argumentList = sequence(looseText);

/** Words, or one string that is split into them; null stays null. */
export const command: Shape = {
  read(node, at, reading) {
    if (isOpaque(node, reading)) return node;
    if (node.kind === "list") return argumentList.read(node, at, reading);
    if (node.kind !== "scalar") return mustBe(node, at, "a string or a list of strings");
    if (node.value === null) return node;
    const split = splitCommand(String(node.value));
    if (split === undefined) return failAt(node.at, at, "a quote or a parenthesis in the command is not closed");
    if (split.unread !== "")
      reading.warn(`${at}: no shell runs that could read ${quoted(split.unread)}, it is left out; write [sh, -c, "…"]`);
    return list(
      split.words.map((word) => scalar(word, node)),
      node,
    );
  },
  merge: later,
  takesNothing: true,
};

const hook = object({ command, user: text, privileged: boolean, working_dir: text, environment: listOrMap() });
const hookList = listOf(hook);

/** `post_start` and `pre_stop`. */
export const hooks: Shape = hookList;

const test: Shape = {
  read(node, at, reading) {
    if (isOpaque(node, reading)) return node;
    if (node.kind === "scalar" && typeof node.value === "string") return list([scalar("CMD-SHELL", node), node], node);
    const read = argumentList.read(node, at, reading);
    const [first] = read.kind === "list" ? read.items : [];
    const isKnown = first?.kind === "scalar" && ["CMD", "CMD-SHELL", "NONE"].includes(String(first.value));
    return isKnown || isEmptyList(read)
      ? read
      : failAt(first?.at ?? read.at, at, "must begin with CMD, CMD-SHELL or NONE");
  },
  merge: later,
};

/** `healthcheck`. */
export const healthcheck: Shape = object({
  disable: boolean,
  test,
  interval: duration,
  timeout: duration,
  retries: integer(0),
  start_period: duration,
  start_interval: duration,
});

/** `develop`. */
export const develop: Shape = object(
  {
    watch: listOf(
      object({
        path,
        action: oneOf("rebuild", "sync", "restart", "sync+restart", "sync+exec"),
        target: text,
        ignore: textOrTexts,
        include: textOrTexts,
        exec: replaced(hook),
        initial_sync: boolean,
      }),
    ),
  },
  { nullable: true },
);

function isEmptyList(node: Node): boolean {
  return node.kind === "list" && node.items.length === 0;
}

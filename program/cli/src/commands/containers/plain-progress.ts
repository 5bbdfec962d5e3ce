/** Progress of a build as BuildKit's `--progress=plain` shows it. */
import type { WireEvent } from "@skiff/docker/client/build";

/** What a build failed with, and the line of the Dockerfile that is to blame. */
export interface BuildFailure {
  readonly message: string;
  readonly line?: number | undefined;
}

/** Turns events into lines. */
export interface PlainProgress {
  add(event: WireEvent): void;
  /** The last lines of a build that came to an image. */
  finish(id: string, tags: readonly string[]): void;
  /** What stands before the error: the failing step's last output, and the place in the Dockerfile. */
  failure(error: BuildFailure, file: { readonly name: string; readonly text: string }): string;
}

interface Vertex {
  readonly number: number;
  readonly title: string;
  readonly started: number;
  readonly lines: string[];
  rest: string;
  isCached: boolean;
}

const KEPT_LINES = 30;
const AROUND = 3;

/** Starts a progress that writes to `output`. `now` gives milliseconds. */
export function plainProgress(
  output: (text: string) => void,
  now: () => number = () => performance.now(),
): PlainProgress {
  const vertices = new Map<number, Vertex>();
  let numbers = 0;
  let last: Vertex | undefined;
  const seconds = ({ started }: Vertex, digits: number) => ((now() - started) / 1000).toFixed(digits);

  function say(vertex: Vertex, text: string): void {
    if (last !== undefined && last !== vertex) output("\n");
    last = vertex;
    output(`#${vertex.number} ${text}\n`);
  }

  function step({ step, text, stage }: Extract<WireEvent, { type: "step" }>): void {
    // An instruction that only changes the configuration is no work to be watched.
    if (stage.at === 0) return;
    const name = /^\d+$/.test(stage.name) ? "" : `${stage.name} `;
    const vertex: Vertex = {
      number: ++numbers,
      title: `[${name}${stage.at}/${stage.of}] ${text}`,
      started: now(),
      lines: [],
      rest: "",
      isCached: false,
    };
    vertices.set(step, vertex);
    say(vertex, vertex.title);
  }

  function addOutput(vertex: Vertex, data: string): void {
    const lines = (vertex.rest + data).split("\n");
    vertex.rest = lines.pop() ?? "";
    for (const line of lines) {
      const text = `${seconds(vertex, 3)} ${line.replace(/\r$/, "")}`;
      vertex.lines.push(text);
      if (vertex.lines.length > KEPT_LINES) vertex.lines.shift();
      say(vertex, text);
    }
  }

  return {
    add(event) {
      if (event.type === "step") return step(event);
      if (event.type === "message") return output(`#0 ${event.text}\n`);
      if (event.type === "pull") return;
      const vertex = vertices.get(event.step);
      if (vertex === undefined) return;
      switch (event.type) {
        case "output":
          return addOutput(vertex, event.data);
        case "cached":
          vertex.isCached = true;
          return say(vertex, "CACHED");
        case "done":
          if (vertex.rest !== "") addOutput(vertex, "\n");
          if (!vertex.isCached) say(vertex, `DONE ${seconds(vertex, 1)}s`);
          vertices.delete(event.step);
      }
    },
    finish(id, tags) {
      const lines = [
        "exporting to image",
        `writing image ${id} done`,
        ...tags.map((tag) => `naming to ${tag} done`),
        "DONE",
      ];
      const number = ++numbers;
      output(`\n${lines.map((line) => `#${number} ${line}\n`).join("")}`);
    },
    failure({ message, line }, { name, text }) {
      // The step that failed is the one that has not ended and has the line's text; others were only stopped.
      const source = text.split("\n");
      const failed = [...vertices.values()].findLast(({ title }) =>
        title.includes((source[(line ?? 0) - 1] ?? "\0").trim().replace(/\\$/, "").trim()),
      );
      if (failed !== undefined && failed.rest !== "") addOutput(failed, "\n");
      const said =
        failed === undefined || failed.lines.length === 0
          ? ""
          : `------\n > ${failed.title}:\n${failed.lines.join("\n")}\n------\n`;
      return `${failed === undefined ? "" : `#${failed.number} ERROR: ${message}\n`}${said}${excerpt(name, source, line)}`;
    },
  };
}

function excerpt(name: string, source: readonly string[], line: number | undefined): string {
  if (line === undefined) return "";
  const rule = "-".repeat(20);
  const first = Math.max(1, line - AROUND);
  const shown = source
    .slice(first - 1, line + AROUND)
    .map((text, index) => `${String(first + index).padStart(4)} | ${first + index === line ? ">>>" : "   "} ${text}`);
  return `${name}:${line}\n${rule}\n${shown.join("\n")}\n${rule}\n`;
}

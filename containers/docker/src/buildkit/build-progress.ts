/** The builder's events as BuildKit's vertexes: `[build 2/3] RUN make`. */
import type { BuildEvent } from "@skiff/builder";
import { formatReference, parseReference, RegistryError } from "@skiff/registry";
import type { Progress, Vertex } from "./progress.ts";

/** Receives the events of one build. */
export interface BuildProgress {
  report(event: BuildEvent): void;
  /** Says that the build failed: what was under way failed with it, or was given up for it. */
  fail(message: string): void;
}

/** Tells a build's events to `progress`. `stages` is how many the Dockerfile has: the only stage is not named. */
export function buildProgress(progress: Progress, stages: () => number): BuildProgress {
  const steps = new Map<number, Vertex>();
  const cached = new Set<number>();
  const baseless = new Set<string>();
  const pulls = new Map<string, Vertex>();
  let failed: number | undefined;

  const start = ({ step, text, stage }: BuildEvent & { type: "step" }): void => {
    end(step);
    // A base that is nothing, or another stage, is no step.
    if (/^FROM (scratch|stage \d+)( |$)/.test(text)) {
      baseless.add(stage.name);
      return;
    }
    // What only changes the configuration is not shown.
    if (stage.at === 0) return;
    const bases = baseless.has(stage.name) ? 1 : 0;
    const stageName = /^\d+$/.test(stage.name) ? (stages() > 1 ? `stage-${stage.name} ` : "") : `${stage.name} `;
    const of = String(stage.of - bases);
    const at = String(stage.at - bases).padStart(of.length);
    steps.set(step, progress.vertex(`[${stageName}${at}/${of}] ${shown(text)}`));
  };
  const end = (step: number): void => {
    steps.get(step)?.end({ isCached: cached.has(step) });
    steps.delete(step);
    cached.delete(step);
  };

  return {
    report(event) {
      switch (event.type) {
        case "step":
          return start(event);
        case "cached":
          cached.add(event.step);
          return;
        case "done":
          return end(event.step);
        case "failed":
          failed ??= event.step;
          return;
        case "output":
          steps.get(event.step)?.log(event.data, event.stream === "stdout" ? 1 : 2);
          return;
        case "message":
          return progress.vertex(event.text).end();
        case "pull": {
          const { digest, status, current, total } = event.progress;
          const vertex = pulls.get(event.image) ?? progress.vertex(`pulling ${event.image}`);
          pulls.set(event.image, vertex);
          const isDone = ["exists", "downloaded", "extracted"].includes(status);
          const id = status.startsWith("extract") ? `extracting ${digest}` : digest;
          vertex.status(id, { current: isDone ? total : current, total, isDone });
          return;
        }
      }
    },
    fail(message) {
      if (failed !== undefined) steps.get(failed)?.end({ error: message });
    },
  };
}

/** The instruction in one line, a base by its whole name. */
function shown(text: string): string {
  const [line = ""] = text.split("\n");
  const from = /^FROM (\S+)/.exec(line);
  return from?.[1] === undefined ? line : `FROM ${wholeName(from[1])}`;
}

// A name that cannot be is told by what fails for it.
function wholeName(text: string): string {
  try {
    return formatReference(parseReference(text));
  } catch (error) {
    if (error instanceof RegistryError) return text;
    throw error;
  }
}

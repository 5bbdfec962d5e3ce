/**
 * Transcripts: files of shell commands with what they answer, written by one engine and compared with another.
 *
 *     # a title
 *     $ a command
 *     | a line of standard output
 *     ! a line of standard error
 *     = exit code, where it is not 0
 *     ~ why this project answers otherwise, followed by its own answer
 */
import { run } from "./run.ts";

/** What a command left, in a form that two runs can share. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A command of a transcript. */
export interface Step {
  /** Lines before it: titles and blank ones. */
  readonly before: readonly string[];
  readonly command: string;
  /** The peer's answer, as lines of the transcript. */
  readonly recorded: readonly string[];
  /** Where this project answers otherwise on purpose. */
  readonly ours: Difference | undefined;
}

/** An answer other than the peer's. */
export interface Difference {
  /** A sentence that says why it is right. */
  readonly reason: string;
  readonly answer: readonly string[];
}

/** Reads a transcript. Throws on a line that it cannot tell the meaning of. */
export function parseTranscript(text: string): Step[] {
  const steps: {
    before: string[];
    command: string;
    recorded: string[];
    ours: { reason: string; answer: string[] } | undefined;
  }[] = [];
  let before: string[] = [];
  for (const line of text.split("\n")) {
    const step = steps.at(-1);
    if (line.startsWith("$ ")) {
      steps.push({ before, command: line.slice(2), recorded: [], ours: undefined });
      before = [];
    } else if (line.startsWith("#") || line === "") before.push(line);
    else if (step === undefined || before.length > 0) throw new Error(`an answer without a command: ${line}`);
    else if (line.startsWith("~ ") && step.ours === undefined) step.ours = { reason: line.slice(2), answer: [] };
    else if (/^[|!=]/.test(line)) (step.ours?.answer ?? step.recorded).push(line);
    else throw new Error(`neither a command nor an answer: ${line}`);
  }
  return steps;
}

/** Writes a transcript with `answers` in place of the recorded ones. */
export function formatTranscript(steps: readonly Step[], answers: readonly Answer[]): string {
  const parts = steps.flatMap(({ before, command, ours }, index) => {
    const answer = answers[index];
    return [
      ...before,
      `$ ${command}`,
      ...(answer === undefined ? [] : answerLines(answer)),
      ...(ours === undefined ? [] : [`~ ${ours.reason}`, ...ours.answer]),
    ];
  });
  return `${parts.join("\n")}\n`;
}

/** An answer as lines of a transcript. */
export function answerLines({ stdout, stderr, code }: Answer): string[] {
  const lines = (text: string, prefix: string): string[] =>
    text === ""
      ? []
      : text
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => `${prefix} ${line}`.trimEnd());
  return [...lines(stdout, "|"), ...lines(stderr, "!"), ...(code === 0 ? [] : [`= ${code}`])];
}

/** Runs the commands one after another in `cwd`, each in a shell of its own. */
export async function play(
  steps: readonly Step[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { command } of steps) {
    const { stdout, stderr, code } = await run("timeout", ["-s", "KILL", "60", "sh", "-c", command], { cwd, env });
    answers.push({ stdout: normalise(stdout, cwd), stderr: normalise(stderr, cwd), code });
  }
  return answers;
}

/** Takes out what no two runs share: ids, times, addresses, sizes, the width of columns. */
function normalise(text: string, cwd: string): string {
  return (
    text
      .replaceAll(cwd, "<dir>")
      .replaceAll("\r", "")
      // The CLI says so now and then, depending on what it learns first.
      .replace(/^time=.*error waiting for container: .*\n/gm, "")
      .replace(/\b[0-9a-f]{64}\b/g, "<id>")
      .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, "<id>")
      .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d\d:?\d\d( [A-Z]+)?)?/g, "<time>")
      .replace(/\b(Less than a second|About an? \w+|\d+ (second|minute|hour)s?)\b/g, "<span>")
      .replace(/(?<![\d.])(\d+(\.\d+)?|0) ?([kKMGT]i?)?B\b/g, "<size>")
      .replace(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, "<mac>")
      .replace(/\b(172\.(1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b/g, "<ip>")
      .replace(/(?<=:)(3[2-9]|4\d|5\d|6[0-5])\d{3}\b/g, "<port>")
      .replace(/\d+\.\d+%/g, "<percent>")
      .replace(/(?<=\S) {2,}/g, "  ")
      .replace(/[ \t]+$/gm, "")
  );
}

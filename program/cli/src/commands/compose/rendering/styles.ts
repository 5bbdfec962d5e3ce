/** Colours and other control sequences, and whether they may be used. */

/** Which streams take control sequences. */
export interface Styles {
  /** Standard output: logs. */
  readonly output: boolean;
  /** Standard error: progress. */
  readonly progress: boolean;
}

/** Decides by the flag, `NO_COLOR` (no-color.org) and where the streams go. */
export function stylesFor(
  ansi: "never" | "always" | "auto",
  env: NodeJS.ProcessEnv,
  streams: { readonly stdout: { readonly isTTY?: boolean }; readonly stderr: { readonly isTTY?: boolean } },
): Styles {
  const plain = ansi === "never" || (env.NO_COLOR ?? "") !== "";
  const always = ansi === "always" && !plain;
  return {
    output: always || (!plain && streams.stdout.isTTY === true),
    progress: always || (!plain && streams.stderr.isTTY === true),
  };
}

/** Text between a colour and the end of it. `code` is what SGR calls it: "36", "36;1". */
export const paint = (code: string, text: string): string => `\u001b[${code}m${text}\u001b[0m`;

/** Colours that tell containers apart, one after the other. */
export const RAINBOW: readonly string[] = ["36", "33", "32", "35", "34", "36;1", "33;1", "32;1", "35;1", "34;1"];

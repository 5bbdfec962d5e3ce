/** A client on a terminal: Debian's `script` gives it one of 80 columns and 24 rows. */
import { start } from "./run.ts";
import { tools } from "./tools.ts";

interface Screen {
  readonly output: string;
  readonly code: number;
}

/** Runs kubectl on a terminal and types each line once the prompt before it is there. */
export async function ptyRun(
  target: { readonly env: Readonly<Record<string, string>> },
  args: string,
  lines: readonly string[],
): Promise<Screen> {
  const command = `stty rows 24 cols 80; exec ${tools().kubectl} ${args}`;
  const program = start("script", ["-qefc", command, "/dev/null"], { env: target.env });
  let prompts = 0;
  for (const line of lines) {
    prompts++;
    await program.until(new RegExp(String.raw`(?:[#$] [\s\S]*?){${prompts}}`), 20_000);
    program.child.stdin?.write(`${line}\r`);
  }
  const code = await program.exit;
  return { output: program.stdout(), code };
}

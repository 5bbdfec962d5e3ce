/** Asking before something is thrown away. */
import { createInterface } from "node:readline/promises";

/** Prints the warning and waits for an answer; anything but `y` is a no, and so is the end of the input. */
export async function confirm(warning: string): Promise<boolean> {
  process.stdout.write(`${warning}\nAre you sure you want to continue? [y/N] `);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line.trim().toLowerCase() === "y";
    return false;
  } finally {
    lines.close();
    process.stdin.unref?.();
  }
}

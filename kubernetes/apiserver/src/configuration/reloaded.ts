import { readFileSync } from "node:fs";
import type { Log } from "../server-options.ts";

/** A value made from a file, made anew when the file changes. */
export interface Reloaded<T> extends Disposable {
  readonly value: T;
}

const LOOK_MS = 5_000;

/**
 * Makes the value of a file's text, rejecting at once with what `make` throws; later, a text that makes no value is logged and the value of
 * before stays.
 */
export async function reloaded<T>(
  path: string,
  make: (text: string) => Promise<T> | T,
  log: Log,
): Promise<Reloaded<T>> {
  let text = readFileSync(path, "utf8");
  let value = await make(text);
  const look = async () => {
    try {
      const now = readFileSync(path, "utf8");
      if (now === text) return;
      text = now;
      value = await make(now);
      log.info("took in a changed configuration file", { path });
    } catch (error) {
      // Whatever is wrong with the new text, the server goes on with the old.
      log.error("cannot take in a changed configuration file", { path, error });
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return {
    get value() {
      return value;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** The keys that leave a container running and end the client: `ctrl-p,ctrl-q` unless others are said. */
import { VerbFailure } from "./verb.ts";

/** Docker's own. */
export const DEFAULT_KEYS: readonly number[] = [16, 17];

/** The bytes of keys written as `ctrl-a,b,ctrl-@`. Throws VerbFailure. */
export function parseDetachKeys(text: string): number[] {
  return text.split(",").map((key) => {
    if ([...key].length === 1 && key.length === 1) return key.charCodeAt(0);
    const [, letter = ""] = /^ctrl-([a-z@[\\\]^_])$/.exec(key.toLowerCase()) ?? [];
    if (letter === "") throw new VerbFailure(`invalid detach keys (${text}): Unknown character: '${key}'`, 1);
    return letter === "@" ? 0 : letter.toUpperCase().charCodeAt(0) - 64;
  });
}

/** Finds a sequence of keys in what is typed. */
export class DetachKeys {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /**
   * What of a chunk is to be passed on. The beginning of the sequence is kept back until it is clear that it is none; `detached` when it
   * was completed.
   */
  add(chunk: Uint8Array): { readonly rest: Buffer; readonly detached: boolean } {
    const rest: number[] = [];
    for (const byte of chunk) {
      if (byte !== this.#keys[this.#matched]) {
        rest.push(...this.#keys.slice(0, this.#matched));
        this.#matched = 0;
      }
      if (byte !== this.#keys[this.#matched]) rest.push(byte);
      else if (++this.#matched === this.#keys.length) return { rest: Buffer.from(rest), detached: true };
    }
    return { rest: Buffer.from(rest), detached: false };
  }
}

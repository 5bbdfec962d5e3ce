/** Keys that leave a terminal without ending what runs in it. */
import { Transform } from "node:stream";
import { DockerError } from "./docker-error.ts";

const DEFAULT = "ctrl-p,ctrl-q";
const MAX_KEYS = 16;

/** Bytes of a sequence like "ctrl-p,ctrl-q" or "a,ctrl-[": single characters and `ctrl-` with a letter or one of `@[\]^_`. Throws 400. */
export function parseDetachKeys(text: string): Buffer {
  const keys = (text || DEFAULT).split(",");
  const bytes = keys.map((key) => {
    const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1]?.toUpperCase();
    if (control !== undefined) return control.charCodeAt(0) - 64;
    return /^[\x20-\x7e]$/.test(key) ? key.charCodeAt(0) : undefined;
  });
  const known = bytes.filter((byte) => byte !== undefined);
  if (known.length < bytes.length || keys.length > MAX_KEYS)
    throw new DockerError(400, `Invalid detach keys (${text.slice(0, 100)}) provided`);
  return Buffer.from(known);
}

/** Passes bytes on up to the keys, then calls `leave` once and passes on nothing more. Keys that may be the beginning are held back. */
export function untilKeys(keys: Buffer, leave: () => void): Transform {
  let matched = 0;
  let isOver = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const passed: number[] = [];
      for (const byte of chunk) {
        if (isOver) break;
        if (byte === keys[matched]) {
          matched++;
          isOver = matched === keys.length;
          continue;
        }
        passed.push(...keys.subarray(0, matched));
        matched = byte === keys[0] ? 1 : 0;
        if (matched === 0) passed.push(byte);
      }
      done(null, Buffer.from(passed));
      if (isOver && matched > 0) {
        matched = 0;
        leave();
      }
    },
    flush(done) {
      done(null, isOver ? undefined : keys.subarray(0, matched));
    },
  });
}

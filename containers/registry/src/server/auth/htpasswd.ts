/** Users and hashed passwords in a file, as Apache's `htpasswd` writes it. */
import { createHmac, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import koffi from "koffi";

/** Tells whether a user has this password. The file is read anew when it changed. */
export type VerifyLogin = (username: string, password: string) => Promise<boolean>;

/** Size of libcrypt's `struct crypt_data`, which is part of its interface. */
const CRYPT_DATA = 32_768;
const MAX_REMEMBERED = 1024;
/** Hashes that libcrypt knows and that are worth having: bcrypt, yescrypt, SHA-512 and SHA-256. */
const HASH = /^\$(?:2[aby]|y|6|5)\$/;
const NOBODY = "$2y$10$CCCCCCCCCCCCCCCCCCCCC.";

/** Opens the file at `path`. Throws for a line that cannot be used, naming its number and never its content. */
export async function openHtpasswd(path: string): Promise<VerifyLogin> {
  const crypt = loadCrypt();
  let users = await read(path);
  let read_at = (await stat(path)).mtimeMs;
  // Hashing is slow on purpose, and clients log in with every request.
  const key = randomBytes(32);
  const right = new Set<string>();

  return async function verify(username, password) {
    const { mtimeMs } = await stat(path);
    if (mtimeMs !== read_at) {
      users = await read(path);
      read_at = mtimeMs;
      right.clear();
    }
    const fingerprint = createHmac("sha256", key)
      .update(JSON.stringify([username, password]))
      .digest("base64");
    if (right.has(fingerprint)) return true;
    // An unknown user takes as long as a wrong password.
    const hash = users.get(username);
    const isRight = (await crypt(password, hash ?? NOBODY)) === hash && hash !== undefined;
    if (!isRight) return false;
    if (right.size >= MAX_REMEMBERED) right.clear();
    right.add(fingerprint);
    return true;
  };
}

async function read(path: string): Promise<ReadonlyMap<string, string>> {
  const users = new Map<string, string>();
  for (const [at, line] of (await readFile(path, "utf8")).split("\n").entries()) {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) continue;
    const colon = text.indexOf(":");
    const hash = text.slice(colon + 1);
    if (colon < 1 || !HASH.test(hash))
      throw new Error(`${path}, line ${at + 1}: not a user with a bcrypt, yescrypt or SHA-2 hash (htpasswd -B)`);
    users.set(text.slice(0, colon), hash);
  }
  return users;
}

function loadCrypt(): (password: string, hash: string) => Promise<string | undefined> {
  const crypt = koffi.load("libcrypt.so.1").func("const char *crypt_rn(const char *, const char *, void *, int)");
  return (password, hash) =>
    new Promise((resolve, reject) => {
      const data = Buffer.alloc(CRYPT_DATA);
      crypt.async(password, hash, data, CRYPT_DATA, (error: Error | null, result: string | null) => {
        data.fill(0);
        if (error) reject(error);
        else resolve(result ?? undefined);
      });
    });
}

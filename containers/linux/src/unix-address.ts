const AF_UNIX = 1;

/** A Unix socket address (sockaddr_un) for `path`, which is at most 107 bytes long. */
export function unixAddress(path: string): Buffer {
  const name = Buffer.from(`${path}\0`);
  if (name.length > 108) throw new RangeError(`Cannot use the socket path ${path}: longer than 107 bytes`);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

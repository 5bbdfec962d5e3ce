/** Another name for what an archive holds. */
import { pipeline, Readable } from "node:stream";
import { extract, pack } from "tar-stream";

/** The archive with its topmost entry, and all that is in it, renamed from `from` to `to`. "." stands for the contents of a directory. */
export function renameEntries(source: Readable, from: string, to: string): Readable {
  const renamed = pack();
  const unpacked = extract();
  pipeline(source, unpacked, (error) => {
    if (error) renamed.destroy(error);
  });
  const rebase = (name: string): string => {
    const plain = name.replace(/^\.\//, "").replace(/\/$/, "");
    if (from === "." || from === "/") return plain === "." || plain === "" ? to : `${to}/${plain}`;
    return plain === from ? to : plain.startsWith(`${from}/`) ? to + plain.slice(from.length) : plain;
  };
  unpacked.on("entry", (header, stream, next) => {
    const linkname = header.type === "link" && header.linkname ? rebase(header.linkname) : header.linkname;
    const suffix = header.type === "directory" ? "/" : "";
    // Long names are in the extended header too, which would win.
    const { path: _path, linkpath: _linkpath, ...pax } = (header.pax ?? {}) as Readonly<Record<string, string>>;
    const entry = renamed.entry(
      { ...header, name: rebase(header.name) + suffix, linkname: linkname ?? null, pax },
      next,
    );
    stream.pipe(entry);
  });
  unpacked.on("finish", () => renamed.finalize());
  return Readable.from(renamed);
}

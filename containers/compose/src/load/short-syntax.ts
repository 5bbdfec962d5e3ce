/** The short syntaxes of ports and volumes outside of a file: as options of a command. */
import type { Mount, PublishedPort } from "../model.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { list, plain, type Scalar } from "./node.ts";
import { mountList } from "./shapes/mounts-shape.ts";
import { portList } from "./shapes/ports-shape.ts";
import type { Reading, Shape } from "./shapes/shape.ts";

/** What paths are relative to. */
export interface ShortSyntaxBase {
  /** Absolute. */
  readonly directory: string;
  /** For paths that begin with `~`. */
  readonly home: string | undefined;
}

/** Reads ports such as "8080:80/udp" or "3000-3002". Throws `ComposeFileError` for what is none. */
export function readPorts(texts: readonly string[], base: ShortSyntaxBase): readonly PublishedPort[] {
  return read(portList, texts, "--publish", base) as readonly PublishedPort[];
}

/** Reads volumes such as "./data:/data:ro" or "cache:/cache". Throws `ComposeFileError` for what is none. */
export function readMounts(texts: readonly string[], base: ShortSyntaxBase): readonly Mount[] {
  return read(mountList, texts, "--volume", base) as readonly Mount[];
}

function read(shape: Shape, texts: readonly string[], option: string, { directory, home }: ShortSyntaxBase): unknown {
  if (texts.length === 0) return [];
  const source = { name: option, path: option, text: texts.join("\n") };
  const items = texts.map((value): Scalar => ({ kind: "scalar", value, at: { source, offset: 0 } }));
  const written = list(items, items[0] ?? { kind: "scalar", value: null, at: { source, offset: 0 } });
  const reading: Reading = {
    baseDirectory: directory,
    resolvePaths: true,
    interpolated: true,
    home,
    isOverride: false,
    ports: { left: 65_535 },
    warn: (message) => {
      throw new ComposeFileError(message);
    },
  };
  return plain(shape.read(written, option, reading));
}

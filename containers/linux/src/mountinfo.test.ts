import assert from "node:assert/strict";
import { it } from "node:test";
import { mountsBelow, parseMountinfo } from "./mountinfo.ts";

const text = `21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 21 0:35 / /run/a\\040b rw,nosuid - tmpfs tmpfs rw,size=10k
41 40 0:36 / /run/a\\040b/c rw - overlay overlay rw,lowerdir=/x:/y
42 21 0:37 / /run/ab rw shared:9 master:1 - tmpfs none rw
`;

it("parseMountinfo() undoes escapes and copes with any number of optional fields", () => {
  const mounts = parseMountinfo(text);
  assert.deepEqual(
    mounts.map(({ target, type }) => [target, type]),
    [
      ["/", "ext4"],
      ["/run/a b", "tmpfs"],
      ["/run/a b/c", "overlay"],
      ["/run/ab", "tmpfs"],
    ],
  );
});

it("mountsBelow() gives what is in a directory, innermost first, and not what only begins like it", () => {
  assert.deepEqual(mountsBelow("/run/a b", parseMountinfo(text)), ["/run/a b/c", "/run/a b"]);
});

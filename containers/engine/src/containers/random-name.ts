import { randomInt } from "node:crypto";

const MANNERS =
  "able agile apt bold brave brisk calm civil clear eager even fair fleet frank glad keen kind level lucid merry neat noble plain quick quiet ready sharp sound steady sunny tidy warm".split(
    " ",
  );
const CRAFT =
  "ark barge brig canoe clipper coble cog coracle curragh cutter dhow dinghy dory ferry galley gig junk kayak ketch launch lugger pinnace pram punt raft sampan schooner shallop sloop tender tug wherry yawl".split(
    " ",
  );

/** A name for a container that was given none, not in use. */
export function randomName(isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const name = `${MANNERS[randomInt(MANNERS.length)]}_${CRAFT[randomInt(CRAFT.length)]}`;
    const numbered = attempt < 10 ? name : `${name}${randomInt(100_000)}`;
    if (!isTaken(numbered)) return numbered;
  }
}

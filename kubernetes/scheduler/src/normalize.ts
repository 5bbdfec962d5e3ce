export const MAX_SCORE = 100;

/** Stretches scores so that the highest becomes 100. All zero stays zero. */
export function upToHighest(scores: readonly number[]): number[] {
  const highest = Math.max(0, ...scores);
  return scores.map((score) => (highest === 0 ? 0 : Math.floor((score * MAX_SCORE) / highest)));
}

/** Like `upToHighest`, turned around: what counted most gets nothing, what counted nothing gets 100. */
export function lowestIsBest(scores: readonly number[]): number[] {
  return upToHighest(scores).map((score) => MAX_SCORE - score);
}

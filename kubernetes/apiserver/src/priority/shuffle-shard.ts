/**
 * Deals a flow its hand: `handSize` of `queues` queues, the same for the same flow. Two flows share all their queues so seldom that one
 * that fills its own leaves nearly everybody room.
 */
export function shuffleShard(flow: string, queues: number, handSize: number): readonly number[] {
  let rest = hash52(flow);
  const hand: number[] = [];
  for (let i = 0; i < Math.min(handSize, queues); i++) {
    const left = queues - i;
    let card = rest % left;
    rest = Math.floor(rest / left);
    // Cards already dealt are not in the deck any more.
    for (const dealt of [...hand].sort((a, b) => a - b)) if (card >= dealt) card++;
    hand.push(card);
  }
  return hand;
}

// FNV-1a in two halves, of 52 bits together: what a number holds exactly.
function hash52(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x01000193);
  }
  return (mixed(low) & 0xfffff) * 2 ** 32 + mixed(high ^ low);
}

function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

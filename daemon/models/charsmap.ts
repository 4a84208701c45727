// The character map of a SentencePiece vocabulary ("Precompiled" in tokenizer.json), applied as SentencePiece does it. The tokenizer library
// only approximates it, which splits joined emoji.

export type CharacterMap = (text: string) => string;

/**
 * Reads a map: its length in bytes (uint32), a trie of UTF-8 prefixes as a double array of uint32 (darts-clone), then the replacements,
 * each ended by a zero byte. Throws RangeError when the bytes are none of that.
 */
export function readCharacterMap(base64: string): CharacterMap {
  const bytes = Buffer.from(base64, "base64");
  const trieBytes = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  if (trieBytes === 0 || trieBytes % 4 !== 0 || 4 + trieBytes > bytes.length)
    throw new RangeError("not a character map");
  const trie = Uint32Array.from({ length: trieBytes / 4 }, (_, at) => bytes.readUInt32LE(4 + at * 4));
  const replacements = bytes.subarray(4 + trieBytes);

  return (text) => {
    const from = Buffer.from(text);
    const parts: Buffer[] = [];
    for (let at = 0; at < from.length; ) {
      const found = longestPrefix(trie, from, at);
      if (found) {
        const end = replacements.indexOf(0, found.replacement);
        parts.push(replacements.subarray(found.replacement, end < 0 ? undefined : end));
      } else {
        parts.push(from.subarray(at, at + characterBytes(from[at] as number)));
      }
      at += found?.length ?? characterBytes(from[at] as number);
    }
    return Buffer.concat(parts).toString();
  };
}

function longestPrefix(trie: Uint32Array, text: Buffer, start: number): { length: number; replacement: number } | null {
  let best: { length: number; replacement: number } | null = null;
  let node = offsetOf(trie[0] ?? 0);
  for (let at = start; at < text.length; at++) {
    const byte = text[at] as number;
    node ^= byte;
    const unit = trie[node];
    if (unit === undefined || (unit & 0x8000_00ff) >>> 0 !== byte) return best;
    node ^= offsetOf(unit);
    const isWhole = (unit >>> 8) & 1;
    if (isWhole) best = { length: at - start + 1, replacement: (trie[node] ?? 0) & 0x7fff_ffff };
  }
  return best;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Length of a UTF-8 character from its first byte. */
function characterBytes(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

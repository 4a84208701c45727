// Which three letters of some words few pictures hold: the full text table of three letters in a row answers as slowly as its lists are
// long, so only the shortest ones are gone through, and the texts of what they have in common tell the rest.
import type { Connection } from "./database.ts";
import { fold } from "./text-form.ts";

/** An expression over `trigrams` that finds all pictures with the words inside of others, and few without; null when there is none. */
export type FindRareLetters = (words: readonly string[]) => string | null;

/** Runs of pictures whose texts are counted: neighbours share a page of the file. */
const RUNS = 60;
const RUN_LENGTH = 30;
/** Lists are added until so many pictures are expected to be on all of them. */
const FEW_EXPECTED = 60;
const MAX_LISTS = 4;
/** Others the full text table may take apart differently. */
const PLAIN_WORD = /^[a-z0-9]{3,}$/;

export function createRareLetters(db: Connection): FindRareLetters {
  const highestId = db.prepare<[], number | null>("SELECT max(id) FROM images").pluck();
  const run = db
    .prepare<[number], string>(
      `SELECT text || char(10) || names || char(10) || folders || char(10) || tags FROM images WHERE id >= ? ORDER BY id LIMIT ${RUN_LENGTH}`,
    )
    .pluck();
  /** Three letters → texts with them, of those counted. */
  const counts = new Map<string, number>();
  let counted = 0;
  const pictures = highestId.get() ?? 0;
  const stride = Math.max(RUN_LENGTH, pictures / RUNS);
  for (let from = 1; from <= pictures; from += stride) {
    for (const text of run.iterate(Math.floor(from))) {
      counted++;
      for (const letters of trigramsOf(fold(text))) counts.set(letters, (counts.get(letters) ?? 0) + 1);
    }
  }
  /** What stands in none of them may stand in one more. */
  const shareOf = (letters: string): number => ((counts.get(letters) ?? 0) + 0.5) / (counted + 1);

  return (words) => {
    const plain = words.filter((word) => PLAIN_WORD.test(word));
    const rarest = [...new Set(plain.flatMap((word) => [...trigramsOf(word)]))].sort((a, b) => shareOf(a) - shareOf(b));
    const chosen: string[] = [];
    let expected = highestId.get() ?? 0;
    for (const letters of rarest) {
      if (chosen.length === MAX_LISTS || (chosen.length > 1 && expected <= FEW_EXPECTED)) break;
      // Those that share two letters mostly stand in the same texts.
      if (chosen.some((other) => other.startsWith(letters.slice(1)) || other.endsWith(letters.slice(0, 2)))) continue;
      chosen.push(letters);
      expected *= shareOf(letters);
    }
    return chosen.length > 0 ? chosen.map((letters) => `"${letters}"`).join(" AND ") : null;
  };
}

function trigramsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 2) }, (_, at) => text.slice(at, at + 3)));
}

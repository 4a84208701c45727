// @ts-check
// Finds the words of a query again in the text they were found in, however either is accented or capitalised.

/**
 * Lower case without accents, with the place each UTF-16 unit came from.
 * @param {string} text
 */
function fold(text) {
  let folded = "";
  /** @type {number[]} */
  const origin = [];
  let index = 0;
  for (const character of text) {
    const plain = character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    for (let unit = 0; unit < plain.length; unit++) origin.push(index);
    folded += plain;
    index += character.length;
  }
  origin.push(index);
  return { folded, origin };
}

/**
 * Cuts a text into parts; the marked ones are the words. Joined, the parts are the text again.
 * @param {string} text
 * @param {readonly string[]} words folded, as the API gives them
 * @returns {{ text: string, marked: boolean }[]}
 */
export function markWords(text, words) {
  const { folded, origin } = fold(text);
  const isMarked = new Uint8Array(text.length);
  for (const word of words) {
    if (word === "") continue;
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      isMarked.fill(1, origin[at], origin[at + word.length]);
    }
  }
  /** @type {{ text: string, marked: boolean }[]} */
  const parts = [];
  let start = 0;
  for (let index = 1; index <= text.length; index++) {
    if (index < text.length && isMarked[index] === isMarked[start]) continue;
    parts.push({ text: text.slice(start, index), marked: isMarked[start] === 1 });
    start = index;
  }
  return parts;
}

// Paste Best Match: words in, the best picture pasted. What is not certain is shown instead, and so is every second try.
import { type LaunchProps, LocalStorage } from "@raycast/api";
import { deliver } from "./actions/deliver";
import { openCommand } from "./actions/open-command";
import { tellFailure } from "./actions/tell";
import { DaemonError } from "./daemon/errors";
import { pictureOf } from "./picture";
import { rememe } from "./rememe";

const LAST = "paste-best-match";
/** The same words again within this time mean: that was the wrong one. */
const SECOND_TRY_MS = 60_000;
/** The first ones may be on a disk that is not connected. */
const CANDIDATES = 10;

interface Last {
  readonly words: string;
  readonly atMs: number;
}

export default async function PasteBestMatch(
  props: LaunchProps<{ arguments: Arguments.PasteBestMatch }>,
): Promise<void> {
  const words = (props.arguments.words || props.fallbackText || "").trim();
  try {
    if (words === "" || (await isSecondTry(words))) return await choose(words);
    const { hits } = await rememe.search({ q: words, limit: CANDIDATES });
    const best = hits.find(({ image }) => !image.offline);
    // Nothing is better than something embarrassing in a chat.
    if (!best?.strong) return await choose(words);
    // Without the words: that the machine chose it must not make it come first the next time.
    const isDone = await deliver(pictureOf(best), "paste", { hint: "run again to choose another" });
    if (isDone) await LocalStorage.setItem(LAST, JSON.stringify({ words, atMs: Date.now() } satisfies Last));
  } catch (error) {
    // The search shows the screen that says what is the matter and fixes it.
    if (error instanceof DaemonError) await choose(words);
    else await tellFailure(error);
  }
}

async function isSecondTry(words: string): Promise<boolean> {
  const last = JSON.parse((await LocalStorage.getItem<string>(LAST)) ?? "null") as Last | null;
  await LocalStorage.removeItem(LAST);
  return last?.words === words && Date.now() - last.atMs < SECOND_TRY_MS;
}

const choose = (query: string): Promise<void> => openCommand("search-memes", { query });

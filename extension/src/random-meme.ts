// Random Meme: any picture, pasted or copied as Enter would do it.
import { deliver } from "./actions/deliver";
import { openCommand } from "./actions/open-command";
import { tellFailure } from "./actions/tell";
import { DaemonError, isUnreachable } from "./daemon/errors";
import { fromImage } from "./picture";
import { preferences, rememe } from "./rememe";

export default async function RandomMeme(): Promise<void> {
  try {
    await deliver(fromImage(await rememe.random()), preferences().primaryAction);
  } catch (error) {
    const isForTheSearch = error instanceof DaemonError && (isUnreachable(error) || error.code === "image-not-found");
    // The search shows the screen that says what is the matter and fixes it.
    if (isForTheSearch) await openCommand("search-memes");
    else await tellFailure(error);
  }
}

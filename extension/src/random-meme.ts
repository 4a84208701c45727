// Random Meme: any picture, pasted or copied as Enter would do it.
import { deliver } from "./actions/deliver";
import { openCommand } from "./actions/open-command";
import { tellFailure } from "./actions/tell";
import { DaemonError, isUnreachable } from "./daemon/errors";
import type { Image } from "./contract";
import { fromImage } from "./picture";
import { preferences, rememe } from "./rememe";

/** Enough to meet one that is there, unless nearly all are not. */
const THROWS = 20;

export default async function RandomMeme(): Promise<void> {
  try {
    await deliver(fromImage(await anyPicture()), preferences().primaryAction);
  } catch (error) {
    const isForTheSearch = error instanceof DaemonError && (isUnreachable(error) || error.code === "image-not-found");
    // The search shows the screen that says what is the matter and fixes it.
    if (isForTheSearch) await openCommand("search-memes");
    else await tellFailure(error);
  }
}

/** One whose disk is connected, if the dice show one. */
async function anyPicture(): Promise<Image> {
  let image = await rememe.random();
  for (let thrown = 1; image.offline && thrown < THROWS; thrown++) image = await rememe.random();
  return image;
}

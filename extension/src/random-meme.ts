// Random Meme: any picture, pasted or copied as Enter would do it.
import { LaunchType, launchCommand } from "@raycast/api";
import { deliver } from "./actions/deliver";
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
    if (isForTheSearch) await launchCommand({ name: "search-memes", type: LaunchType.UserInitiated });
    else await tellFailure(error);
  }
}

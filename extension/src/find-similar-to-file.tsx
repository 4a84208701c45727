// Find Similar to Selected File: the selection in Finder, else the picture in the clipboard, else one that is chosen.
import { clipboardPicture } from "./clipboard-picture";
import { SimilarTo } from "./screens/similar-to";
import { selectedPicture } from "./selected-picture";

const findPicture = async (): Promise<string | null> => (await selectedPicture()) ?? (await clipboardPicture());

export default function FindSimilarToFile() {
  return (
    <SimilarTo
      find={findPicture}
      missing={{
        title: "No Picture Selected",
        description: "Select one in Finder and run this command by its hotkey, copy one, or choose one here.",
      }}
    />
  );
}

// Find Similar to Clipboard.
import { clipboardPicture } from "./clipboard-picture";
import { SimilarTo } from "./screens/similar-to";

export default function FindSimilarToClipboard() {
  return (
    <SimilarTo
      find={clipboardPicture}
      missing={{
        title: "No Picture in the Clipboard",
        description: "Copy a picture or a picture file, or choose one here.",
      }}
    />
  );
}

// The parts of a picture's action panel.
import { Action, ActionPanel, Icon, Keyboard } from "@raycast/api";
import type { Picture } from "../picture";
import { EditTags } from "../screens/edit-tags";
import { LikeThisBut, SimilarPictures } from "../screens/similar-pictures";
import { copyText } from "./copy-text";
import { deliver, isRare, recordUse } from "./deliver";
import { OpenWith } from "./host-actions";
import { moveToTrash, toggleFavorite, toggleHidden } from "./marks";

export interface ActionProps {
  readonly picture: Picture;
  /** The words that led to it; "" when there were none. */
  readonly words: string;
  /** The whole search in the query language, to come back to it; "" when it cannot be said so, or shows everything. */
  readonly query: string;
  /** Looks for new results. */
  again(): void;
}

export function FindSection({ picture }: ActionProps) {
  return (
    <ActionPanel.Section title="Find">
      <Action.Push
        icon={Icon.MagnifyingGlass}
        title="Find Similar"
        shortcut={{ modifiers: ["cmd"], key: "l" }}
        target={<SimilarPictures wanted={{ kind: "like-image", id: picture.id }} />}
      />
      <Action.Push
        icon={Icon.Wand}
        title="More Like This, but…"
        shortcut={{ modifiers: ["cmd", "shift"], key: "l" }}
        target={<LikeThisBut picture={picture} />}
      />
    </ActionPanel.Section>
  );
}

export function MarkSection({ picture, again }: ActionProps) {
  const { favorite, hidden } = picture;
  return (
    <ActionPanel.Section title="Mark">
      <Action
        icon={favorite ? Icon.StarDisabled : Icon.Star}
        title={favorite ? "Remove from Favorites" : "Add to Favorites"}
        shortcut={{ modifiers: ["cmd"], key: "f" }}
        onAction={() => toggleFavorite(picture, again)}
      />
      <Action.Push
        icon={Icon.Tag}
        title="Edit Tags"
        shortcut={{ modifiers: ["cmd"], key: "t" }}
        target={<EditTags picture={picture} again={again} />}
      />
      <Action
        icon={hidden ? Icon.Eye : Icon.EyeDisabled}
        title={hidden ? "Show Again in Searches" : "Hide from Searches"}
        shortcut={{ modifiers: ["cmd", "shift"], key: "h" }}
        onAction={() => toggleHidden(picture, again)}
      />
    </ActionPanel.Section>
  );
}

/** The forms that the picture does not have already. */
export function CopySection({ picture, words }: ActionProps) {
  const { id, format, isAnimated, path } = picture;
  return (
    <ActionPanel.Section title="Copy As">
      {isRare(picture) && (
        <Action
          icon={Icon.CopyClipboard}
          title="Copy Original File"
          shortcut={{ modifiers: ["cmd", "ctrl"], key: "o" }}
          onAction={() => deliver(picture, "copy", { words, as: "original" })}
        />
      )}
      {format !== "png" && format !== "gif" && (
        <Action
          icon={Icon.Image}
          title={isAnimated && format === "webp" ? "Copy as GIF" : "Copy as PNG"}
          shortcut={{ modifiers: ["cmd", "shift"], key: "p" }}
          onAction={() => deliver(picture, "copy", { words, as: "png" })}
        />
      )}
      <Action.CopyToClipboard
        icon={Icon.Link}
        title="Copy Path"
        content={path}
        shortcut={Keyboard.Shortcut.Common.CopyPath}
      />
      <Action
        icon={Icon.Text}
        title="Copy Text in Picture"
        shortcut={{ modifiers: ["cmd", "shift"], key: "t" }}
        onAction={() => copyText(id)}
      />
    </ActionPanel.Section>
  );
}

export function FileSection({ picture, words, again }: ActionProps) {
  const { path } = picture;
  return (
    <ActionPanel.Section title="File">
      <Action.Open
        title="Open"
        target={path}
        shortcut={Keyboard.Shortcut.Common.Open}
        onOpen={() => recordUse(picture, "open", words)}
      />
      <OpenWith path={path} />
      <Action.ShowInFinder path={path} shortcut={{ modifiers: ["cmd", "shift"], key: "f" }} />
      <Action
        icon={Icon.Trash}
        title="Move to Trash"
        style={Action.Style.Destructive}
        shortcut={Keyboard.Shortcut.Common.Remove}
        onAction={() => moveToTrash(picture, again)}
      />
    </ActionPanel.Section>
  );
}

// Everything that can be done with a picture that was found.
import { Action, ActionPanel, Icon, Keyboard } from "@raycast/api";
import { PictureDetails } from "../screens/picture-details";
import { Deliver } from "./deliver-actions";
import { QuickLook } from "./host-actions";
import { extensionLink } from "./open-command";
import { type ActionProps, CopySection, FileSection, FindSection, MarkSection } from "./picture-sections";

export function PictureActions(props: ActionProps) {
  const { picture, words, query, again } = props;
  return (
    <ActionPanel title={picture.name}>
      <ActionPanel.Section>
        <Deliver {...props} />
        <QuickLook />
        <Action.Push
          icon={Icon.Info}
          title="Show Details"
          shortcut={{ modifiers: ["cmd"], key: "i" }}
          target={<PictureDetails picture={picture} words={words} />}
        />
      </ActionPanel.Section>
      <FindSection {...props} />
      <MarkSection {...props} />
      <CopySection {...props} />
      <FileSection {...props} />
      <ActionPanel.Section>
        {query !== "" && (
          <Action.CreateQuicklink title="Create Quicklink for This Search" quicklink={quicklinkFor(query)} />
        )}
        <Action
          icon={Icon.ArrowClockwise}
          title="Refresh"
          shortcut={Keyboard.Shortcut.Common.Refresh}
          onAction={again}
        />
      </ActionPanel.Section>
    </ActionPanel>
  );
}

/** What must work at once even where the rest of the actions is not there yet. */
export function FewActions(props: Pick<ActionProps, "picture" | "words">) {
  return (
    <ActionPanel>
      <Deliver {...props} />
    </ActionPanel>
  );
}

const quicklinkFor = (query: string): { name: string; link: string } => ({
  name: `Memes: ${query}`,
  link: extensionLink(`/search-memes?fallbackText=${encodeURIComponent(query)}`),
});

// What can be done everywhere in the library's list, below what can be done with the selected line.
import { Action, ActionPanel, Icon, Keyboard } from "@raycast/api";
import type { ReactNode } from "react";
import { OpenLog } from "../actions/open-log";
import { openPage } from "../actions/open-page";
import { tell } from "../actions/tell";
import type { Library } from "../hooks/use-library";
import { rememe } from "../rememe";
import { ChooseFolder } from "./choose-folder";

interface Props {
  readonly library: Library;
  readonly title?: string;
  /** Comes first. */
  readonly children?: ReactNode;
}

export function LibraryActions({ library, title = "Library", children }: Props) {
  const isPaused = library.status?.paused ?? false;
  const toggle = (): Promise<boolean> =>
    tell(
      isPaused ? "Resuming…" : "Pausing…",
      () => (isPaused ? rememe.resume() : rememe.pause()),
      () => (isPaused ? "Reading goes on" : "Paused; search goes on"),
    ).finally(library.refresh);
  return (
    <ActionPanel title={title}>
      {children}
      <ActionPanel.Section>
        <Action
          icon={isPaused ? Icon.Play : Icon.Pause}
          title={isPaused ? "Resume Reading" : "Pause Reading"}
          shortcut={{ modifiers: ["cmd", "shift"], key: "p" }}
          onAction={toggle}
        />
        <Action.Push
          icon={Icon.NewFolder}
          title="Choose Folder"
          shortcut={Keyboard.Shortcut.Common.New}
          target={<ChooseFolder onAdded={library.refresh} />}
        />
        <Action icon={Icon.Globe} title="Open Web Page" shortcut={Keyboard.Shortcut.Common.Open} onAction={openPage} />
        <OpenLog />
      </ActionPanel.Section>
    </ActionPanel>
  );
}

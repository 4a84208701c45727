// Manage Picture Library: folders, progress, what could not be read, and the switches of the daemon.
import { Action, ActionPanel, Icon, Keyboard, List } from "@raycast/api";
import type { ReactNode } from "react";
import { OpenLog } from "./actions/open-log";
import { openPage } from "./actions/open-page";
import { tell } from "./actions/tell";
import type { Status } from "./contract";
import { type Library, useLibrary } from "./hooks/use-library";
import { rememe } from "./rememe";
import { ChooseFolder } from "./screens/choose-folder";
import { FolderItem } from "./screens/folder-item";
import { Unreadable } from "./screens/unreadable";
import { screenFor } from "./screens/screen";
import { ScreenView } from "./screens/screen-view";
import { bytes, count, isWorking, progress } from "./words";

export default function PictureLibrary() {
  const library = useLibrary();
  const { status, folders } = library;
  const screen = screenFor(library, { count: folders.length, isLoading: false, error: null, reading: [], by: "words" });
  return (
    <List isLoading={screen === null && status === null} searchBarPlaceholder="Filter folders">
      {screen && <ScreenView view={List.EmptyView} screen={screen} library={library} again={library.refresh} />}
      {!screen && status && (
        <>
          <List.Section title="Folders" subtitle={String(folders.length)}>
            {folders.map((folder) => (
              <FolderItem key={folder.id} folder={folder} library={library} />
            ))}
          </List.Section>
          <List.Section title="Pictures">
            <Activity status={status} library={library} />
            {status.counts.failed > 0 && <Failed failed={status.counts.failed} library={library} />}
            {status.notices.map((notice) => (
              <List.Item key={notice} icon={Icon.Info} title={notice} actions={<Common library={library} />} />
            ))}
          </List.Section>
          <List.Section title="Rememe">
            <About status={status} library={library} />
          </List.Section>
        </>
      )}
    </List>
  );
}

function Activity({ status, library }: { status: Status; library: Library }) {
  const { paused, currentDirectory, filesPerSecond } = status;
  const toggle = (): Promise<boolean> =>
    tell(
      paused ? "Resuming…" : "Pausing…",
      () => (paused ? rememe.resume() : rememe.pause()),
      () => (paused ? "Reading goes on" : "Paused; search goes on"),
    ).finally(library.refresh);
  return (
    <List.Item
      icon={paused ? Icon.Pause : isWorking(status) ? Icon.Hourglass : Icon.CheckCircle}
      title={progress(status)}
      subtitle={currentDirectory ?? ""}
      accessories={filesPerSecond > 0 ? [{ text: `${filesPerSecond.toFixed(1)} per second` }] : []}
      actions={
        <Common library={library}>
          <Action
            icon={paused ? Icon.Play : Icon.Pause}
            title={paused ? "Resume Reading" : "Pause Reading"}
            onAction={toggle}
          />
        </Common>
      }
    />
  );
}

function Failed({ failed, library }: { failed: number; library: Library }) {
  return (
    <List.Item
      icon={Icon.Warning}
      title={`${count(failed, "file")} could not be read`}
      actions={
        <Common library={library}>
          <Action.Push icon={Icon.Eye} title="Show Files" target={<Unreadable onRetry={library.refresh} />} />
        </Common>
      }
    />
  );
}

function About({ status, library }: { status: Status; library: Library }) {
  const { model, ocr, version, libraryBytes } = status;
  const facts = [
    `looks: ${model.title} (${model.provider})`,
    ocr ? "reads text" : "does not read text",
    bytes(libraryBytes),
  ];
  return (
    <List.Item
      icon={Icon.Info}
      title={`Rememe ${version}`}
      subtitle={facts.join(" · ")}
      actions={<Common library={library} />}
    />
  );
}

/** What can be done wherever one is. */
function Common({ library, children }: { library: Library; children?: ReactNode }) {
  return (
    <ActionPanel>
      {children}
      <Action icon={Icon.Globe} title="Open Web Page" onAction={openPage} shortcut={Keyboard.Shortcut.Common.Open} />
      <Action.Push
        icon={Icon.NewFolder}
        title="Choose Folder"
        shortcut={Keyboard.Shortcut.Common.New}
        target={<ChooseFolder onAdded={library.refresh} />}
      />
      <OpenLog />
    </ActionPanel>
  );
}

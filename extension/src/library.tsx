// Manage Picture Library: folders, progress, what could not be read, and the switches of the daemon.
import { Action, Icon, List } from "@raycast/api";
import type { ModelUpgrade, Status } from "./contract";
import { type Library, useLibrary } from "./hooks/use-library";
import { FolderItem } from "./screens/folder-item";
import { LibraryActions } from "./screens/library-actions";
import { Unreadable } from "./screens/unreadable";
import { screenFor } from "./screens/screen";
import { ScreenView } from "./screens/screen-view";
import { bytes, count, isWorking, progress, upgradeProgress } from "./words";

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
            {status.upgrade && <Upgrade upgrade={status.upgrade} library={library} />}
            {status.notices.map((notice) => (
              <List.Item key={notice} icon={Icon.Info} title={notice} actions={<LibraryActions library={library} />} />
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
  return (
    <List.Item
      icon={paused ? Icon.Pause : isWorking(status) ? Icon.Hourglass : Icon.CheckCircle}
      title={progress(status)}
      subtitle={currentDirectory ?? ""}
      accessories={filesPerSecond > 0 ? [{ text: `${filesPerSecond.toFixed(1)} per second` }] : []}
      actions={<LibraryActions library={library} />}
    />
  );
}

function Upgrade({ upgrade, library }: { upgrade: ModelUpgrade; library: Library }) {
  return (
    <List.Item
      icon={upgrade.phase === "waiting" ? Icon.Clock : Icon.Wand}
      title={upgradeProgress(upgrade)}
      subtitle="Search goes on meanwhile"
      actions={<LibraryActions library={library} />}
    />
  );
}

function Failed({ failed, library }: { failed: number; library: Library }) {
  return (
    <List.Item
      icon={Icon.Warning}
      title={`${count(failed, "file")} could not be read`}
      actions={
        <LibraryActions library={library}>
          <Action.Push icon={Icon.Eye} title="Show Files" target={<Unreadable onRetry={library.refresh} />} />
        </LibraryActions>
      }
    />
  );
}

function About({ status, library }: { status: Status; library: Library }) {
  const { model, ocr, version, libraryBytes } = status;
  const facts = [
    `Model: ${model.title}, on ${model.provider}`,
    ocr ? "text in pictures is read" : "text in pictures is not read",
    bytes(libraryBytes),
  ];
  return (
    <List.Item
      icon={Icon.Info}
      title={`Rememe ${version}`}
      subtitle={facts.join(" · ")}
      actions={<LibraryActions library={library} />}
    />
  );
}

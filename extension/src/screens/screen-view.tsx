// The designed screens: what is the matter, and first of all the one action that fixes it.
import { Action, ActionPanel, Grid, Icon, List, openExtensionPreferences } from "@raycast/api";
import type { ReactElement } from "react";
import { OpenLog } from "../actions/open-log";
import type { Library } from "../hooks/use-library";
import { INSTALL_COMMAND, RESTART_COMMAND } from "../install";
import { rememe } from "../rememe";
import { progress } from "../words";
import { ChooseFolder } from "./choose-folder";
import type { Screen } from "./screen";

/** System Settings, Privacy & Security, Files and Folders. */
export const PRIVACY_SETTINGS = "x-apple.systempreferences:com.apple.preference.security?Privacy_FilesAndFolders";

interface Props {
  /** The empty view of the list or grid it stands in. */
  readonly view: typeof Grid.EmptyView | typeof List.EmptyView;
  readonly screen: Screen;
  readonly library: Library;
  /** Asks again for what the screen stands in for. */
  again(): void;
}

interface Look {
  readonly icon: Icon;
  readonly title: string;
  readonly description: string;
  readonly actions: readonly ReactElement[];
}

export function ScreenView({ view: EmptyView, screen, library, again }: Props) {
  const { icon, title, description, actions } = lookOf(screen, library, again);
  return (
    <EmptyView icon={icon} title={title} description={description} actions={<ActionPanel>{actions}</ActionPanel>} />
  );
}

function lookOf(screen: Screen, library: Library, again: () => void): Look {
  const chooseFolder = <Action.Push key="folder" icon={Icon.Folder} title="Choose Folder" target={<ChooseFolder />} />;
  const log = <OpenLog key="log" />;
  const retry = <Action key="again" icon={Icon.ArrowClockwise} title="Try Again" onAction={() => retryAll()} />;
  const retryAll = (): void => {
    library.refresh();
    again();
  };
  switch (screen.kind) {
    case "not-installed":
      return {
        icon: Icon.Download,
        title: "Rememe Is Not Installed",
        description: `Get a copy of Rememe, run “${INSTALL_COMMAND}” in it once, and come back: nothing else has to be set up.`,
        actions: [
          <Action.CopyToClipboard key="copy" title="Copy Install Command" content={INSTALL_COMMAND} />,
          retry,
          <Action
            key="preferences"
            icon={Icon.Gear}
            title="Choose Another Data Directory"
            onAction={openExtensionPreferences}
          />,
        ],
      };
    case "stopped":
      return {
        icon: Icon.Power,
        title: "Rememe Is Not Running",
        description: "Your pictures are still indexed. Press Enter to start it.",
        actions: [<Action key="start" icon={Icon.Play} title="Start Rememe" onAction={library.start} />, retry, log],
      };
    case "starting":
      return { icon: Icon.CircleProgress50, title: "Starting Rememe", description: "A moment…", actions: [log] };
    case "mismatch":
      return screen.error.isDaemonNewer
        ? {
            icon: Icon.ArrowUpCircle,
            title: "Update This Extension",
            description: `${screen.error.message} Update the extension in the Store.`,
            actions: [
              <Action.Open
                key="store"
                icon={Icon.AppWindowGrid3x3}
                title="Open Store"
                target="raycast://extensions/rememe/rememe"
              />,
              retry,
            ],
          }
        : {
            icon: Icon.ArrowUpCircle,
            title: "Update Rememe",
            description: `${screen.error.message} Renew your copy of Rememe and run “${RESTART_COMMAND}” in it.`,
            actions: [
              <Action.CopyToClipboard key="copy" title="Copy Update Command" content={RESTART_COMMAND} />,
              retry,
            ],
          };
    case "no-folders":
      return {
        icon: Icon.NewFolder,
        title: "Where Are Your Pictures?",
        description:
          "Choose a folder. Everything in it can be found as soon as it has been read; your files are never changed.",
        actions: [chooseFolder],
      };
    case "no-pictures":
      return {
        icon: Icon.Folder,
        title: "No Pictures in Your Folders",
        description: "What you save into them is found within a second. Or choose another folder.",
        actions: [chooseFolder, retry],
      };
    case "indexing":
      return {
        icon: Icon.Hourglass,
        title: "Getting to Know Your Pictures",
        description: `${progress(screen.status)}. The first ones can be found in a moment.`,
        actions: [retry, log],
      };
    case "paused":
      return {
        icon: Icon.Pause,
        title: "Reading Pictures Is Paused",
        description: `${progress(screen.status)}.`,
        actions: [
          <Action
            key="resume"
            icon={Icon.Play}
            title="Resume"
            onAction={() => rememe.resume().then(library.refresh, library.refresh)}
          />,
        ],
      };
    case "offline":
      return {
        icon: Icon.HardDrive,
        title: "Your Folders Are Not Connected",
        description: "Connect the disk that holds them. Pictures that were read before stay findable.",
        actions: [retry, chooseFolder],
      };
    case "denied":
      return {
        icon: Icon.Lock,
        title: "macOS Does Not Let Rememe Read Your Folders",
        description: "Allow it in System Settings, Privacy & Security, Files and Folders.",
        actions: [
          <Action.Open key="settings" icon={Icon.Gear} title="Open Privacy Settings" target={PRIVACY_SETTINGS} />,
          retry,
          chooseFolder,
        ],
      };
    case "nothing-found":
      return {
        icon: Icon.MagnifyingGlass,
        title: screen.by === "words" ? "Nothing Found" : "Nothing Looks Like It",
        description: [
          ...screen.reading.map(({ text, meaning }) => `“${text}”: ${meaning}`),
          screen.by === "words" ? "Try fewer or other words." : "Other pictures are needed for that.",
        ].join("\n"),
        actions: [retry],
      };
    case "error":
      return {
        icon: Icon.Warning,
        title: screen.error.message,
        description: screen.error.hint ?? "The log may say why.",
        actions: [
          retry,
          log,
          <Action.CopyToClipboard
            key="copy"
            title="Copy Error Details"
            content={`${screen.error.code}: ${screen.error.message}\n${screen.error.hint ?? ""}`}
          />,
        ],
      };
  }
}

// What each screen looks like: the matter in a few words, and first of its actions the one that fixes it.
import { Action, Icon, openExtensionPreferences } from "@raycast/api";
import type { ReactElement } from "react";
import { OpenLog } from "../actions/open-log";
import { extensionLink, openCommand } from "../actions/open-command";
import { tellFailure } from "../actions/tell";
import type { Folder } from "../contract";
import type { DaemonError, MismatchError } from "../daemon/errors";
import { INSTALL_COMMAND } from "../install";
import { rememe } from "../rememe";
import { folderName, progress } from "../words";
import { ChooseFolder } from "./choose-folder";
import type { NothingFound, Screen } from "./screen";

export interface Look {
  readonly icon: Icon;
  readonly title: string;
  readonly description: string;
  readonly actions: readonly ReactElement[];
}

/** What a screen's actions can set going. */
export interface Means {
  /** Looks again at everything the screen stands in for. */
  again(): void;
  start(): Promise<void>;
  /** Another way to what is looked for, where there is one. */
  readonly otherwise?: ReactElement | undefined;
}

const chooseFolder = <Action.Push key="folder" icon={Icon.Folder} title="Choose Folder" target={<ChooseFolder />} />;
/** Where it can be allowed; the first one of several. */
function privacy(folders: readonly Folder[]): ReactElement[] {
  const url = folders.find(({ permission }) => permission?.settingsUrl)?.permission?.settingsUrl;
  return url ? [<Action.Open key="privacy" icon={Icon.Gear} title="Open Privacy Settings" target={url} />] : [];
}
const log = <OpenLog key="log" />;
const details = ({ code, message, hint = "" }: Pick<DaemonError, "code" | "message" | "hint">): ReactElement => (
  <Action.CopyToClipboard key="copy" title="Copy Error Details" content={`${code}: ${message}\n${hint}`} />
);
const other = ({ otherwise }: Means): readonly ReactElement[] => (otherwise ? [otherwise] : []);
const retry = ({ again }: Means): ReactElement => (
  <Action key="again" icon={Icon.ArrowClockwise} title="Try Again" onAction={again} />
);

export function lookOf(screen: Screen, means: Means): Look {
  switch (screen.kind) {
    case "not-installed":
      return notInstalled(means);
    case "stopped":
      return {
        icon: Icon.Power,
        title: "Rememe Is Not Running",
        description: "Your pictures are still indexed. Press Enter to start it.",
        actions: [
          <Action key="start" icon={Icon.Play} title="Start Rememe" onAction={means.start} />,
          retry(means),
          log,
        ],
      };
    case "starting":
      return { icon: Icon.CircleProgress50, title: "Starting Rememe", description: "A moment…", actions: [log] };
    case "mismatch":
      return mismatch(screen.error, means);
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
        actions: [chooseFolder, retry(means)],
      };
    case "indexing":
      return {
        icon: Icon.Hourglass,
        title: "Getting to Know Your Pictures",
        description: `${progress(screen.status)}. The first ones can be found in a moment.`,
        actions: [
          <Action key="library" icon={Icon.List} title="Show Progress" onAction={() => openCommand("library")} />,
          log,
        ],
      };
    case "paused":
      return {
        icon: Icon.Pause,
        title: "Reading Pictures Is Paused",
        description: `${progress(screen.status)}.`,
        actions: [<Action key="resume" icon={Icon.Play} title="Resume" onAction={() => resume(means)} />],
      };
    case "offline":
      return {
        icon: Icon.HardDrive,
        title: "Your Folders Are Not Connected",
        description: "Connect the disk that holds them. Pictures that were read before stay findable.",
        actions: [retry(means), chooseFolder],
      };
    case "denied":
      return {
        icon: Icon.Lock,
        title: "Rememe May Not Read Your Folders",
        description: [...new Set(screen.folders.map(({ permission }) => permission?.advice ?? ""))].join("\n"),
        actions: [...privacy(screen.folders), retry(means), chooseFolder],
      };
    case "nothing-found":
      return nothingFound(screen, means);
    case "start-failed":
      return startFailed(screen.error, means);
    case "error":
      return failed(screen.error, means);
  }
}

function notInstalled(means: Means): Look {
  return {
    icon: Icon.Download,
    title: "Rememe Is Not Installed",
    description: `Get a copy of Rememe, run “${INSTALL_COMMAND}” in it once, and come back: nothing else has to be set up.`,
    actions: [
      <Action.CopyToClipboard key="copy" title="Copy Install Command" content={INSTALL_COMMAND} />,
      retry(means),
      <Action
        key="preferences"
        icon={Icon.Gear}
        title="Choose Another Data Directory"
        onAction={openExtensionPreferences}
      />,
    ],
  };
}

function mismatch({ isDaemonNewer, message }: MismatchError, means: Means): Look {
  if (isDaemonNewer) {
    return {
      icon: Icon.ArrowUpCircle,
      title: "Update This Extension",
      description: `${message} Update the extension in the Store.`,
      actions: [
        <Action.Open key="store" icon={Icon.AppWindowGrid3x3} title="Open Store" target={extensionLink()} />,
        retry(means),
      ],
    };
  }
  return {
    icon: Icon.ArrowUpCircle,
    title: "Update Rememe",
    description: `${message} Renew your copy of Rememe and run “${INSTALL_COMMAND}” in it.`,
    actions: [
      <Action.CopyToClipboard key="copy" title="Copy Update Command" content={INSTALL_COMMAND} />,
      retry(means),
    ],
  };
}

function nothingFound({ by, reading, denied, underWay }: NothingFound, means: Means): Look {
  const isByWords = by === "words";
  const lines = [
    ...reading.map(({ text, meaning }) => `“${text}”: ${meaning}`),
    ...denied.map(({ path }) => `Rememe may not read ${folderName(path)}.`),
    ...(underWay ? [`${progress(underWay)}.`] : isByWords ? ["Try fewer or other words."] : []),
  ];
  return {
    icon: Icon.MagnifyingGlass,
    title: isByWords ? "Nothing Found" : "Nothing Looks Like It",
    description: lines.join("\n"),
    actions: [...privacy(denied), ...other(means), retry(means)],
  };
}

function startFailed({ code, message, hint }: DaemonError, means: Means): Look {
  return {
    icon: Icon.Warning,
    title: "Rememe Did Not Start",
    description: hint ? `${message}\n${hint}` : message,
    actions: [
      <Action key="start" icon={Icon.Play} title="Start Again" onAction={means.start} />,
      log,
      details({ code, message, hint }),
    ],
  };
}

function failed({ code, message, hint }: DaemonError, means: Means): Look {
  return {
    icon: Icon.Warning,
    title: message,
    description: hint ?? "The log may say why.",
    actions: [...other(means), retry(means), log, details({ code, message, hint })],
  };
}

async function resume({ again }: Means): Promise<void> {
  await rememe.resume().catch(tellFailure);
  again();
}

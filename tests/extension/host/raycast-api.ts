// A stand-in for the edge of the host, "@raycast/api": components become nodes, services are recorded. The only fake in these tests.
import { accessSync, constants } from "node:fs";
import { isAbsolute } from "node:path";
import { type Element, React } from "./renderer.ts";

const h = React.createElement;

/** What commands asked of the host, in order: ["Clipboard.paste", {file}], ["showHUD", "…"], … */
export type Call = readonly [service: string, ...args: unknown[]];

export interface HostState {
  readonly calls: Call[];
  preferences: Record<string, unknown>;
  /** Rejects as Raycast does when null: Finder is not in front. */
  finder: readonly { readonly path: string }[] | null;
  clipboard: { text: string; file?: string };
  /** What the person answers to a confirmation. */
  confirms: boolean;
  readonly storage: Map<string, unknown>;
  readonly cache: Map<string, string>;
}

export interface Navigation {
  push(element: Element): void;
  pop(): void;
}

export const NavigationContext = React.createContext<Navigation | null>(null);

type Props = Record<string, unknown>;

/** Elements that are given as properties are drawn as children, each below a node with the property's name. */
const SLOTS = ["actions", "searchBarAccessory", "detail", "metadata", "target"];

function component(type: string, members: object = {}): unknown {
  const draw = (props: Props): Element => {
    const slots = SLOTS.filter((name) => name !== "target" && props[name]).map((name) =>
      h(`slot.${name}`, { key: name }, props[name]),
    );
    return h(type, { ...props, children: undefined }, props.children, ...slots);
  };
  return Object.assign(draw, members);
}

/** A dropdown tells its value as soon as it is there. */
function dropdown(type: string): unknown {
  const draw = (props: Props): Element => {
    React.useEffect(
      () => (props.onChange as ((value: string) => void) | undefined)?.(String(props.defaultValue ?? "")),
      [],
    );
    return h(type, { ...props, children: undefined }, props.children);
  };
  return Object.assign(draw, { Item: component(`${type}.Item`), Section: component(`${type}.Section`) });
}

/** `Icon.Image` is "Icon.Image". */
const names = (prefix: string): object =>
  new Proxy({}, { get: (_, name) => (typeof name === "string" ? `${prefix}.${name}` : undefined) });

const metadata = (type: string): unknown =>
  component(type, {
    Label: component(`${type}.Label`),
    Link: component(`${type}.Link`),
    Separator: component(`${type}.Separator`),
    TagList: component(`${type}.TagList`, { Item: component(`${type}.TagList.Item`) }),
  });

const collection = (type: string): object => ({
  EmptyView: component(`${type}.EmptyView`),
  Item: component(`${type}.Item`, { Detail: component(`${type}.Item.Detail`, { Metadata: metadata("Metadata") }) }),
  Section: component(`${type}.Section`),
  Dropdown: dropdown(`${type}.Dropdown`),
});

const ACTION_KINDS = ["CopyToClipboard", "CreateQuicklink", "Open", "OpenWith", "Push", "ShowInFinder", "SubmitForm"];
const FORM_FIELDS = ["TextField", "TextArea", "Checkbox", "FilePicker", "Description", "Separator"];
const fields = (type: string, kinds: readonly string[]): object =>
  Object.fromEntries(kinds.map((kind) => [kind, component(`${type}.${kind}`)]));

/** Raycast hands any string to the pasteboard; a test must not get away with a file that is not there. */
function checkFile(content: unknown): void {
  const file = (content as { file?: string }).file;
  if (file === undefined) return;
  if (!isAbsolute(file)) throw new Error(`The host was given a relative path: ${file}`);
  accessSync(file, constants.R_OK);
}

export function createApi(state: HostState, commandName: string): Record<string, unknown> {
  const record =
    <T>(service: string, answer?: (...args: unknown[]) => T) =>
    async (...args: unknown[]): Promise<T | undefined> => {
      state.calls.push([service, ...args]);
      return answer?.(...args);
    };
  const toast = (options: object): object => {
    const shown = { ...options, hide: async () => {} };
    state.calls.push(["showToast", shown]);
    return shown;
  };
  return {
    Grid: component("Grid", {
      ...collection("Grid"),
      Fit: { Contain: "contain", Fill: "fill" },
      Inset: names("Inset"),
    }),
    List: component("List", collection("List")),
    Detail: component("Detail", { Metadata: metadata("Metadata") }),
    Form: component("Form", {
      ...fields("Form", FORM_FIELDS),
      Dropdown: dropdown("Form.Dropdown"),
      TagPicker: component("Form.TagPicker", { Item: component("Form.TagPicker.Item") }),
    }),
    ActionPanel: component("ActionPanel", {
      Section: component("ActionPanel.Section"),
      Submenu: component("ActionPanel.Submenu"),
    }),
    Action: component("Action", {
      ...fields("Action", ACTION_KINDS),
      ToggleQuickLook: component("Action.ToggleQuickLook"),
      Style: names("ActionStyle"),
    }),
    MenuBarExtra: component("MenuBarExtra", {
      Item: component("MenuBarExtra.Item"),
      Section: component("MenuBarExtra.Section"),
      Separator: component("MenuBarExtra.Separator"),
    }),
    Icon: names("Icon"),
    Color: names("Color"),
    Image: { Mask: names("Mask") },
    Keyboard: { Shortcut: { Common: names("Shortcut") } },
    Toast: { Style: { Success: "SUCCESS", Failure: "FAILURE", Animated: "ANIMATED" } },
    Alert: { ActionStyle: names("AlertStyle") },
    PopToRootType: { Immediate: "immediate", Suspended: "suspended", Default: "default" },
    LaunchType: { UserInitiated: "userInitiated", Background: "background" },
    Clipboard: {
      copy: record("Clipboard.copy", checkFile),
      paste: record("Clipboard.paste", checkFile),
      read: async () => state.clipboard,
    },
    showToast: async (...args: unknown[]) =>
      toast(typeof args[0] === "object" && args[0] ? args[0] : { style: args[0], title: args[1], message: args[2] }),
    showHUD: record("showHUD"),
    closeMainWindow: record("closeMainWindow"),
    popToRoot: record("popToRoot"),
    open: record("open"),
    showInFinder: record("showInFinder"),
    launchCommand: record("launchCommand"),
    updateCommandMetadata: record("updateCommandMetadata"),
    openExtensionPreferences: record("openExtensionPreferences"),
    confirmAlert: record("confirmAlert", () => state.confirms),
    getSelectedFinderItems: async () => {
      if (!state.finder) throw new Error("Finder isn't the frontmost application");
      return state.finder;
    },
    getPreferenceValues: () => state.preferences,
    useNavigation: () => React.useContext<Navigation>(NavigationContext),
    LocalStorage: {
      getItem: async (key: string) => state.storage.get(key),
      setItem: async (key: string, value: unknown) => void state.storage.set(key, value),
      removeItem: async (key: string) => void state.storage.delete(key),
    },
    Cache: createCacheClass(state.cache),
    environment: {
      commandName,
      commandMode: "view",
      extensionName: "rememe",
      ownerOrAuthorName: "whoever-published-it",
      launchType: "userInitiated",
      raycastVersion: "1.104.25",
      isDevelopment: false,
      assetsPath: new URL("../../../extension/dist/assets", import.meta.url).pathname,
    },
  };
}

/** Holds strings by key, like Raycast's on disk; shared by all commands of an extension. */
function createCacheClass(stored: Map<string, string>): unknown {
  return class Cache {
    readonly #listeners = new Set<(key?: string, data?: string) => void>();
    get(key: string): string | undefined {
      return stored.get(key);
    }
    has(key: string): boolean {
      return stored.has(key);
    }
    set(key: string, data: string): void {
      stored.set(key, data);
      for (const listener of this.#listeners) listener(key, data);
    }
    remove(key: string): boolean {
      return stored.delete(key);
    }
    clear(): void {
      stored.clear();
    }
    /** @raycast/utils hands it around without its object. */
    readonly subscribe = (listener: (key?: string, data?: string) => void): (() => void) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    };
    get isEmpty(): boolean {
      return stored.size === 0;
    }
  };
}

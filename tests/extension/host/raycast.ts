// A person at Raycast: opens commands, types, chooses actions, and sees what is shown.
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadBundle } from "./bundle.ts";
import { type Call, createApi, type HostState, type Navigation, NavigationContext } from "./raycast-api.ts";
import { all, type Element, type Node, React, type Rendering, render } from "./renderer.ts";

const h = React.createElement;

export interface Screen {
  readonly title: string;
  readonly description: string;
  readonly actions: readonly string[];
}

export interface View {
  /** The view on top. */
  readonly node: Node;
  type(text: string): void;
  /** Chooses in the search bar's dropdown. */
  choose(value: string): void;
  /** Titles of the items, or the names in their tooltips. */
  names(): string[];
  items(): Node[];
  sections(): string[];
  sectionSubtitles(): string[];
  /** The empty view as Raycast would show it; null while items are shown, or while it loads with nothing typed. */
  screen(): Screen | null;
  isLoading(): boolean;
  actions(item?: Node): string[];
  /** Runs an action by its title: of an item, of the empty view, or of the view itself. */
  run(title: string, item?: Node): Promise<void>;
  /** What an action of the first item was given. */
  actionProps(title: string): Record<string, unknown>;
  submit(values: object): Promise<void>;
  loadMore(): void;
  depth(): number;
  close(): Promise<void>;
}

export interface Raycast {
  readonly state: HostState;
  open(command: string, props?: object): View;
  /** Runs a command or a tool without a view. */
  run(command: string, props?: object): Promise<unknown>;
  calls(service: string): Call[];
  /** Titles of the toasts shown, as they read now. */
  toasts(): string[];
}

const DEFAULTS = { primaryAction: "paste", columns: "5", fill: false, showNames: true, convert: true };

/**
 * @param home the daemon's home, whether one runs there or not
 * @param change makes another host of the stand-in
 */
export function startRaycast(
  t: Pick<TestContext, "after">,
  home: string,
  preferences: object = {},
  change: (api: Record<string, unknown>) => object = (api) => api,
): Raycast {
  const state: HostState = {
    calls: [],
    preferences: { ...DEFAULTS, dataDirectory: home, ...preferences },
    finder: null,
    clipboard: { text: "" },
    confirms: true,
    storage: new Map(),
    cache: new Map(),
  };
  return {
    state,
    open(command, props = {}) {
      const standIn = change(createApi(state, command));
      const view = openView(loadBundle(command, standIn).default, props);
      t.after(() => view.close());
      return view;
    },
    run: async (command, props = {}) => loadBundle(command, change(createApi(state, command))).default(props as never),
    calls: (service) => state.calls.filter(([name]) => name === service),
    toasts: () =>
      state.calls.filter(([name]) => name === "showToast").map(([, toast]) => (toast as { title: string }).title),
  };
}

function openView(command: unknown, props: object): View {
  let navigation: Navigation | null = null;
  const Root = (): Element => {
    const [stack, setStack] = React.useState<readonly Element[]>([]);
    navigation = {
      push: (element) => setStack((previous) => [...previous, element]),
      pop: () => setStack((previous) => previous.slice(0, -1)),
    };
    const views = [h(command, { launchType: "userInitiated", arguments: {}, ...props }), ...stack];
    return h(NavigationContext.Provider, { value: navigation }, ...views.map((view, key) => h("view", { key }, view)));
  };
  const rendering = render(h(Root));
  return viewOf(rendering, () => navigation);
}

function viewOf(rendering: Rendering, navigation: () => Navigation | null): View {
  const top = (): Node => {
    if (rendering.error()) throw rendering.error();
    return rendering.root.children.at(-1)?.children[0] ?? { type: "nothing", props: {}, children: [] };
  };
  const items = (): Node[] => [...all(top(), "Grid.Item"), ...all(top(), "List.Item")];
  const emptyView = (): Node | undefined => [...all(top(), "Grid.EmptyView"), ...all(top(), "List.EmptyView")][0];
  const scope = (item?: Node): Node => item ?? items()[0] ?? emptyView() ?? top();
  const call = <T extends unknown[]>(name: string, ...args: T): unknown =>
    (top().props[name] as ((...args: T) => unknown) | undefined)?.(...args);
  const view: View = {
    get node() {
      return top();
    },
    type: (text) => void call("onSearchTextChange", text),
    choose(value) {
      const [menu] = all(top(), `${top().type}.Dropdown`);
      if (!menu) throw new Error("There is no dropdown.");
      (menu.props.onChange as (value: string) => void)(value);
    },
    items,
    names: () => items().map(nameOf),
    sectionSubtitles: () => all(top(), "Grid.Section").map(({ props }) => String(props.subtitle ?? "")),
    sections: () =>
      [...all(top(), "Grid.Section"), ...all(top(), "List.Section")].map(({ props }) => String(props.title)),
    screen() {
      const empty = emptyView();
      if (!empty || items().length > 0 || (view.isLoading() && !top().props.searchText)) return null;
      const { title, description } = empty.props;
      return { title: String(title), description: String(description ?? ""), actions: view.actions(empty) };
    },
    isLoading: () => top().props.isLoading === true,
    actions: (item) => actionsOf(scope(item)).map(titleOf),
    async run(title, item) {
      const find = (): Node | undefined => actionsOf(scope(item)).find((node) => titleOf(node) === title);
      const { id } = scope(item).props;
      if (id) call("onSelectionChange", String(id));
      const action = await eventually(
        () => `an action “${title}” beside ${view.actions(item).join(", ")} in ${top().type}`,
        find,
        3_000,
      );
      await perform(action, navigation());
    },
    actionProps: (title) => actionsOf(scope()).find((node) => titleOf(node) === title)?.props ?? {},
    async submit(values) {
      const [action] = all(top(), "Action.SubmitForm");
      if (!action) throw new Error("There is no form to submit.");
      await (action.props.onSubmit as (values: object) => unknown)(values);
    },
    loadMore: () => (top().props.pagination as { onLoadMore(): void }).onLoadMore(),
    depth: () => rendering.root.children.length,
    close: () => rendering.unmount(),
  };
  return view;
}

const ACTION = /^Action(\.\w+)?$/;
const actionsOf = (node: Node): Node[] =>
  node.children.flatMap((child) => (ACTION.test(child.type) ? [child] : actionsOf(child)));

const DEFAULT_TITLES: Record<string, string> = {
  "Action.ToggleQuickLook": "Quick Look",
  "Action.OpenWith": "Open With",
  "Action.ShowInFinder": "Show in Finder",
};
const titleOf = ({ type, props }: Node): string => String(props.title ?? DEFAULT_TITLES[type] ?? type);

function nameOf({ props }: Node): string {
  const tooltip = (props.content as { tooltip?: string } | undefined)?.tooltip;
  return String(props.title ?? tooltip?.split("\n")[0] ?? "");
}

async function perform({ type, props }: Node, navigation: Navigation | null): Promise<void> {
  if (type === "Action.Push") navigation?.push(props.target as Element);
  await (props.onAction as (() => unknown) | undefined)?.();
}

/** Looks again and again until `look` gives something; fails after the limit, saying what it waited for. */
export async function eventually<T>(
  what: string | (() => string),
  look: () => T | null | false | undefined,
  limitMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = look();
    if (seen !== null && seen !== false && seen !== undefined) return seen;
    if (Date.now() > deadline) {
      throw new Error(`waited ${limitMs} ms in vain: ${typeof what === "string" ? what : what()}`);
    }
    await sleep(20);
  }
}

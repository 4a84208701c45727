// React into a plain tree, as Raycast's own renderer does: no DOM, so that what a command costs in memory is its own.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export interface Node {
  readonly type: string;
  props: Record<string, unknown>;
  readonly children: Node[];
}

export type Element = object;

export interface ReactLike {
  createElement(type: unknown, props?: object | null, ...children: unknown[]): Element;
  createContext<T>(value: T): { readonly Provider: unknown };
  useContext<T>(context: object): T;
  useEffect(effect: () => void, dependencies: readonly unknown[]): void;
  useState<T>(initial: T): [T, (next: T | ((previous: T) => T)) => void];
}

export const React = require("react") as ReactLike;
export const jsxRuntime = require("react/jsx-runtime") as object;

interface Reconciler {
  createContainer(root: Node, ...options: unknown[]): object;
  updateContainer(element: Element | null, container: object, parent: null, done: () => void): void;
}

const DEFAULT_PRIORITY = 32;
const CONCURRENT_ROOT = 1;
const nothing = (): void => {};

const insert = (parent: Node, child: Node, before?: Node): void => {
  remove(parent, child);
  parent.children.splice(before ? parent.children.indexOf(before) : parent.children.length, 0, child);
};
const remove = (parent: Node, child: Node): void => {
  const index = parent.children.indexOf(child);
  if (index >= 0) parent.children.splice(index, 1);
};

let priority = DEFAULT_PRIORITY;

const reconciler = (require("react-reconciler") as (config: object) => Reconciler)({
  supportsMutation: true,
  supportsPersistence: false,
  supportsHydration: false,
  supportsMicrotasks: true,
  isPrimaryRenderer: true,
  noTimeout: -1,
  scheduleTimeout: setTimeout,
  cancelTimeout: clearTimeout,
  scheduleMicrotask: queueMicrotask,
  getRootHostContext: () => ({}),
  getChildHostContext: (context: object) => context,
  getPublicInstance: (node: Node) => node,
  prepareForCommit: () => null,
  resetAfterCommit: nothing,
  preparePortalMount: nothing,
  createInstance: (type: string, props: Record<string, unknown>): Node => ({ type, props, children: [] }),
  createTextInstance: (text: string): Node => ({ type: "text", props: { text }, children: [] }),
  finalizeInitialChildren: () => false,
  shouldSetTextContent: () => false,
  appendInitialChild: insert,
  appendChild: insert,
  appendChildToContainer: insert,
  insertBefore: insert,
  insertInContainerBefore: insert,
  removeChild: remove,
  removeChildFromContainer: remove,
  clearContainer: (root: Node) => void root.children.splice(0),
  commitUpdate: (node: Node, _type: string, _previous: object, next: Record<string, unknown>) => {
    node.props = next;
  },
  commitTextUpdate: (node: Node, _previous: string, text: string) => {
    node.props = { text };
  },
  detachDeletedInstance: nothing,
  getCurrentUpdatePriority: () => priority,
  setCurrentUpdatePriority: (next: number) => {
    priority = next;
  },
  resolveUpdatePriority: () => priority || DEFAULT_PRIORITY,
  resolveEventType: () => null,
  resolveEventTimeStamp: () => -1.1,
  shouldAttemptEagerTransition: () => false,
  trackSchedulerEvent: nothing,
  requestPostPaintCallback: nothing,
  maySuspendCommit: () => false,
  preloadInstance: () => true,
  startSuspendingCommit: nothing,
  suspendInstance: nothing,
  waitForCommitToBeReady: () => null,
  NotPendingTransition: null,
  HostTransitionContext: React.createContext(null),
  resetFormInstance: nothing,
  getInstanceFromNode: () => null,
  beforeActiveInstanceBlur: nothing,
  afterActiveInstanceBlur: nothing,
});

export interface Rendering {
  readonly root: Node;
  /** What a component threw, if one did. */
  error(): unknown;
  unmount(): Promise<void>;
}

export function render(element: Element): Rendering {
  const root: Node = { type: "root", props: {}, children: [] };
  let thrown: unknown = null;
  const onError = (error: unknown): void => {
    thrown = error;
  };
  const container = reconciler.createContainer(
    root,
    CONCURRENT_ROOT,
    null,
    false,
    null,
    "",
    onError,
    onError,
    nothing,
    null,
  );
  reconciler.updateContainer(element, container, null, nothing);
  return {
    root,
    error: () => thrown,
    unmount: () => new Promise((resolve) => reconciler.updateContainer(null, container, null, resolve)),
  };
}

/** All nodes of this type below `node`, in order. */
export function all(node: Node, type: string): Node[] {
  return node.children.flatMap((child) => [...(child.type === type ? [child] : []), ...all(child, type)]);
}

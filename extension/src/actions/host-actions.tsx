// Actions that some launchers that run Raycast extensions lack (Vicinae, on Linux). One that is missing is left out: to draw it would
// take the whole view down.
import { Action, Keyboard } from "@raycast/api";

export const QuickLook = () =>
  Action.ToggleQuickLook ? <Action.ToggleQuickLook shortcut={Keyboard.Shortcut.Common.ToggleQuickLook} /> : null;

export const OpenWith = ({ path }: { path: string }) =>
  Action.OpenWith ? <Action.OpenWith path={path} shortcut={Keyboard.Shortcut.Common.OpenWith} /> : null;

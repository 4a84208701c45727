// The daemon's log file, in whatever opens log files.
import { Action, Icon } from "@raycast/api";
import { existsSync } from "node:fs";
import { places } from "../rememe";

export function OpenLog() {
  const { log, logs } = places();
  return <Action.Open icon={Icon.Terminal} title="Open Log" target={existsSync(log) ? log : logs} />;
}

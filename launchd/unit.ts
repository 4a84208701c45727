// The same for Linux: the systemd user unit, as text.
import type { Agent } from "./agent.ts";

export const UNIT = "rememe.service";

/** Source of the keys: systemd.service(5), systemd.exec(5), systemd.syntax(7). */
export function userUnit({ program, workingDirectory, environment }: Omit<Agent, "crashLog">): string {
  return `[Unit]
Description=rememe finds pictures by words
StartLimitIntervalSec=600
StartLimitBurst=10

[Service]
ExecStart=${program.map((word) => quoted(word)).join(" ")}
WorkingDirectory=${workingDirectory.replaceAll("%", "%%")}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${quoted(`${name}=${value}`, true)}`)
  .join("\n")}
Restart=on-failure
RestartSec=10
TimeoutStopSec=30
UMask=0077
LimitNOFILE=8192:1048576

[Install]
WantedBy=default.target
`;
}

/** One word of a command line: quoted, with the signs that systemd would expand doubled. Variables are expanded in commands only. */
function quoted(word: string, isEnvironment = false): string {
  const escaped = word.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("\n", "\\n");
  return `"${isEnvironment ? escaped : escaped.replaceAll("$", "$$$$")}"`;
}

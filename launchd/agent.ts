// The launchd agent: its label and its property list, as text. A pure function; who writes it and tells launchd is in daemon/cli/service.

/** Stays the same for ever: macOS remembers by it what the user allowed, and shows it in Login Items. */
export const LABEL = "dev.rememe.daemon";

export interface Agent {
  /** The program and its arguments; absolute, no shell: macOS would ask for permissions in the shell's name. */
  readonly program: readonly string[];
  readonly workingDirectory: string;
  /** For what is written before the daemon has its own log, and for crashes. launchd never rotates it; next to nothing is written. */
  readonly crashLog: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The agent's property list. Source of the keys: launchd.plist(5) of macOS 14. Restarted when it fails, not when it is stopped; a Standard
 * process, because the daemon answers a person (its worker lowers itself); files that are only in iCloud are not fetched by looking at them.
 */
export function agentPlist({ program, workingDirectory, crashLog, environment }: Agent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(LABEL)}
  <key>ProgramArguments</key>
  <array>
${program.map((argument) => `    ${text(argument)}`).join("\n")}
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>30</integer>
  <key>ProcessType</key><string>Standard</string>
  <key>LowPriorityBackgroundIO</key><true/>
  <key>MaterializeDatalessFiles</key><false/>
  <key>LimitLoadToSessionType</key><string>Aqua</string>
  <key>WorkingDirectory</key>${text(workingDirectory)}
  <key>Umask</key><integer>63</integer>
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(environment)
  .map(([name, value]) => `    <key>${escaped(name)}</key>${text(value)}`)
  .join("\n")}
  </dict>
  <key>SoftResourceLimits</key><dict><key>NumberOfFiles</key><integer>8192</integer></dict>
  <key>StandardOutPath</key>${text(crashLog)}
  <key>StandardErrorPath</key>${text(crashLog)}
</dict>
</plist>
`;
}

const text = (value: string): string => `<string>${escaped(value)}</string>`;

function escaped(value: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
  return value.replace(/[&<>"']/g, (sign) => `&${names[sign]};`);
}

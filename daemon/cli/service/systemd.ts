// systemd by way of systemctl --user.
import { UNIT, userUnit } from "../../../launchd/unit.ts";
import { CliError } from "../failure.ts";
import type { Service, System } from "./service.ts";

export interface SystemdOptions extends System {
  readonly file: string;
  readonly workingDirectory: string;
}

export function createSystemd({ file, workingDirectory, run }: SystemdOptions): Service {
  async function systemctl(...args: readonly string[]): Promise<string> {
    const { code, text } = await run("systemctl", ["--user", ...args]);
    if (code === 0) return text;
    const first = text.split("\n")[0] ?? "";
    if (code === null || /connect to bus|not been booted with systemd/i.test(text)) {
      throw new CliError("no-service", `There is no systemd for this user (${first || "systemctl cannot be run"}).`, {
        hint: "Log in to a session of your own (not with sudo or su). `start` runs rememe in a terminal.",
      });
    }
    const hint = `\`journalctl --user -u ${UNIT} -n 50\` may say more.`;
    throw new CliError("service-failed", `systemctl ${args[0]} failed (${code}: ${first}).`, { hint });
  }

  return {
    manager: "systemd",
    file,
    describe: (program, environment) => userUnit({ program, workingDirectory, environment }),
    async check() {
      // Any question that needs its bus.
      await systemctl("show-environment");
    },
    async register() {
      await systemctl("daemon-reload");
      await systemctl("enable", UNIT);
      await systemctl("restart", UNIT);
    },
    async start() {
      // After many failures in a row it would refuse.
      await run("systemctl", ["--user", "reset-failed", UNIT]);
      await systemctl("start", UNIT);
    },
    async unregister() {
      const { code, text } = await run("systemctl", ["--user", "disable", "--now", UNIT]);
      if (code === 0 || /does not exist|not loaded|no such file/i.test(text)) return;
      // Nothing can run without a manager.
      if (/connect to bus|not been booted with systemd/i.test(text) || code === null) return;
      throw new CliError("service-failed", `systemctl disable failed (${code}: ${text.split("\n")[0]}).`);
    },
    async trouble() {
      const { text } = await run("systemctl", ["--user", "show", UNIT, "-p", "ActiveState,Result,ExecMainStatus"]);
      const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "";
      if (value("Result") === "" || value("Result") === "success") return null;
      return `systemd says: ${value("Result")}, exit status ${value("ExecMainStatus")}.`;
    },
  };
}

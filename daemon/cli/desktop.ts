// The system's viewer, browser and clipboard. Their failures are errors for people; a machine without a display is the usual one.
import { messageOf } from "../errors.ts";
import { CliError } from "./failure.ts";

const CLIPBOARD_HINT = "The path is printed above; select it there.";

/** Whether there is a desktop to open something on. WSL has the one of Windows. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === "darwin" || platform === "win32") return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}

/** Opens a file (absolute path) or an address with the program the system has for it. */
export async function openOnDesktop(target: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (!hasDisplay(env)) {
    throw new CliError("no-display", "There is no display here to open anything on.", {
      hint: "Over ssh, open it on the machine you sit at.",
    });
  }
  const { default: open } = await import("open");
  try {
    await open(target);
  } catch (cause) {
    throw new CliError("no-display", `Nothing could be opened: ${messageOf(cause)}`, { cause });
  }
}

/** Puts text into the clipboard. */
export async function copyToClipboard(text: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (!hasDisplay(env)) {
    throw new CliError("no-display", "There is no clipboard here, because there is no display.", {
      hint: CLIPBOARD_HINT,
    });
  }
  try {
    const { default: clipboard } = await import("clipboardy");
    await clipboard.write(text);
  } catch (cause) {
    const [reason] = messageOf(cause).split("\n");
    throw new CliError("clipboard-failed", `The clipboard cannot be used: ${reason}`, {
      hint: CLIPBOARD_HINT,
      cause,
    });
  }
}

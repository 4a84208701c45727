// Runs other programs for the scripts of the extension, with the project's own Node in front.
import { spawn } from "node:child_process";
import { dirname } from "node:path";

/** Resolves when the program ends well; rejects with its name and code otherwise. */
export async function run(cwd: string, program: string, args: readonly string[], env: object = {}): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    stdio: "inherit",
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env },
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(" ")}: ${signal ?? `code ${code}`}`)),
    );
  });
}

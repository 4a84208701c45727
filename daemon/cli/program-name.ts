// What the user types to run this program, so that hints can be pasted.
import { basename, relative } from "node:path";

/** @param script path of the script as it was started */
export function programName(env: NodeJS.ProcessEnv, script: string, cwd: string): string {
  if (env.npm_command === "exec") return "npx rememe";
  if (env.npm_lifecycle_event === "start" || env.npm_lifecycle_event === "rememe") return "npm run -s rememe --";
  if (basename(script) === "rememe") return "rememe";
  const path = relative(cwd, script);
  return path === "" || path.startsWith("..") ? `node ${script}` : `node ${path}`;
}

/** What the daemon says to do, `rememe …`, as the user types it. */
export function asTyped(text: string, program: string): string {
  return text.replaceAll("`rememe ", () => `\`${program} `);
}

/** Where the user is: npm runs scripts in the directory of its package, and tells where it was called. */
export function userDirectory(env: NodeJS.ProcessEnv, cwd: string): string {
  return (env.npm_lifecycle_event === undefined ? undefined : env.INIT_CWD) ?? cwd;
}

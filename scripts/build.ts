// Release build: TypeScript → dist/ (Node does not strip types below node_modules), and what is not TypeScript beside it.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { extname, join } from "node:path";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
// Models, SQL and the page; the compiler has dealt with .ts.
cpSync(join(root, "daemon"), join(root, "dist/daemon"), {
  recursive: true,
  filter: (source) => extname(source) !== ".ts",
});

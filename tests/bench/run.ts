// `npm run bench` runs every benchmark, `npm run bench -- ocr` those whose name begins so; further arguments go to them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const BENCHMARKS = ["first-run", "ocr", "quality", "search"];
const [filter = "", ...rest] = process.argv.slice(2);
const wanted = filter.startsWith("--") ? "" : filter;
const chosen = BENCHMARKS.filter((name) => name.startsWith(wanted));
if (chosen.length === 0) {
  process.stderr.write(`There is no benchmark "${wanted}". There are: ${BENCHMARKS.join(", ")}.\n`);
  process.exit(2);
}
for (const name of chosen) {
  process.stdout.write(`\n${name}\n`);
  const args = [join(import.meta.dirname, `${name}.ts`), ...(wanted === filter ? rest : [filter, ...rest])];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

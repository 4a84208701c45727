// npm run soak [-- --kills 200 --seed 1 --size 150 --json]: kills, changes, power cuts; then one line of figures. Exit code 1 when anything was lost.
import { parseArgs } from "node:util";
import { soak } from "./soak.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    size: { type: "string", default: "150" },
    json: { type: "boolean", default: false },
  },
});
const started = performance.now();
const [kills, seed, size] = [Number(values.kills), Number(values.seed), Number(values.size)];
const result = await soak({ kills, seed, size, say: (text) => process.stderr.write(`${text}\n`) });
const { lost, orphans, afterPowerCuts, daemonKills, workerKills, ...rest } = result;
for (const problem of [...lost, ...orphans, ...afterPowerCuts]) process.stderr.write(`${problem}\n`);
const figures = {
  kills: daemonKills + workerKills,
  daemonKills,
  workerKills,
  ...rest,
  lost: lost.length,
  orphans: orphans.length,
  powerCutsDamaged: afterPowerCuts.length,
  seed,
  seconds: Math.round((performance.now() - started) / 1_000),
};
const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : `${text.join(" · ")}\n`);
const isSound = figures.lost + figures.duplicated + figures.orphans + figures.powerCutsDamaged === 0;
process.exitCode = isSound && figures.integrity === "ok" ? 0 : 1;

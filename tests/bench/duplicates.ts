// `npm run bench:duplicates FOLDER [--json]`: which edits of a picture are recognised as nearly the same, and how often strangers are.
// FOLDER/labels.json: { "file.jpg": { "group": 6, "edit": "crop_5" }, … }; one file of each group has the edit "original".
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resolveModel } from "../../daemon/models/catalog.ts";
import { openImageEncoder } from "../../daemon/models/image-encoder.ts";
import { imageTensor } from "../../daemon/models/preprocess.ts";
import { FINGERPRINT_BYTES, fineDistance, indexFingerprints, isNearlySame } from "../../daemon/store/likeness.ts";
import { decode, fromPixels } from "../../daemon/worker/decode.ts";
import { fingerprint } from "../../daemon/worker/fingerprint.ts";

interface Label {
  readonly group: number;
  readonly edit: string;
}
interface Sample extends Label {
  readonly name: string;
  readonly fingerprint: Uint8Array;
  readonly embedding: Float32Array;
}
type Rule = (a: Sample, b: Sample) => boolean;

const ORIGINAL = "original";
const MAX_PIXELS = 1e9;
/** The largest model-free hash distance that is commonly called a duplicate. */
const PLAIN_BITS = 10;

const folder = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
if (!folder) {
  process.stderr.write("Usage: npm run bench:duplicates -- FOLDER [--json]\n");
  process.exit(2);
}

const cosine = (a: Sample, b: Sample): number =>
  a.embedding.reduce((sum, value, index) => sum + value * (b.embedding[index] ?? 0), 0);

function differingBits(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, at) => sum + (byte ^ (b[at] ?? 0)).toString(2).replaceAll("0", "").length, 0);
}

const RULES: Readonly<Record<string, Rule>> = {
  "one 64-bit hash": (a, b) => differingBits(a.fingerprint.subarray(0, 8), b.fingerprint.subarray(0, 8)) <= PLAIN_BITS,
  "embedding alone": (a, b) => cosine(a, b) >= 0.97,
  "hashes alone": (a, b) => {
    const distance = fineDistance(a.fingerprint, b.fingerprint);
    return distance !== null && isNearlySame(distance, null);
  },
  rememe: (a, b) => {
    const distance = fineDistance(a.fingerprint, b.fingerprint);
    return distance !== null && isNearlySame(distance, cosine(a, b));
  },
};

async function read(directory: string): Promise<{ samples: readonly Sample[]; msEach: number }> {
  const labels = JSON.parse(readFileSync(join(directory, "labels.json"), "utf8")) as Record<string, Label>;
  const encoder = await openImageEncoder(resolveModel("auto"), { threads: 1 });
  const samples: Sample[] = [];
  let spentMs = 0;
  for (const [name, { group, edit }] of Object.entries(labels)) {
    const image = await decode(readFileSync(join(directory, name)), MAX_PIXELS);
    const started = performance.now();
    const hashes = await fingerprint(image);
    spentMs += performance.now() - started;
    const [embedding] = await encoder.encode([await imageTensor(fromPixels(image), encoder.spec)]);
    if (embedding) samples.push({ name, group, edit, fingerprint: hashes, embedding });
  }
  return { samples, msEach: spentMs / samples.length };
}

function judge(samples: readonly Sample[], rule: Rule) {
  let wrong = 0;
  let strangers = 0;
  let found = 0;
  let pairs = 0;
  const edits = new Map<string, { found: number; of: number }>();
  for (const [index, a] of samples.entries()) {
    for (const b of samples.slice(index + 1)) {
      const isFound = rule(a, b);
      if (a.group !== b.group) {
        strangers++;
        if (isFound) wrong++;
        continue;
      }
      pairs++;
      if (isFound) found++;
      const edit = a.edit === ORIGINAL ? b.edit : b.edit === ORIGINAL ? a.edit : null;
      if (edit === null) continue;
      const counted = edits.get(edit) ?? { found: 0, of: 0 };
      edits.set(edit, { found: counted.found + (isFound ? 1 : 0), of: counted.of + 1 });
    }
  }
  return {
    precision: found / Math.max(1, found + wrong),
    recall: found / Math.max(1, pairs),
    strangers,
    wrong,
    edits: Object.fromEntries([...edits].map(([edit, counted]) => [edit, counted.found / counted.of])),
  };
}

/** How long one new picture takes to be compared with `count` others. */
function lookUpMs(samples: readonly Sample[], count: number): { buildMs: number; eachMs: number } {
  const all = new Uint8Array(count * FINGERPRINT_BYTES);
  let state = 1;
  for (let i = 0; i < all.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    all[i] = state >>> 16;
  }
  const started = performance.now();
  const index = indexFingerprints(all);
  const built = performance.now();
  for (const sample of samples.slice(0, 100)) index.of(sample.fingerprint);
  return { buildMs: built - started, eachMs: (performance.now() - built) / Math.min(100, samples.length) };
}

const { samples, msEach } = await read(folder);
const results = Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, judge(samples, rule)]));
const large = { pictures: 140_000, ...lookUpMs(samples, 140_000) };
if (process.argv.includes("--json")) {
  process.stdout.write(
    `${JSON.stringify({ pictures: samples.length, fingerprintMs: msEach, large, results }, null, 2)}\n`,
  );
} else {
  const names = Object.keys(results);
  const percent = (share: number | undefined): string => `${((share ?? 0) * 100).toFixed(0)} %`;
  const rows = [
    ["", ...names],
    ["---", ...names.map(() => "---:")],
    ...Object.keys(results.rememe?.edits ?? {}).map((edit) => [
      edit,
      ...names.map((name) => percent(results[name]?.edits[edit])),
    ]),
    ["all pairs of a group", ...names.map((name) => percent(results[name]?.recall))],
    ["precision", ...names.map((name) => `${((results[name]?.precision ?? 0) * 100).toFixed(1)} %`)],
    ["strangers taken for the same", ...names.map((name) => `${results[name]?.wrong} of ${results[name]?.strangers}`)],
  ];
  process.stdout.write(rows.map((row) => `| ${row.join(" | ")} |\n`).join(""));
  process.stdout.write(
    `\n${samples.length} pictures, fingerprint ${msEach.toFixed(1)} ms each. Among ${large.pictures}: index ${large.buildMs.toFixed(0)} ms, a new picture ${large.eachMs.toFixed(2)} ms.\n`,
  );
}

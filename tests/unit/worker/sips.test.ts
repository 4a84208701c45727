import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { unwrap } from "../../../daemon/worker/more-formats.ts";
import { createSips } from "../../../daemon/worker/sips.ts";
import { directory, picture } from "../../helpers/pictures.ts";

/** A program in the place of sips: copies a JPEG for every input that does not say "bad", and notes its arguments. */
async function fakeSips(t: TestContext, more = "") {
  const home = await directory(t);
  const program = join(home, "sips");
  await writeFile(join(home, "made.jpg"), await picture({ colour: "red", format: "jpeg" }));
  await writeFile(
    program,
    `#!/bin/sh
echo "$@" >> "${home}/asked"
${more}
for last; do :; done
for each in "$@"; do case "$each" in *.heic)
  grep -q bad "$each" && continue
  name=$(basename "$each" .heic); cp "${home}/made.jpg" "$last/$name.jpg";;
esac; done
`,
  );
  await chmod(program, 0o755);
  const asked = async () => (await readFile(join(home, "asked"), "utf8")).trim().split("\n");
  return { home, program, asked };
}

test("pictures that wait together go in one process, and a bad one costs the others nothing", async (t) => {
  const { program, asked } = await fakeSips(t);
  const sips = createSips(program);
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith("sips-")).length;
  const answers = await Promise.allSettled(["one", "bad", "two"].map((text) => sips(Buffer.from(text))));
  assert.deepEqual(
    answers.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  const [call = "", ...others] = await asked();
  assert.equal(others.length, 0);
  assert.match(call, /^-s format jpeg -s formatOptions 95 \S+\/0\.heic \S+\/1\.heic \S+\/2\.heic --out \S+\/out$/);
  await sips(Buffer.from("three"));
  assert.equal((await asked()).length, 2);
  assert.equal((await readdir(tmpdir())).filter((name) => name.startsWith("sips-")).length, before);
});

test("a sips that is missing, fails or hangs is an error", async (t) => {
  await assert.rejects(createSips("/no/sips")(Buffer.from("x")));
  const failing = await fakeSips(t, "exit 13");
  await assert.rejects(createSips(failing.program)(Buffer.from("x")));
  const hanging = await fakeSips(t, "exec sleep 60");
  await assert.rejects(createSips(hanging.program, 200)(Buffer.from("x")));
});

const HEIC = readFileSync(new URL("../../fixtures/formats/half.heic", import.meta.url));

test("a HEIC file is what sips makes of it; what sips cannot do, our own decoder does", async () => {
  const jpeg = await picture({ colour: "red", format: "jpeg" });
  assert.deepEqual(await unwrap(HEIC, "/a.heic", 1e8, async () => jpeg), { format: "heic", bytes: jpeg });
  const ours = await unwrap(HEIC, "/a.heic", 1e8, () => Promise.reject(new Error("sips: no")));
  assert.ok(ours && "rgba" in ours);
  assert.deepEqual([ours.format, ours.width, ours.height], ["heic", 96, 64]);
});

test("sips is not asked about pictures that are too large, or none", async () => {
  const sips = async (): Promise<Buffer> => assert.fail("asked");
  await assert.rejects(unwrap(HEIC, "/a.heic", 1_000, sips), { reason: "too-many-pixels" });
  await assert.rejects(unwrap(HEIC.subarray(0, 24), "/a.heic", 1e8, sips));
});

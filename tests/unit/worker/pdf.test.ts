import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../../../daemon/worker/decode.ts";
import { PictureProblem } from "../../../daemon/worker/problem.ts";
import { pdf } from "../../helpers/pdf.ts";

const LINES = ["Ducks are yellow", "and they float"];
const TEXT = LINES.join("\n");
const read = (bytes: Buffer) => decode(bytes, 268e6, "/x.pdf");

/** The colour at fractions of the page. */
async function colourAt(bytes: Buffer, x: number, y: number): Promise<readonly number[]> {
  const { data, channels, dataWidth, dataHeight } = await read(bytes);
  const at = (Math.floor(y * dataHeight) * dataWidth + Math.floor(x * dataWidth)) * channels;
  return [...data.subarray(at, at + 3)];
}

test("the first page is drawn on white, with a long side of 1,600 pixels", async () => {
  const bytes = pdf({ drawing: "1 0 0 rg 0 0 150 200 re f" });
  const { format, width, height, frames } = await read(bytes);
  assert.deepEqual([format, width, height, frames], ["pdf", 1_200, 1_600, 1]);
  assert.deepEqual(await colourAt(bytes, 0.25, 0.75), [255, 0, 0]);
  assert.deepEqual(await colourAt(bytes, 0.75, 0.25), [255, 255, 255]);
  const turned = pdf({ drawing: "1 0 0 rg 0 0 150 200 re f", page: "/Rotate 90" });
  assert.deepEqual(await read(turned).then(({ width, height }) => [width, height]), [1_600, 1_200]);
  assert.deepEqual(await colourAt(turned, 0.25, 0.25), [255, 0, 0]);
});

test("the text is what the file says, and stands where it is seen", async () => {
  const { text } = await read(pdf({ lines: LINES }));
  assert.equal(text?.text, TEXT);
  const words = text.words.map(({ start, end }) => TEXT.slice(start, end));
  assert.deepEqual(words, ["Ducks", "are", "yellow", "and", "they", "float"]);
  const [ducks, are, , and] = text.words.map(({ box: [x, y, width, height] }) => ({
    x,
    y,
    right: x + width,
    bottom: y + height,
  }));
  assert.ok(ducks && are && and);
  // 20 of 300 points from the left, 40 of 400 from the top, 24 points high.
  assert.ok(Math.abs(ducks.x - 20 / 300) < 0.02 && Math.abs(ducks.bottom - 40 / 400) < 0.02, JSON.stringify(ducks));
  assert.ok(ducks.bottom - ducks.y > 0.03 && ducks.bottom - ducks.y < 0.08);
  assert.ok(are.x > ducks.right && and.y > ducks.bottom);
  assert.deepEqual(
    text.words.map(({ turns }) => turns),
    [0, 0, 0, 0, 0, 0],
  );
});

test("words of a turned page stand where they are seen, and say where they read to", async () => {
  const { text } = await read(pdf({ lines: LINES, page: "/Rotate 90" }));
  const word = text?.words.find(({ start, end }) => text.text.slice(start, end) === "Ducks");
  assert.equal(word?.turns, 1);
  const [x, y] = word.box;
  assert.ok(x > 0.85 && y < 0.1, JSON.stringify(word));
});

test("a word that goes on in the next line is one word, placed where it begins", async () => {
  const { text } = await read(pdf({ lines: ["this is a remark-", "able thing"] }));
  assert.equal(text?.text, "this is a remarkable thing");
  const [, , , word] = text.words;
  assert.equal(word?.turns, 0);
  assert.ok(word.box[1] + word.box[3] < 50 / 400, JSON.stringify(word));
});

test("what lies outside of the page is not its text", async () => {
  const outside = "BT /F 24 Tf 500 200 Td (an unseen line of words) Tj ET";
  assert.equal((await read(pdf({ lines: LINES, drawing: outside }))).text?.text, TEXT);
});

test("a page with next to no text, or with glyphs that are no letters, has to be read like a picture", async () => {
  assert.equal((await read(pdf({ lines: ["Page 7 of 9"] }))).text, undefined);
  const wide = (line: string) => read(pdf({ lines: [line], size: [900, 400] }));
  assert.equal((await wide("abcdefghijklmnopq #$%&/=?*+~#;:")).text?.words.length, 2);
  assert.equal((await wide("abcdefghijklmnopq #$%&/=?*+~#;:,.*+~#")).text, undefined);
});

test("a page of any size is drawn with as many pixels", async () => {
  const size = async (width: number, height: number) =>
    read(pdf({ size: [width, height] })).then((page) => [page.width, page.height]);
  assert.deepEqual(await size(10, 10), [1_600, 1_600]);
  assert.deepEqual(await size(100_000, 1), [1_600, 1]);
  assert.deepEqual(await size(1e9, 1e9), [1_600, 1_600]);
});

test("scripts are not run, and nothing is opened", async () => {
  const script = "/OpenAction << /S /JavaScript /JS (while \\(true\\) {}) >>";
  assert.equal((await read(pdf({ lines: LINES, catalogue: script }))).text?.text, TEXT);
  const link = "/OpenAction << /S /Launch /F (/bin/sh) >>";
  assert.equal((await read(pdf({ lines: LINES, catalogue: link }))).text?.text, TEXT);
});

test("a file that wants a password says so", async () => {
  const key = "00".repeat(32);
  const trailer = `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`;
  await assert.rejects(read(pdf({ lines: LINES, trailer })), { reason: "encrypted" });
});

test("bytes before the mark are allowed when the name says what it is", async () => {
  const shifted = Buffer.concat([Buffer.from("\r\n\r\n"), pdf({ lines: LINES })]);
  assert.equal((await read(shifted)).format, "pdf");
  await assert.rejects(decode(shifted, 1e8, "/x.png"), { reason: "not-an-image" });
});

test("cut off anywhere or with wrong bytes, it is a problem or a page, never anything else", async () => {
  const whole = pdf({ lines: LINES });
  for (let at = 0; at < whole.length; at += 23) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0x1f;
    for (const bytes of [whole.subarray(0, at), flipped]) {
      await read(bytes).catch((error: unknown) => assert.ok(error instanceof PictureProblem, String(error)));
    }
  }
});

test("a page that takes more memory than PDFium has says so", async () => {
  const drawing = `<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 10 >>`;
  const greedy = pdf({ lines: LINES }).toString("latin1");
  const changed = greedy
    .replace("/Font << /F 5 0 R >>", "/XObject << /X 5 0 R >>")
    .replace("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", `${drawing}\nstream\n/X Do /X Do\nendstream`)
    .replace(/stream\n[\s\S]*?endstream/, "stream\n/X Do\nendstream");
  await assert.rejects(read(Buffer.from(changed, "latin1")), { reason: "broken-image", message: /more than 2 GB/ });
});

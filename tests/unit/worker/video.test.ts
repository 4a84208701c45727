import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { VideoPrograms } from "../../../daemon/video-programs.ts";
import { findVideoPrograms } from "../../../daemon/video-programs.ts";
import { scenesOf } from "../../../daemon/worker/scenes.ts";
import { isSequence, sequenceFrames } from "../../../daemon/worker/sequence.ts";
import { isVideoPath, openVideo } from "../../../daemon/worker/video.ts";
import { apng, avifSequence } from "../../helpers/moving.ts";
import { directory, picture } from "../../helpers/pictures.ts";
import { videoClip } from "../../helpers/videos.ts";

interface Played {
  /** What ffprobe says. */
  readonly probe?: unknown;
  /** The frame that ffmpeg gives. */
  readonly frame?: Buffer;
  /** What ffmpeg says before it fails. */
  readonly complaint?: string;
}

/** Programs in ffmpeg's place: they note what they are asked for, and answer what they are told. */
async function played(t: TestContext, { probe = {}, frame = Buffer.alloc(0), complaint }: Played) {
  const home = await directory(t);
  const script = async (name: string, body: string): Promise<string> => {
    const path = join(home, name);
    await writeFile(path, `#!/bin/sh\nfor each in "$@"; do printf '%s\\n' "$each"; done >> "${home}/asked"\n${body}\n`);
    await chmod(path, 0o755);
    return path;
  };
  await writeFile(join(home, "frame.png"), frame);
  await writeFile(join(home, "probe.json"), JSON.stringify(probe));
  const fails = complaint === undefined ? "" : `echo "${complaint}" >&2; exit 1`;
  const programs: VideoPrograms = {
    ffprobe: await script("ffprobe", `cat "${home}/probe.json"`),
    ffmpeg: await script("ffmpeg", fails || `cat "${home}/frame.png"`),
  };
  return { programs, asked: async () => (await readFile(join(home, "asked"), "utf8")).split("\n") };
}

const stream = (rest: object = {}) => ({ streams: [{ width: 1920, height: 1080, duration: "20.0", ...rest }] });
const code = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "nothing",
    (error: { reason?: string }) => error.reason,
  );

test("only known containers are videos, whatever the case", () => {
  assert.deepEqual(["/a/b.MP4", "/a/b.mov", "/a.mp4/b.jpg", "/a/mp4"].map(isVideoPath), [true, true, false, false]);
});

test("ffmpeg is told the container, reads this file alone, and never waits for a keyboard", async (t) => {
  const frame = await picture({ colour: "red", width: 192, height: 108 });
  const { programs, asked } = await played(t, { probe: stream(), frame });
  const video = await openVideo("/v/odd: name%d.mp4", programs, 1e9);
  assert.deepEqual(video.facts, { width: 1920, height: 1080, durationMs: 20_000 });
  const { format, width, height, frames, dataWidth } = await video.first();
  assert.deepEqual([format, width, height, frames, dataWidth], ["video", 1920, 1080, 1, 192]);
  const words = await asked();
  const after = (word: string) => words.filter((_, index) => words[index - 1] === word);
  assert.deepEqual(after("-i"), ["file:/v/odd: name%d.mp4", "file:/v/odd: name%d.mp4"]);
  assert.deepEqual(after("-protocol_whitelist"), ["file,pipe", "file,pipe"]);
  assert.deepEqual(after("-f").slice(0, 2), ["mov", "mov"]);
  assert.deepEqual(after("-ss"), ["2.000"]);
  assert.ok(words.includes("-nostdin"));
  const times: (number | null)[] = [];
  for await (const { atMs } of video.frames()) times.push(atMs);
  assert.deepEqual(times, [6_000, 10_000, 14_000, 18_000]);
});

test("a video that was filmed upright stands upright; one of unknown length is one frame", async (t) => {
  const frame = await picture({ colour: "red" });
  const turned = await played(t, { probe: stream({ side_data_list: [{ rotation: -90 }] }), frame });
  assert.deepEqual((await openVideo("/v.mov", turned.programs, 1e9)).facts, {
    ...{ width: 1080, height: 1920, durationMs: 20_000 },
  });
  const endless = await played(t, { probe: stream({ duration: "N/A" }), frame });
  const video = await openVideo("/v.webm", endless.programs, 1e9);
  await video.first();
  for await (const _ of video.frames()) assert.fail("there is no further frame");
});

test("what cannot be read says why", async (t) => {
  const sound = await played(t, { probe: { streams: [] } });
  assert.equal(await code(openVideo("/v.mp4", sound.programs, 1e9)), "no-video");
  const large = await played(t, { probe: stream() });
  assert.equal(await code(openVideo("/v.mp4", large.programs, 1e6)), "too-many-pixels");
  const empty = await played(t, { probe: stream() });
  assert.equal(await code((await openVideo("/v.mp4", empty.programs, 1e9)).first()), "broken-video");
  const broken = await played(t, { probe: stream(), complaint: "moov atom not found" });
  const opened = await openVideo("/v.mp4", broken.programs, 1e9);
  await assert.rejects(opened.first(), /moov atom not found/);
  for await (const _ of opened.frames()) assert.fail("a frame that cannot be decoded is left out");
  assert.equal(await code(openVideo("/v.mp4", { ffmpeg: "/none", ffprobe: "/none" }, 1e9)), "no-ffmpeg");
});

test("ffmpeg is found on PATH or where it usually is, both programs together", async (t) => {
  const { programs } = await played(t, {});
  const home = join(programs.ffmpeg, "..");
  assert.deepEqual(findVideoPrograms({ PATH: `relative:/nowhere:${home}` }, []), programs);
  assert.deepEqual(findVideoPrograms({}, [home]), programs);
  await chmod(programs.ffprobe, 0o644);
  assert.equal(findVideoPrograms({ PATH: home }, []), null);
});

test("a real video: its scenes, in order", async (t) => {
  const programs = findVideoPrograms();
  if (!programs) return t.skip("no ffmpeg here");
  for (const name of ["clip.mp4", "clip.webm"]) {
    const path = join(await directory(t), name);
    if (!videoClip(programs, path, ["black", "black", "red", "black", "blue"])) return t.skip("ffmpeg has no encoder");
    const video = await openVideo(path, programs, 1e9);
    assert.deepEqual([video.facts.width, video.facts.height], [160, 120]);
    const found: string[] = [];
    for await (const { atMs, image } of scenesOf(await video.first(), video.frames())) {
      const [red = 0, , blue = 0] = image.data;
      found.push(`${red > 150 ? "red" : blue > 150 ? "blue" : "other"} at ${Math.round((atMs ?? 0) / 100) / 10}`);
    }
    assert.deepEqual(found, ["red at 2.5", "blue at 4.5"]);
  }
});

test("a file that only claims to be a video, and one that is cut off", async (t) => {
  const programs = findVideoPrograms();
  if (!programs) return t.skip("no ffmpeg here");
  const home = await directory(t);
  const playlist = join(home, "list.mp4");
  await writeFile(playlist, `#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n`);
  assert.equal(await code(openVideo(playlist, programs, 1e9)), "broken-video");
  const whole = join(home, "whole.mp4");
  if (!videoClip(programs, whole, ["red", "blue"])) return;
  const cut = join(home, "cut.mp4");
  await writeFile(cut, (await readFile(whole)).subarray(0, 900));
  assert.equal(await code(openVideo(cut, programs, 1e9)), "broken-video");
});

test("of a HEIC sequence ffmpeg gives the further pictures; where it cannot read it, the first one is all", async (t) => {
  const frame = await picture({ colour: "red" });
  const { programs, asked } = await played(t, { probe: stream(), frame });
  const times: (number | null)[] = [];
  for await (const { atMs } of sequenceFrames("/a.heic", programs, 1e9)) times.push(atMs);
  assert.deepEqual(times, [6_000, 10_000, 14_000, 18_000]);
  const words = await asked();
  assert.equal(words[words.indexOf("-f") + 1], "mov");
  const broken = await played(t, { probe: stream(), complaint: "no decoder" });
  for await (const _ of sequenceFrames("/a.heic", broken.programs, 1e9)) assert.fail();
  for await (const _ of sequenceFrames("/a.heic", { ffmpeg: "/none", ffprobe: "/none" }, 1e9)) assert.fail();
});

test("a file says before its pixels whether it is a sequence", async () => {
  assert.equal(isSequence("png", await picture()), false);
  assert.equal(isSequence("png", await apng([{ colour: "red" }, { colour: "blue" }])), true);
  assert.equal(isSequence("avif", await avifSequence(["red", "blue"])), true);
  assert.equal(isSequence("avif", await picture({ format: "avif" })), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pictureSet } from "../../../daemon/store/picture-set.ts";
import type { SearchFilter } from "../../../daemon/store/store.ts";
import { DIMENSION, index, openLibrary } from "./library.ts";

/** Every verb that takes a filter lets the same pictures through. */
function story(t: Parameters<typeof openLibrary>[0]) {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/home/ann/Pictures");
  const add = (path: string, content: string, rest: Parameters<typeof index>[4] = {}) =>
    index(store, id, `/home/ann/Pictures/${path}`, content, { text: "common words", ...rest });
  const through = async (filter: SearchFilter): Promise<readonly number[]> => {
    const recent = (await store.recentImages(100, 0, filter)).map((image) => image.id);
    const texts = (await store.matchText("common", 100, filter)).map(({ imageId }) => imageId);
    const near = (await store.nearest(new Float32Array(DIMENSION).fill(1), 100, filter)).map(({ imageId }) => imageId);
    assert.deepEqual(texts.toSorted(), recent.toSorted());
    assert.deepEqual(near.toSorted(), recent.toSorted());
    return recent.toSorted((a, b) => a - b);
  };
  return { store, folderId: id, add, through };
}

test("folders by name, accents and case aside, and by path", async (t) => {
  const { add, through } = story(t);
  const cats = add("memes/cats/1.png", "1");
  const fete = add("Fête 2020/2.png", "2");
  assert.deepEqual(await through({ inFolders: ["memes"] }), [cats]);
  assert.deepEqual(await through({ inFolders: ["fete 2020"] }), [fete]);
  assert.deepEqual(await through({ inFolders: ["ann"] }), []);
  assert.deepEqual(await through({ inFolders: ["pictures"] }), [cats, fete]);
  assert.deepEqual(await through({ below: "/home/ann/Pictures/memes" }), [cats]);
  assert.deepEqual(await through({ below: "/home/ann/Pictures/mem" }), []);
  assert.deepEqual(await through({ below: "/" }), [cats, fete]);
  for (const form of ["NFC", "NFD"]) {
    assert.deepEqual(await through({ below: "/home/ANN/pictures/Fête 2020".normalize(form) }), [fete], form);
  }
});

test("times: from the first moment on, up to the last one before the end", async (t) => {
  const { add, through } = story(t);
  const at = (ms: number): number => ms * 1_000_000;
  const [before, start, end, after] = [999, 1_000, 1_999, 2_000].map((ms) =>
    add(`${ms}.png`, String(ms), { at: at(ms) }),
  );
  assert.deepEqual(await through({ fromMs: 1_000, untilMs: 2_000 }), [start, end]);
  assert.deepEqual(await through({ untilMs: 1_000 }), [before]);
  assert.deepEqual(await through({ fromMs: 2_000 }), [after]);
});

test("kinds: animations, screenshots by their usual names, photos", async (t) => {
  const { add, through } = story(t);
  const gif = add("a.gif", "1", { format: "gif", frames: 12 });
  const shot = add("Screenshot 2024-01-02 at 10.00.png", "2");
  const german = add("Bildschirmfoto 2024.png", "3");
  const photo = add("IMG_1.jpg", "4", { format: "jpeg", width: 4000, height: 3000 });
  const small = add("meme.jpg", "5", { format: "jpeg", width: 500, height: 400 });
  assert.deepEqual(await through({ kinds: ["animation"] }), [gif]);
  assert.deepEqual(await through({ kinds: ["screenshot"] }), [shot, german]);
  assert.deepEqual(await through({ kinds: ["photo"] }), [photo]);
  assert.deepEqual(await through({ kinds: ["photo", "animation"] }), [gif, photo]);
  assert.deepEqual(await through({ not: [{ kinds: ["photo"] }, { kinds: ["screenshot"] }] }), [gif, small]);
});

test("what photos are is asked of the small index, once for each picture", (t) => {
  const { rows } = openLibrary(t);
  for (const filter of [{ kinds: ["photo"] }, { not: [{ kinds: ["photo"] }] }] as const) {
    const plan = rows(`EXPLAIN QUERY PLAN ${pictureSet(filter)?.sql}`).map((row) => String(row[3]));
    const ofPictures = plan.filter((step) => /^(?:SCAN|SEARCH) images\b/.test(step) && !step.includes("hidden"));
    assert.deepEqual(ofPictures, ["SEARCH images USING COVERING INDEX images_by_kind (id=?)"]);
  }
});

test("what is said again and again is asked once", () => {
  const photo = { kinds: ["photo"], minBytes: 1, not: [{ holding: ["dog"] }] } as const;
  assert.deepEqual(pictureSet({ and: Array.from({ length: 900 }, () => photo) }), pictureSet(photo));
});

test("of hidden pictures those are left out as well that a filter does not want", async (t) => {
  const { store, add, through } = story(t);
  const photo = { format: "jpeg", width: 4000, height: 3000 } as const;
  const named = add("IMG_1.jpg", "1", photo);
  const shot = add("Screenshot 2024.jpg", "2", photo);
  const dog = add("3.png", "3", { text: "common dog" });
  add("IMG_4.jpg", "4", photo);
  for (const imageId of [named, shot, dog]) store.mark(imageId, { hidden: true });
  assert.deepEqual(await through({ only: "hidden", kinds: ["photo"] }), [named]);
  assert.deepEqual(await through({ only: "hidden", not: [{ kinds: ["photo"] }] }), [shot, dog]);
  assert.deepEqual(await through({ and: [{ only: "hidden" }, { not: [{ holding: ["dog"] }] }] }), [named, shot]);
  assert.deepEqual(await through({ not: [{ only: "hidden" }] }), await through({}));
});

test("exact words, in texts and names, also where OCR lost the spaces; and pictures without them", async (t) => {
  const { add, through } = story(t);
  const fine = add("1.png", "1", { text: "common: this is fine" });
  const glued = add("2.png", "2", { text: "common THISISFINE" });
  const apart = add("3.png", "3", { text: "common: is this not fine" });
  const named = add("this-is-fine.png", "4");
  assert.deepEqual(await through({ holding: ["this is fine"] }), [fine, glued, named]);
  assert.deepEqual(await through({ not: [{ holding: ["this is fine"] }] }), [apart]);
  assert.deepEqual(await through({ holding: ["fine"], not: [{ holding: ["not"] }] }), [fine, named]);
  assert.equal((await through({ holding: ["!!"] })).length, 4);
});

test("exact words in texts that have lost some of their spaces", async (t) => {
  const { add, through } = story(t);
  const trap = add("1.png", "1", { text: "common IT'SA TRAP!" });
  const boss = add("2.png", "2", { text: "common WHENTHE BOSSSEES YOUR MEME TAB" });
  const yuno = add("3.png", "3", { text: "common YU NO" });
  const apart = add("4.png", "4", { text: "common apart" });
  assert.deepEqual(await through({ holding: ["it's a trap"] }), [trap]);
  assert.deepEqual(await through({ holding: ["when the boss sees"] }), [boss]);
  assert.deepEqual(await through({ holding: ["y u no"] }), [yuno]);
  assert.deepEqual(await through({ not: [{ holding: ["it's a trap"] }] }), [boss, yuno, apart]);
  for (const other of ["a part", "its trap", "a trap its", "boss sees you"]) {
    assert.deepEqual(await through({ holding: [other] }), [], other);
  }
});

test("sizes and conditions inside conditions", async (t) => {
  const { add, through } = story(t);
  const large = add("1.png", "1", { width: 3000, height: 2000 });
  const small = add("2.png", "2", { width: 30, height: 20 });
  assert.deepEqual(await through({ minPixels: 6_000_000 }), [large]);
  assert.deepEqual(await through({ and: [{ maxPixels: 600 }, { minBytes: 1 }] }), [small]);
  assert.deepEqual(await through({ and: [{ maxPixels: 600 }, { minBytes: 1e9 }] }), []);
  assert.deepEqual(await through({ untilMs: 1 }), [large, small]);
  assert.deepEqual(await through({ fromMs: Number.MAX_SAFE_INTEGER }), []);
});

test("no text in a filter is an error", async (t) => {
  const { store, add } = story(t);
  add("1.png", "1");
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      for (const filter of [
        { inFolders: [text] },
        { holding: [text] },
        { below: text },
        { not: [{ holding: [text] }] },
      ]) {
        await store.matchText("common", 5, filter);
      }
    }),
    { numRuns: 200 },
  );
});

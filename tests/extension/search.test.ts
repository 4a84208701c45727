// Search Memes as it is built, against the real daemon: what a person types, and what is shown.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { startDaemon, until } from "../helpers/daemon.ts";
import { directory, tree } from "../helpers/pictures.ts";
import { eventually, type Raycast, startRaycast, type View } from "./host/raycast.ts";
import { watchRequests } from "./host/requests.ts";
import { sharedDaemon } from "./shared-daemon.ts";

const SAMPLES = new URL("../../samples", import.meta.url).pathname;
const MEME = "works-on-my-machine.jpg";

const daemon = sharedDaemon({ folders: [`${SAMPLES}/memes`, `${SAMPLES}/places`] });

async function openSearch(raycast: Raycast, props: object = {}): Promise<View> {
  const view = raycast.open("search-memes", props);
  await eventually("pictures", () => view.names().length > 0 && !view.isLoading());
  return view;
}

async function typeAndWait(view: View, text: string, best: string): Promise<void> {
  view.type(text);
  await eventually(`${best} for “${text}”`, () => view.names()[0] === best && !view.isLoading());
}

test("without words the newest pictures are shown, as local thumbnails", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  assert.equal(view.names().length, 30);
  assert.equal(view.screen(), null);
  for (const { props } of view.items()) {
    const { value } = props.content as { value: { source: string } };
    assert.ok(value.source.startsWith(daemon().home) && existsSync(value.source), value.source);
  }
});

test("words find pictures as they are typed, best first, with the reason", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  await typeAndWait(view, "works on my machine", MEME);
  assert.equal(view.sections()[0], "Best Matches");
  const { tooltip } = view.items().map(({ props }) => props.content as { tooltip: string })[0] ?? {};
  assert.match(tooltip ?? "", /Name: works-on-my-machine/);
});

test("typing fast gives up the searches before; what is shown never falls back or flickers", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  const { sent, givenUp } = watchRequests(t, "/v1/search");
  const before = sent.length;
  const words = "works on my machine";
  let fewest = Number.POSITIVE_INFINITY;
  for (let end = 1; end <= words.length; end++) {
    view.type(words.slice(0, end));
    await new Promise((resolve) => setImmediate(resolve));
    fewest = Math.min(fewest, view.names().length);
  }
  await eventually("the last answer", () => view.names()[0] === MEME && !view.isLoading());
  assert.ok(fewest > 0, "the grid was never empty in between");
  assert.ok(sent.length - before > 3 && givenUp.length > 0, `${givenUp.length} of ${sent.length} were given up`);
  assert.ok(!givenUp.includes(sent.at(-1) ?? ""), "the last one was not");
});

test("closing the window gives up the search that runs", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = await openSearch(raycast);
  const { sent, givenUp } = watchRequests(t, "/v1/search");
  view.type("a search that nobody waits for");
  await eventually("it is asked", () => sent.length > 0);
  await view.close();
  await eventually("it is given up", () => givenUp.length === sent.length);
});

test("a misspelt word is corrected, and that is said; what only half fits stands apart", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  await typeAndWait(view, "machime", MEME);
  assert.match(view.sectionSubtitles()[0] ?? "", /“machine”/);
  await typeAndWait(view, "machine sunset cherry qqqqq", "sunset-beach.jpg");
  assert.deepEqual(view.sections(), ["Best Matches", "More"]);
});

test("the dropdown narrows down to a kind or a folder", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  view.choose("type:gif");
  await eventually("GIFs only", () => view.names().join() === "loading.gif");
  assert.deepEqual(view.sections(), ["Newest"]);
  const places = (await daemon().get<{ folders: { id: number; path: string }[] }>("/v1/folders")).folders[1];
  view.choose(`folder:${places?.id}`);
  await eventually("one folder only", () => view.names().length === 12);
  view.type("sunset");
  // Of the newest pictures there it may be the first as well.
  await eventually("words in that folder", () => {
    return view.names()[0] === "sunset-beach.jpg" && view.sections()[0] === "Best Matches";
  });
  view.type("type:photo");
  await eventually("a filter alone makes no match better than another", () => view.sections().join() === "Pictures");
});

test("words from the root search, and from another command, are searched for at once", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const fallback = raycast.open("search-memes", { fallbackText: "works on my machine" });
  await eventually("the fallback's words", () => fallback.names()[0] === MEME);
  const launched = raycast.open("search-memes", { launchContext: { query: "two buttons" } });
  await eventually("the context's words", () => launched.names()[0] === "two-buttons.png");
});

test("opened again, it shows what it showed last before the daemon has answered", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const first = await openSearch(raycast);
  const shown = first.names();
  await first.close();
  daemon().process.kill("SIGSTOP");
  t.after(() => daemon().process.kill("SIGCONT"));
  const second = raycast.open("search-memes");
  await eventually("pictures", () => second.names().length > 0);
  assert.deepEqual(second.names(), shown);
});

test("“like this, but…” varies a picture with words; similar pictures open on top", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  await typeAndWait(view, "sunset", "sunset-beach.jpg");
  await view.run("Find Similar");
  await eventually("likes", () => view.depth() === 2 && view.names().length > 1);
  assert.ok(!view.names().includes("sunset-beach.jpg"), "the picture itself is not among its likes");
  await view.run("More Like This, but…");
  await eventually("its view", () => view.depth() === 3);
  const { sent } = watchRequests(t, "/v1/search");
  view.type("dark blue");
  await eventually("the mixed query", () =>
    sent.some((path) => path.includes("similar%3A") && path.includes("but+dark+blue")),
  );
  await eventually("its answer", () => !view.isLoading() && view.names().length > 0);
});

test("of nearly the same pictures one is shown, and how many there are beside it", async (t) => {
  const own = await startDaemon(t, { folders: [await nearlyTheSame(t)], env: { REMEME_OCR: "false" } });
  await until("they are grouped", async () => (await own.search("coast")).hits[0]?.similarCopies === 1);
  const view = startRaycast(t, own.home).open("search-memes", { fallbackText: "coast" });
  await eventually("one of them", () => view.names().length === 1);
  const [content] = view.items().map(({ props }) => props.content as { tooltip: string });
  assert.match(content?.tooltip ?? "", /^coast.*\n1 other nearly the same$/s);
});

/** One photo twice: as it is, and smaller. */
async function nearlyTheSame(t: TestContext): Promise<string> {
  const photo = await readFile(`${SAMPLES}/places/coast-panorama.jpg`);
  const { default: sharp } = await import("sharp");
  const smaller = await sharp(photo).resize(600).jpeg({ quality: 70 }).toBuffer();
  return tree(await directory(t), { "coast.jpg": photo, "coast small.jpg": smaller });
}

test("the details say what is known of a picture", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  await typeAndWait(view, "works on my machine", MEME);
  await view.run("Show Details");
  const labels = await eventually("facts", () => {
    const found = view.node.children.flatMap((slot) =>
      slot.type === "slot.metadata" ? (slot.children[0]?.children ?? []) : [],
    );
    return found.length > 0 ? found.map(({ props }) => String(props.text ?? "")) : null;
  });
  assert.ok(
    labels.some((text) => text.endsWith(`memes/${MEME}`)),
    labels.join("\n"),
  );
  assert.match(String(view.node.props.markdown), /^!\[works-on-my-machine\.jpg\]\(file:\/\//);
});

test("preferences decide the size of the tiles, their fit and their titles; typing is throttled by the host", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  const { columns, fit, throttle } = view.node.props;
  assert.deepEqual({ columns, fit, throttle }, { columns: 5, fit: "contain", throttle: true });
  assert.ok(view.items().every(({ props }) => props.title));
  const large = await openSearch(startRaycast(t, daemon().home, { columns: "3", fill: true, showNames: false }));
  assert.deepEqual([large.node.props.columns, large.node.props.fit], [3, "fill"]);
  assert.ok(large.items().every(({ props }) => props.title === undefined));
});

test("all that can be done with a picture is in its panel, with an icon and a shortcut of its own", async (t) => {
  const view = await openSearch(startRaycast(t, daemon().home));
  await typeAndWait(view, "works on my machine", MEME);
  assert.deepEqual(view.actions(), [
    "Paste to Active App",
    "Copy to Clipboard",
    "Quick Look",
    "Show Details",
    "Find Similar",
    "More Like This, but…",
    "Add to Favorites",
    "Edit Tags",
    "Hide from Searches",
    "Copy as PNG",
    "Copy Path",
    "Copy Text in Picture",
    "Open",
    "Open With",
    "Show in Finder",
    "Move to Trash",
    "Create Quicklink for This Search",
    "Refresh",
  ]);
  const shortcuts = view
    .actions()
    .map((title) => JSON.stringify(view.actionProps(title).shortcut))
    .filter((shortcut) => shortcut !== undefined);
  assert.equal(new Set(shortcuts).size, shortcuts.length, shortcuts.join("\n"));
  assert.ok(shortcuts.length >= 14);
});

test("the first paint needs one introduction and one round of questions", async (t) => {
  const { sent } = watchRequests(t, "/v1/");
  await openSearch(startRaycast(t, daemon().home));
  const asked = sent.map((path) => path.replace(/\?.*/, ""));
  assert.equal(asked.filter((path) => path === "/v1/health").length, 1);
  assert.equal(asked.filter((path) => path === "/v1/search").length, 1, asked.join(" "));
});

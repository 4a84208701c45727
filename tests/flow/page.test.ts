// The page in a real browser, served by the real daemon. Needs Chromium: REMEME_CHROMIUM, or the usual places.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

const PLACES = [
  process.env.REMEME_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const executablePath = PLACES.find((path) => path && existsSync(path));
const skip =
  executablePath === undefined && process.env.CI !== "true"
    ? "no Chromium found; install it or name it in REMEME_CHROMIUM"
    : false;
/** For everything the page waits for; the first search loads a model. */
const PATIENCE_MS = 30_000;

const HOSTILE = [
  `<img src=x onerror="window.hacked=1">.png`,
  `"><script>window.hacked=1<!-- 'quotes' & 🐕‍🦺.png`,
  "javascript:window.hacked=1.png",
];

let launched: Promise<Browser> | undefined;
after(async () => (await launched)?.close());

/** One browser for all tests; every visit has cookies and storage of its own. */
function browser(): Promise<Browser> {
  assert.ok(executablePath, `CI needs Chromium in one of ${PLACES.filter(Boolean).join(", ")}`);
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  launched ??= chromium.launch({
    executablePath,
    args: [...args, "--disable-component-update", "--disable-sync"],
  });
  return launched;
}

interface Visit {
  readonly page: Page;
  /** Everything the browser complained about: exceptions, failed requests, violations of the content policy. */
  readonly complaints: string[];
}

/** A browser of its own that opens a fresh link and sees the pictures. */
async function visit(t: TestContext, daemon: TestDaemon): Promise<Visit> {
  const context = await (await browser()).newContext({ colorScheme: "light", viewport: { width: 1200, height: 800 } });
  t.after(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(await daemon.link());
  await page.waitForURL(`${daemon.url}/`);
  return { page, complaints };
}

const tiles = (page: Page) => page.locator("#grid .tile");
const names = (page: Page) => page.locator("#grid .tile-name").allTextContents();
const details = (page: Page) => page.locator("#details");

/** Waits until the first picture found has this name. */
const firstIs = (page: Page, name: string) =>
  page.locator("#grid li:first-child .tile-name").getByText(name, { exact: true }).waitFor({ state: "attached" });

/** Drops a file somewhere on the page, as a person would. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ fileName, base64 }) => {
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: "image/png" }));
      return data;
    },
    { fileName: name, base64: bytes.toString("base64") },
  );
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  await page.locator("#drop").waitFor();
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  await page.locator("#drop").waitFor({ state: "hidden" });
}

async function library(t: TestContext): Promise<{ root: string; daemon: TestDaemon }> {
  const root = await tree(await directory(t), {
    "roses.png": await picture({ colour: "red", seed: 1 }),
    "tomatoes.png": await picture({ colour: "#e01010", width: 200, seed: 2 }),
    "holiday/sea.jpg": await picture({ colour: "blue", format: "jpeg", seed: 3 }),
    "meadow.webp": await picture({ colour: "green", format: "webp", height: 300, seed: 4 }),
    "broken.png": "not a picture",
  });
  const env = { REMEME_OCR: "false", XDG_DATA_HOME: await directory(t) };
  const daemon = await startDaemon(t, { folders: [root], env });
  await daemon.waitIdle();
  return { root, daemon };
}

test("the page: from the link to the picture", { skip }, async (t) => {
  const { root, daemon } = await library(t);
  const { page, complaints } = await visit(t, daemon);

  await t.test("opens with the latest pictures, the search field focused, under a strict policy", async () => {
    await tiles(page).nth(3).waitFor();
    assert.equal(await tiles(page).count(), 4);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "q");
    const response = await page.request.get(daemon.url);
    const policy = response.headers()["content-security-policy"] ?? "";
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]) {
      assert.ok(policy.includes(rule), `${rule} is missing in ${policy}`);
    }
    assert.equal(await page.evaluate(() => document.cookie), "", "scripts cannot see the cookie");
  });

  await t.test("finds while one types, and the address remembers it", async () => {
    await page.keyboard.type("blue");
    await firstIs(page, "sea.jpg");
    assert.equal(new URL(page.url()).searchParams.get("q"), "blue");
    await page.reload();
    await firstIs(page, "sea.jpg");
    assert.equal(await page.inputValue("#q"), "blue");
  });

  await t.test("opens a picture with its path, why it was found, and pictures like it", async () => {
    await page.fill("#q", "roses");
    await firstIs(page, "roses.png");
    await tiles(page).first().click();
    await details(page).getByText(join(root, "roses.png"), { exact: true }).waitFor();
    await details(page).locator(".original.loaded").waitFor();
    assert.equal(await details(page).locator(".reasons mark").first().textContent(), "roses");
    const similar = details(page).locator(".similar-grid .tile");
    assert.equal(await similar.first().getAttribute("aria-label"), "tomatoes.png");
    await similar.first().click();
    await details(page).getByText(join(root, "tomatoes.png"), { exact: true }).waitFor();
    await page.goBack();
    await details(page).getByText(join(root, "roses.png"), { exact: true }).waitFor();
  });

  await t.test("shows the open picture in the file manager", async () => {
    const asked: unknown[] = [];
    // No window is opened by a test.
    await page.route("**/v1/images/*/reveal", (route) => {
      asked.push(route.request().postDataJSON());
      return route.fulfill({ json: { path: join(root, "roses.png") } });
    });
    const answered = page.waitForResponse("**/reveal");
    await details(page)
      .getByRole("button", { name: /^Show in (?:Finder|folder)$/ })
      .click();
    await answered;
    assert.deepEqual(asked, [{ path: join(root, "roses.png") }]);
    await page.unroute("**/v1/images/*/reveal");
  });

  await t.test("copies the open picture and its path", async () => {
    await page.keyboard.press("c");
    await page.getByText("Picture copied.").waitFor();
    const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
    assert.deepEqual(types, ["image/png"]);
    await details(page).getByRole("button", { name: "Copy path" }).click();
    await page.getByText("Path copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), join(root, "roses.png"));
    await page.keyboard.press("Escape");
    await details(page).waitFor({ state: "hidden" });
    assert.equal(new URL(page.url()).search, "?q=roses");
  });

  await t.test("a picture is marked and tagged, moved to the Trash after a question, and put back", async () => {
    await page.goto(`${daemon.url}/?q=tomatoes`);
    await firstIs(page, "tomatoes.png");
    await tiles(page).first().click();
    await details(page).getByRole("button", { name: "Favourite" }).click();
    await details(page).locator('[aria-pressed="true"]', { hasText: "Favourite" }).waitFor();
    await details(page).getByLabel("Tags").fill("salad, lunch");
    await details(page).getByLabel("Tags").press("Enter");
    await until("the tags are kept", async () => (await daemon.names("lunch"))[0] === "tomatoes.png");
    await details(page).getByRole("button", { name: "Move to Trash…" }).click();
    await details(page).getByRole("button", { name: "Cancel" }).click();
    assert.ok(existsSync(join(root, "tomatoes.png")));
    await details(page).getByRole("button", { name: "Move to Trash…" }).click();
    await details(page).getByRole("button", { name: "Move to Trash", exact: true }).click();
    await details(page).getByRole("button", { name: "Put back" }).waitFor();
    assert.ok(!existsSync(join(root, "tomatoes.png")));
    await details(page).getByRole("button", { name: "Put back" }).click();
    await until("it is found again", async () => (await daemon.names("lunch"))[0] === "tomatoes.png");
    await details(page).getByRole("button", { name: "Favourite" }).click();
    await details(page).locator('[aria-pressed="false"]', { hasText: "Favourite" }).waitFor();
    assert.ok(existsSync(join(root, "tomatoes.png")));
    await daemon.api("/v1/uses", { method: "DELETE" });
    await page.goto(`${daemon.url}/?q=roses`);
    await firstIs(page, "roses.png");
  });

  await t.test("is used with the keyboard alone", async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.waitForURL(`${daemon.url}/`);
    await tiles(page).nth(3).waitFor();
    const all = await names(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await details(page)
      .locator("h2")
      .getByText(all[1] ?? "", { exact: true })
      .waitFor();
    await page.keyboard.press("ArrowRight");
    await details(page)
      .locator("h2")
      .getByText(all[2] ?? "", { exact: true })
      .waitFor();
    await page.keyboard.press("Escape");
    await details(page).waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), all[2]);
    await page.keyboard.type("green");
    await firstIs(page, "meadow.webp");
  });

  await t.test("finds pictures like one that is dropped or picked", async () => {
    await drop(page, "sea.png", await picture({ colour: "#0000e0", seed: 9 }));
    await firstIs(page, "sea.jpg");
    await page.locator("#chip").getByText("like the dropped picture").waitFor();
    await page.setInputFiles("#pick-file", {
      name: "grass",
      mimeType: "",
      buffer: await picture({ colour: "#007a00", seed: 8 }),
    });
    await firstIs(page, "meadow.webp");
    await page.goBack();
    await firstIs(page, "sea.jpg");
    await page.click("#clear");
    await page.locator("#chip").waitFor({ state: "hidden" });
    await page.waitForURL(`${daemon.url}/`);
  });

  await t.test("shows what could not be read, and watches and forgets folders", async (t) => {
    await page.locator("#status-failed").getByText("1 unreadable").click();
    await page.locator(".failure").getByText(join(root, "broken.png"), { exact: true }).waitFor();
    const other = await tree(await directory(t), { "cellar.png": await picture({ colour: "#0a0a0a", seed: 5 }) });
    await page.locator("#library .path-input").fill(other);
    await page.keyboard.press("Enter");
    const row = page.locator(".folder", { hasText: other });
    await row.waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#grid").getByText("cellar.png").waitFor({ state: "attached" });
    await page.click("#library-open");
    await row.getByRole("button", { name: "Remove" }).click();
    await row.getByRole("button", { name: "Forget it" }).click();
    await row.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.locator("#grid").getByText("cellar.png").waitFor({ state: "detached" });
  });

  await t.test("keeps the theme that was chosen", async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByRole("button", { name: "Switch to dark colours" }).click();
    const dark = await background();
    assert.notEqual(dark, light);
    await page.reload();
    await page.getByRole("button", { name: "Switch to light colours" }).waitFor();
    assert.equal(await background(), dark);
  });

  await t.test("did all of this without a complaint of the browser", () => {
    assert.deepEqual(complaints, []);
  });

  await t.test("lets nobody else in by a link that was used, and says what to do", async () => {
    const link = await daemon.link();
    const first = await (await browser()).newPage();
    await first.goto(link);
    await tiles(first).first().waitFor();
    await first.goto(link);
    await first.waitForURL(`${daemon.url}/`);
    await tiles(first).first().waitFor();
    const second = await (await browser()).newPage();
    assert.equal((await second.goto(link))?.status(), 401);
    await second.waitForURL(`${daemon.url}/`);
    await second.getByRole("alert").getByText("rememe open", { exact: true }).waitFor();
    assert.equal(await tiles(second).count(), 0);
    await Promise.all([first.context().close(), second.context().close()]);
  });

  await t.test("says when the daemon is gone, and goes on by itself when it is back", async (t) => {
    await daemon.stop();
    await page.getByRole("alert").getByText("rememe is not running.").waitFor();
    await page.fill("#q", "blue");
    await startDaemon(t, {
      home: daemon.home,
      env: { REMEME_OCR: "false", REMEME_PORT: new URL(daemon.url).port },
    });
    await page.locator("#banner").waitFor({ state: "hidden" });
    await firstIs(page, "sea.jpg");
    assert.equal(await page.locator("#banner").isHidden(), true);
  });
});

test("file names of any kind are text on the page, never code", { skip }, async (t) => {
  const root = await directory(t);
  let seed = 1;
  for (const name of HOSTILE) await tree(root, { [name]: await picture({ colour: "red", seed: seed++ }) });
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const { page, complaints } = await visit(t, daemon);
  await tiles(page)
    .nth(HOSTILE.length - 1)
    .waitFor();
  assert.deepEqual((await names(page)).toSorted(), HOSTILE.toSorted());
  for (const name of HOSTILE) {
    await page.locator("#grid .tile-name").getByText(name, { exact: true }).click({ force: true });
    await details(page).locator("h2").getByText(name, { exact: true }).waitFor();
    await details(page).locator(".original.loaded").waitFor();
    await details(page).getByText(join(root, name), { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await details(page).waitFor({ state: "hidden" });
  }
  await page.goto(`${daemon.url}/?q=${encodeURIComponent(`<img src=x onerror="window.hacked=1">`)}`);
  await page
    .locator("#grid .tile-name")
    .getByText(HOSTILE[0] ?? "", { exact: true })
    .waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => "hacked" in window), false);
  assert.equal(await page.locator('img[src="x"], main script').count(), 0);
  assert.deepEqual(complaints, []);
});

test("what is typed before the page is ready is searched for", { skip }, async (t) => {
  const root = await tree(await directory(t), {
    "blue.png": await picture({ colour: "blue" }),
    "green.png": await picture({ colour: "green" }),
  });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const { page } = await visit(t, daemon);
  let letGo = (): void => {};
  const typed = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route("**/main.js", async (route) => {
    await typed;
    await route.continue();
  });
  await page.goto(daemon.url, { waitUntil: "commit" });
  await page.locator("#q:focus").waitFor();
  await page.keyboard.type("gre");
  letGo();
  await firstIs(page, "green.png");
  assert.equal(await page.locator("#q").inputValue(), "gre");
});

test("the words that were searched for are outlined in the open picture, at every size", { skip }, async (t) => {
  // Lies on its side in the file; EXIF says so.
  const lying = await sharp("samples/memes/monday-cat.jpg").rotate(270).withMetadata({ orientation: 6 }).toBuffer();
  const root = await tree(await directory(t), { "cat.jpg": lying });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const { page, complaints } = await visit(t, daemon);
  // With a slip, which is forgiven.
  await page.locator("#q").fill("mondya");
  await page.getByText("searched for “monday” as well").waitFor();
  await tiles(page).first().click();
  await details(page).locator(".original.loaded").waitFor();
  assert.equal(await details(page).locator(".reasons mark").first().textContent(), "MONDAY");
  for (const viewport of [
    { width: 1200, height: 800 },
    { width: 700, height: 900 },
    { width: 1500, height: 420 },
  ]) {
    await page.setViewportSize(viewport);
    const outlines = details(page).locator(".found-words rect");
    assert.equal(await outlines.count(), 1);
    const outline = (await outlines.first().boundingBox()) ?? assert.fail();
    const shown = (await details(page).locator(".original").boundingBox()) ?? assert.fail();
    const place = [
      (outline.x - shown.x) / shown.width,
      (outline.y - shown.y) / shown.height,
      (outline.x + outline.width - shown.x) / shown.width,
      (outline.y + outline.height - shown.y) / shown.height,
    ];
    // Where the word was drawn.
    for (const [at, expected] of [0.36, 0.862, 0.615, 0.969].entries()) {
      assert.ok(Math.abs((place[at] ?? Number.NaN) - expected) < 0.03, `${place} at ${JSON.stringify(viewport)}`);
    }
  }
  await page.keyboard.press("Escape");
  await page.locator("#q").fill("cat");
  await page.getByText("searched for “monday” as well").waitFor({ state: "detached" });
  await tiles(page).first().click();
  await details(page).locator(".original.loaded").waitFor();
  assert.equal(await details(page).locator(".found-words").count(), 0);
  assert.deepEqual(complaints, []);
});

test("a picture in a format that the browser does not know is shown as large as it is", { skip }, async (t) => {
  const scan = await sharp("samples/memes/monday-cat.jpg").resize(900, 600, { fit: "fill" }).tiff().toBuffer();
  const root = await tree(await directory(t), { "scan.tiff": scan });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const { page } = await visit(t, daemon);
  await tiles(page).first().click();
  const original = details(page).locator("img.original.loaded");
  await original.waitFor();
  assert.equal(await original.evaluate((img) => (img as HTMLImageElement).naturalWidth), 900);
  assert.equal(await details(page).locator("figcaption").count(), 0);
});

test("the page says how the query was read", { skip }, async (t) => {
  const root = await tree(await directory(t), { "cat.png": await picture({ colour: "blue" }) });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const { page } = await visit(t, daemon);
  await page.locator("#q").fill("cat -dog type:gif");
  await page.getByText("without “dog”").waitFor();
  await page.getByText("animated pictures").waitFor();
  await page.locator("#q").fill("cat -dog");
  await firstIs(page, "cat.png");
  await page.getByText("animated pictures").waitFor({ state: "detached" });
});

test("the page follows renames, copies and what becomes of them by itself", { skip }, async (t) => {
  const root = await tree(await directory(t), { "first.png": await picture({ colour: "blue" }) });
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const { page } = await visit(t, daemon);
  await firstIs(page, "first.png");
  await rename(join(root, "first.png"), join(root, "second.png"));
  await firstIs(page, "second.png");
  // A copy that is newer is the one to show; when it goes, the old one is.
  await writeFile(join(root, "third.png"), await readFile(join(root, "second.png")));
  await firstIs(page, "third.png");
  await rm(join(root, "third.png"));
  await firstIs(page, "second.png");
  assert.equal((await daemon.status()).counts.images, 1);
});

// Takes the README's screenshot of the page: the real daemon on the samples, in Chromium. `node scripts/make-screenshot.ts "dog fire"`
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const query = process.argv[2] ?? "";
const target = process.argv[3] ?? join(import.meta.dirname, "../docs/page.png");
const root = join(import.meta.dirname, "..");
const home = await mkdtemp(join(tmpdir(), "rememe-screenshot-"));
const env = { ...process.env, REMEME_DOWNLOAD: "false", REMEME_HOME: home, REMEME_PORT: "0" };
const daemon = spawn(process.execPath, [join(root, "bin/rememe.js"), "start"], {
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  let said = "";
  const link = await new Promise<string>((resolve) => {
    daemon.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /http:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
  });
  const browser = await chromium.launch({
    executablePath: process.env.REMEME_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await page.goto(link);
  await page.waitForSelector("img");
  if (query) await page.keyboard.type(query);
  await page.waitForLoadState("load");
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: target });
  await browser.close();
} finally {
  daemon.kill("SIGINT");
  await new Promise((resolve) => daemon.once("exit", resolve));
  await rm(home, { recursive: true, force: true });
}

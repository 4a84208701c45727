// Pictures and the page's files over HTTP: types, ranges, odd names, harmless SVGs, and nothing that was not meant to be served.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Services } from "../../daemon/api/services.ts";
import { AppError } from "../../daemon/errors.ts";
import { type Fixture, startFixture } from "./api-fixture.ts";

const codeOf = (answer: { body: string }) => JSON.parse(answer.body).error.code;

/** A server whose every picture is the file that `serve` was last called with. */
function startGallery(
  t: TestContext,
): Fixture & { serve(name: string, content: string | Buffer, mediaType?: string): string } {
  let current = { path: "/nowhere", mediaType: "image/png" };
  const services: Partial<Services> = { file: () => current, thumbnail: () => current.path };
  const fixture = startFixture(t, { services });
  return {
    ...fixture,
    serve(name, content, mediaType = "image/png") {
      const path = join(fixture.directory, name);
      writeFileSync(path, content);
      current = { path, mediaType };
      return path;
    },
  };
}

test("the original is sent with its type, its name, and validators", async (t) => {
  const { app, headers, serve } = startGallery(t);
  serve("dog.png", "0123456789");
  const answer = await app.inject({ url: "/v1/images/7/file", headers });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.body, "0123456789");
  assert.equal(answer.headers["content-type"], "image/png");
  assert.equal(answer.headers["content-length"], "10");
  assert.equal(answer.headers["cache-control"], "private, no-cache");
  assert.equal(answer.headers["content-disposition"], `inline; filename="dog.png"; filename*=UTF-8''dog.png`);
  const { etag, "last-modified": modified } = answer.headers;
  for (const condition of [{ "if-none-match": String(etag) }, { "if-modified-since": String(modified) }]) {
    const again = await app.inject({ url: "/v1/images/7/file", headers: { ...headers, ...condition } });
    assert.equal(again.statusCode, 304);
    assert.equal(again.body, "");
  }
  const head = await app.inject({ method: "HEAD", url: "/v1/images/7/file", headers });
  assert.equal(head.headers["content-length"], "10");
  assert.equal(head.body, "");
});

test("ranges of the original can be read", async (t) => {
  const { app, headers, serve } = startGallery(t);
  serve("dog.png", "0123456789");
  const ask = (range: string) => app.inject({ url: "/v1/images/7/file", headers: { ...headers, range } });
  for (const [range, body, contentRange] of [
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=5-99", "56789", "bytes 5-9/10"],
  ] as const) {
    const answer = await ask(range);
    assert.equal(answer.statusCode, 206, range);
    assert.equal(answer.body, body);
    assert.equal(answer.headers["content-range"], contentRange);
  }
  const outside = await ask("bytes=50-60");
  assert.equal(outside.statusCode, 400);
  assert.equal(codeOf(outside), "bad-request");
  assert.equal((await ask("nonsense")).statusCode, 200);
});

test("an SVG is sent so that its scripts are dead, and nothing but a picture is shown in the browser", async (t) => {
  const { app, headers, serve } = startGallery(t);
  serve("evil.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml");
  const svg = await app.inject({ url: "/v1/images/7/file", headers });
  assert.equal(svg.headers["content-type"], "image/svg+xml");
  assert.equal(svg.headers["content-security-policy"], "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  assert.equal(svg.headers["x-content-type-options"], "nosniff");

  serve("page.html", "<script>alert(1)</script>", "text/html");
  const page = await app.inject({ url: "/v1/images/7/file", headers });
  assert.equal(page.headers["content-type"], "application/octet-stream");
  assert.match(String(page.headers["content-disposition"]), /^attachment;/);
});

const ODD_NAMES = [
  ".hidden.png",
  "...png",
  "two words.png",
  " leading and trailing .png ",
  "100%.png",
  "%2e%2e%2f.png",
  "a?b#c&d.png",
  `quo"te'.png`,
  "back\\slash.png",
  "new\nline\r.png",
  "tab\t\u0007.png",
  "çäß.png",
  "e\u0301.png",
  "🐕‍🦺🔥.png",
  "日本語.png",
  "(1) [2] {3} *.png",
  "\u202Egnp.exe.png",
  "no extension",
];

test("a picture of any name is sent, and its name survives", async (t) => {
  const { app, headers, serve } = startGallery(t);
  for (const name of ODD_NAMES) {
    await t.test(JSON.stringify(name), async () => {
      serve(name, name);
      const answer = await app.inject({ url: "/v1/images/7/file", headers });
      assert.equal(answer.statusCode, 200, answer.body);
      assert.equal(answer.body, name);
      const disposition = String(answer.headers["content-disposition"]);
      const pattern = /^inline; filename="([\x20-\x7e]*)"; filename\*=UTF-8''([\w.!#$&+^`|~%-]+)$/;
      const [, plain, encoded] = pattern.exec(disposition) ?? [];
      assert.ok(plain !== undefined && !/["\\]/.test(plain), disposition);
      assert.equal(decodeURIComponent(String(encoded)), name);
    });
  }
});

test("pictures below hidden directories are sent", async (t) => {
  const fixture = startGallery(t);
  mkdirSync(join(fixture.directory, ".memes"));
  fixture.serve(".memes/a.png", "a");
  assert.equal((await fixture.app.inject({ url: "/v1/images/7/file", headers: fixture.headers })).body, "a");
});

test("an empty file is sent as an empty file", async (t) => {
  const { app, headers, serve } = startGallery(t);
  serve("empty.png", "");
  const answer = await app.inject({ url: "/v1/images/7/file", headers });
  assert.deepEqual([answer.statusCode, answer.body], [200, ""]);
});

test("a file that vanished, became a directory or is forbidden is an error answer", async (t) => {
  const { app, headers, serve } = startGallery(t);
  const ask = async (url: string) => codeOf(await app.inject({ url, headers }));
  assert.equal(await ask("/v1/images/7/file"), "file-missing");
  assert.equal(await ask("/v1/images/7/thumbnail"), "file-missing");
  mkdirSync(join(serve("a.png", "a"), "..", "folder.png"));
  const services: Partial<Services> = {
    file: () => ({ path: join(serve("b.png", ""), "..", "folder.png"), mediaType: "image/png" }),
  };
  const other = startFixture(t, { services });
  assert.equal(codeOf(await other.app.inject({ url: "/v1/images/7/file", headers: other.headers })), "file-missing");
  const closed = serve("closed.png", "secret");
  chmodSync(closed, 0o000);
  if (process.getuid?.() === 0) t.diagnostic("running as root: permissions are not checked");
  else assert.equal(await ask("/v1/images/7/file"), "folder-unreadable");
});

test("what a service says about a picture is what the client is told", async (t) => {
  const services: Partial<Services> = {
    file() {
      throw new AppError("folder-offline", "The disk is not connected.");
    },
  };
  const { app, headers } = startFixture(t, { services });
  const answer = await app.inject({ url: "/v1/images/7/file", headers });
  assert.equal(answer.statusCode, 409);
  assert.equal(codeOf(answer), "folder-offline");
});

test("a thumbnail is a JPEG that may be kept forever when its URL is unique", async (t) => {
  const { app, headers, serve } = startGallery(t);
  serve("thumbnail.jpg", "jpeg");
  const plain = await app.inject({ url: "/v1/images/7/thumbnail", headers });
  assert.equal(plain.headers["content-type"], "image/jpeg");
  assert.equal(plain.headers["cache-control"], "private, no-cache");
  assert.ok(plain.headers.etag);
  const unique = await app.inject({ url: "/v1/images/7/thumbnail?v=abc", headers });
  assert.equal(unique.headers["cache-control"], "private, max-age=31536000, immutable");
});

test("the page's files are sent with their types, and are asked for again when they change", async (t) => {
  const { app, headers, webDirectory } = startFixture(t);
  const types = {
    "/": "text/html; charset=utf-8",
    "/index.html": "text/html; charset=utf-8",
    "/app.js": "application/javascript; charset=utf-8",
    "/icon.svg": "image/svg+xml",
  };
  for (const [url, type] of Object.entries(types)) {
    const answer = await app.inject({ url, headers: { host: headers.host } });
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.headers["content-type"], type);
    assert.equal(answer.headers["cache-control"], "no-cache");
  }
  const etag = String((await app.inject({ url: "/app.js", headers })).headers.etag);
  writeFileSync(join(webDirectory, "app.js"), "// changed, and longer\n");
  const answer = await app.inject({ url: "/app.js", headers: { ...headers, "if-none-match": etag } });
  assert.equal(answer.statusCode, 200);
});

test("no path leads out of the page's directory", async (t) => {
  const { app, headers, directory, webDirectory, token } = startFixture(t);
  assert.ok(statSync(join(directory, "token")).isFile());
  const up = `..${directory}/token`;
  const back = `../${directory.split("/").at(-1)}/token`;
  writeFileSync(join(webDirectory, ".hidden"), token);
  const encoded = encodeURIComponent(back);
  for (const path of [
    back,
    up,
    encoded,
    `%2e%2e/${back.slice(3)}`,
    `..%2f${back.slice(3)}`,
    `..\\${back.slice(3)}`,
    `./${back}`,
    `app.js/../${back}`,
    ".hidden",
    "app.js%00",
    "/etc/passwd",
    "..;/etc/passwd",
  ]) {
    const answer = await app.inject({ url: `/${path}`, headers });
    assert.ok([400, 403, 404].includes(answer.statusCode), `${path}: ${answer.statusCode}`);
    assert.ok(!answer.body.includes(token), path);
    assert.ok(["bad-request", "not-found"].includes(codeOf(answer)), path);
  }
});

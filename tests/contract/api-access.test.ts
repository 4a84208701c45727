// Who gets in: the token and its file, Host and Origin, one-time links and the page's cookie. Invariant 9.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { InjectOptions } from "fastify";
import { loadToken } from "../../daemon/api/token.ts";
import { AppError } from "../../daemon/errors.ts";
import { type Link, ROUTES } from "../../shared/api.ts";
import { type Fixture, PORT, startFixture } from "./api-fixture.ts";

const HOST = `127.0.0.1:${PORT}`;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const codeOf = (answer: { body: string }) => JSON.parse(answer.body).error?.code;

function tokenFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "rememe-token-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "token");
}

/** Every request that needs the token, one per route. */
const PRIVATE: readonly InjectOptions[] = Object.entries(ROUTES)
  .filter(([name]) => name !== "health" && name !== "open")
  .map(([, { method, path }]) => ({ method, url: path.replace(":id", "7") }));

test("the token file is made of 32 random bytes, for its owner only, and kept", (t) => {
  const file = tokenFile(t);
  const token = loadToken(file);
  assert.equal(Buffer.from(token, "base64url").length, 32);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(loadToken(file), token);
  assert.notEqual(loadToken(tokenFile(t)), token);
});

test("a token file that others can read is closed to them, and keeps its token", (t) => {
  const file = tokenFile(t);
  const token = loadToken(file);
  chmodSync(file, 0o644);
  assert.equal(loadToken(file), token);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a file that holds no token is replaced", (t) => {
  for (const content of ["", "short", "x".repeat(44), `${"ä".repeat(43)}`, "\0".repeat(43)]) {
    const file = tokenFile(t);
    writeFileSync(file, content, { mode: 0o644 });
    const token = loadToken(file);
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(readFileSync(file, "utf8").trim(), token);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
});

test("a token file that cannot be used is an error for people", (t) => {
  const file = join(tokenFile(t), "no", "such", "directory");
  assert.throws(
    () => loadToken(file),
    (error: unknown) => error instanceof AppError && error.message.includes(file),
  );
});

test("without the token, or with another one, every route but health and open is unauthorized", async (t) => {
  const { app, token, calls } = startFixture(t);
  const wrong = [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${"A".repeat(43)}`,
    `Basic ${token}`,
    token,
  ];
  for (const request of PRIVATE) {
    for (const authorization of wrong) {
      const headers = { host: HOST, ...(authorization === undefined ? {} : { authorization }) };
      const answer = await app.inject({ ...request, headers });
      assert.equal(answer.statusCode, 401, `${request.method} ${request.url} with ${authorization}`);
      assert.equal(codeOf(answer), "unauthorized");
      assert.match(String(answer.headers["www-authenticate"]), /^Bearer/);
    }
  }
  assert.deepEqual(calls, []);
  assert.equal((await app.inject({ url: "/v1/health", headers: { host: HOST } })).statusCode, 200);
  assert.equal((await app.inject({ url: "/", headers: { host: HOST } })).statusCode, 200);
});

test("a path spelt in another way does not get around the token", async (t) => {
  const { app, calls } = startFixture(t);
  for (const url of [
    "/%761/search?q=a",
    "/v1/%73earch?q=a",
    "//v1/search?q=a",
    "/v1/../v1/search?q=a",
    "/V1/search?q=a",
  ]) {
    const answer = await app.inject({ url, headers: { host: HOST } });
    assert.ok([401, 404].includes(answer.statusCode), `${url}: ${answer.statusCode}`);
  }
  assert.deepEqual(calls, []);
});

test("only 127.0.0.1 and localhost with the right port are answered, whatever is asked for", async (t) => {
  const { app, headers } = startFixture(t);
  const everything: readonly InjectOptions[] = [
    ...PRIVATE,
    { url: "/v1/health" },
    { url: "/open?code=x" },
    { url: "/" },
    { url: "/app.js" },
    { url: "/nope" },
  ];
  const wrong = [
    "evil.example",
    `evil.example:${PORT}`,
    "127.0.0.1",
    "localhost",
    "127.0.0.1:1",
    `0.0.0.0:${PORT}`,
    `[::1]:${PORT}`,
    `127.0.0.1:${PORT}.evil.example`,
    `user@127.0.0.1:${PORT}`,
  ];
  for (const request of everything) {
    for (const host of wrong) {
      const answer = await app.inject({ ...request, headers: { ...headers, host } });
      assert.equal(answer.statusCode, 403, `${request.url} at ${host}`);
      assert.equal(codeOf(answer), "forbidden-origin");
    }
  }
  for (const host of [HOST, `localhost:${PORT}`]) {
    assert.equal((await app.inject({ url: "/v1/status", headers: { ...headers, host } })).statusCode, 200);
  }
});

test("pages of other sites are refused, even with the token", async (t) => {
  const { app, headers, calls } = startFixture(t);
  const foreign: readonly Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `https://127.0.0.1:${PORT}` },
    { origin: "http://127.0.0.1:3000" },
    { origin: "http://localhost" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: `http://127.0.0.1:${PORT}`, "sec-fetch-site": "cross-site" },
  ];
  for (const request of [...PRIVATE, { url: "/v1/health" }, { url: "/" }, { url: "/app.js" }]) {
    for (const more of foreign) {
      const answer = await app.inject({ ...request, headers: { ...headers, ...more } });
      assert.equal(answer.statusCode, 403, `${request.url} ${JSON.stringify(more)}`);
    }
  }
  assert.deepEqual(calls, []);
  const answer = await app.inject({
    method: "OPTIONS",
    url: "/v1/search",
    headers: { ...headers, origin: `http://${HOST}` },
  });
  assert.ok(!Object.keys(answer.headers).some((name) => name.startsWith("access-control-")), "no CORS");
});

test("our own page, and programs, are not taken for strangers", async (t) => {
  const { app, headers } = startFixture(t);
  const own: readonly Record<string, string>[] = [
    {},
    { origin: `http://${HOST}` },
    { origin: `http://localhost:${PORT}` },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "same-origin", origin: "null" },
    { "sec-fetch-mode": "cors" },
  ];
  for (const more of own) {
    assert.equal(
      (await app.inject({ url: "/v1/status", headers: { ...headers, ...more } })).statusCode,
      200,
      JSON.stringify(more),
    );
  }
});

async function askForLink(fixture: Fixture): Promise<Link> {
  const answer = await fixture.app.inject({ method: "POST", url: "/v1/link", headers: fixture.headers });
  assert.equal(answer.statusCode, 200);
  return answer.json();
}

const pathOf = (link: Link) => link.url.slice(`http://${HOST}`.length);
const BROWSER = { host: HOST, accept: "text/html,*/*" };

async function openLink(fixture: Fixture, link: Link): Promise<string> {
  const answer = await fixture.app.inject({ url: pathOf(link), headers: BROWSER });
  assert.equal(answer.statusCode, 200);
  const cookie = answer.cookies[0];
  return `${cookie?.name}=${cookie?.value}`;
}

test("a link works once, sets a cookie that scripts and other sites never get, and leads to the page", async (t) => {
  const fixture = startFixture(t);
  const link = await askForLink(fixture);
  assert.match(link.url, new RegExp(`^http://${HOST}/open\\?code=[A-Za-z0-9_-]{43}$`));
  const opened = await fixture.app.inject({ url: pathOf(link), headers: BROWSER });
  assert.equal(opened.statusCode, 200);
  const { value, ...attributes } = opened.cookies[0] ?? { value: "" };
  assert.deepEqual(attributes, {
    name: `rememe_${PORT}`,
    maxAge: 2_592_000,
    path: "/v1",
    httpOnly: true,
    sameSite: "Strict",
  });
  assert.ok(!value.includes(fixture.token) && !link.url.includes(value));
  assert.match(opened.body, /<meta http-equiv="refresh" content="0; url=\/">/);
  assert.equal(opened.headers["cache-control"], "no-store");
  assert.equal(opened.headers["referrer-policy"], "no-referrer");

  const again = await fixture.app.inject({ url: pathOf(link), headers: BROWSER });
  assert.equal(again.statusCode, 401);
  assert.match(again.body, /<meta http-equiv="refresh" content="0; url=\/">/);
  assert.equal(again.cookies.length, 0);
});

test("a link may be clicked on a page of another site", async (t) => {
  const fixture = startFixture(t);
  const link = await askForLink(fixture);
  const opened = await fixture.app.inject({
    url: pathOf(link),
    headers: { ...BROWSER, "sec-fetch-site": "cross-site" },
  });
  assert.equal(opened.statusCode, 200);
  assert.equal(opened.cookies.length, 1);
});

test("a link is too old after ten minutes", async (t) => {
  let nowMs = 1_000_000;
  const fixture = startFixture(t, { now: () => nowMs });
  const link = await askForLink(fixture);
  assert.equal(link.expiresAtMs, nowMs + 10 * MINUTE_MS);
  nowMs = link.expiresAtMs;
  const answer = await fixture.app.inject({ url: pathOf(link), headers: { host: HOST } });
  assert.equal(answer.statusCode, 401);
  assert.equal(codeOf(answer), "link-expired");
});

test("codes that were never given out do not work, and at most a hundred are open", async (t) => {
  const fixture = startFixture(t);
  for (const code of ["", "?code=", "?code=x", `?code=${"A".repeat(43)}`, `?code=${fixture.token}`]) {
    assert.equal((await fixture.app.inject({ url: `/open${code}`, headers: BROWSER })).statusCode, 401, code);
  }
  const first = await askForLink(fixture);
  const second = await askForLink(fixture);
  for (let i = 0; i < 99; i++) await askForLink(fixture);
  assert.equal((await fixture.app.inject({ url: pathOf(first), headers: BROWSER })).statusCode, 401);
  assert.equal((await fixture.app.inject({ url: pathOf(second), headers: BROWSER })).statusCode, 200);
});

test("the cookie reads; it changes something only for our own page", async (t) => {
  const fixture = startFixture(t);
  const cookie = await openLink(fixture, await askForLink(fixture));
  const ask = async (method: "GET" | "POST", url: string, more: Record<string, string>) =>
    (await fixture.app.inject({ method, url, headers: { host: HOST, cookie, ...more } })).statusCode;
  const own = { "sec-fetch-site": "same-origin" };
  assert.equal(await ask("GET", "/v1/status", own), 200);
  assert.equal(await ask("GET", "/v1/status", {}), 200);
  assert.equal(await ask("POST", "/v1/pause", own), 200);
  assert.equal(await ask("POST", "/v1/pause", { origin: `http://${HOST}` }), 200);
  fixture.calls.length = 0;
  assert.equal(await ask("POST", "/v1/pause", {}), 403);
  assert.equal(await ask("POST", "/v1/pause", { "sec-fetch-site": "none" }), 403);
  for (const site of ["cross-site", "same-site"]) {
    assert.equal(await ask("GET", "/v1/images/7", { "sec-fetch-site": site }), 403);
    assert.equal(await ask("POST", "/v1/pause", { "sec-fetch-site": site, origin: `http://${HOST}` }), 403);
  }
  assert.equal(await ask("GET", "/v1/status", { authorization: "Bearer wrong" }), 401);
  assert.deepEqual(fixture.calls, []);
});

test("a cookie that was changed, is of another token, or is 30 days old is worth nothing", async (t) => {
  let nowMs = 1_000_000;
  const fixture = startFixture(t, { now: () => nowMs });
  const other = startFixture(t, { now: () => nowMs });
  const cookie = await openLink(fixture, await askForLink(fixture));
  const ask = async (value: string) =>
    (await fixture.app.inject({ url: "/v1/status", headers: { host: HOST, cookie: value } })).statusCode;
  assert.equal(await ask(cookie), 200);
  const [name = "", value = ""] = cookie.split("=");
  const [nonce, expiresAtMs, mac] = value.split(".");
  const forged = [
    "",
    ".",
    "..",
    `${nonce}.${expiresAtMs}`,
    `${nonce}.${Number(expiresAtMs) + 1}.${mac}`,
    `${nonce}x.${expiresAtMs}.${mac}`,
    `${value}.x`,
    `${nonce}.${expiresAtMs}.`,
  ];
  for (const one of forged) assert.equal(await ask(`${name}=${one}`), 401, one);
  assert.equal(await ask(`rememe_1=${value}`), 401);
  assert.equal(await ask(await openLink(other, await askForLink(other))), 401);
  nowMs += 30 * DAY_MS - 1;
  assert.equal(await ask(cookie), 200);
  nowMs += 1;
  assert.equal(await ask(cookie), 401);
});

test("every answer carries the headers that keep a browser safe", async (t) => {
  const { app, headers } = startFixture(t);
  for (const request of [
    { url: "/" },
    { url: "/v1/status" },
    { url: "/nope" },
    { url: "/open" },
    { url: "/v1/%zz" },
    { url: "/v1/search" },
  ]) {
    const answer = await app.inject({ ...request, headers });
    const policy = String(answer.headers["content-security-policy"]).split("; ");
    assert.deepEqual(policy.slice(0, 3), ["default-src 'none'", "script-src 'self'", "style-src 'self'"], request.url);
    assert.ok(policy.includes("frame-ancestors 'none'"));
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.equal(answer.headers["referrer-policy"], "no-referrer");
    assert.equal(answer.headers["cross-origin-resource-policy"], "same-origin");
    assert.equal(answer.headers["cross-origin-opener-policy"], "same-origin");
  }
  assert.equal((await app.inject({ url: "/v1/search?q=a", headers })).headers["cache-control"], "no-store");
});

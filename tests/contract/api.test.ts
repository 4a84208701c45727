// Every route: that it is there, what it asks of the services, what it answers, and that every refusal has the one error shape.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { InjectOptions } from "fastify";
import { NEXT_STEPS } from "../../daemon/api/next-steps.ts";
import { AppError } from "../../daemon/errors.ts";
import { ERROR_STATUS, type ErrorBody, type ErrorCode, ROUTES } from "../../shared/api.ts";
import { ANSWER, CHECKED, IMAGE, MODELS, STATUS, startFixture, TRASHED } from "./api-fixture.ts";

const ALL_ROUTES = Object.entries(ROUTES);

function assertErrorBody(
  answer: { statusCode: number; body: string; headers: object },
  code?: ErrorCode,
): ErrorBody["error"] {
  const { error, ...rest } = JSON.parse(answer.body) as ErrorBody;
  assert.deepEqual(rest, {});
  assert.equal(answer.statusCode, ERROR_STATUS[error.code], `status of ${error.code}`);
  assert.match(String(Object(answer.headers)["content-type"]), /^application\/json/);
  assert.ok(error.message.length > 0 && (error.hint ?? "").length > 0, "message and hint");
  assert.deepEqual(Object.keys(error).sort(), ["code", "hint", "message"]);
  if (code) assert.equal(error.code, code, error.message);
  return error;
}

test("the contract's routes are registered, and besides them only the page's files", async (t) => {
  const { app } = startFixture(t);
  const found = new Set<string>();
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) if (one !== "HEAD") found.add(`${one} ${url}`);
  });
  await app.ready();
  const page = ["GET /", "GET /index.html", "GET /app.js", "GET /icon.svg"];
  assert.deepEqual(
    [...found].sort(),
    [...ALL_ROUTES.map(([, { method, path }]) => `${method} ${path}`), ...page].sort(),
  );
});

const CASES: readonly [InjectOptions, status: number, calls: unknown[], answer?: unknown][] = [
  [{ url: "/v1/health" }, 200, [], { name: "rememe", version: "0.1.0", apiVersion: 1, pid: 1 }],
  [{ url: "/v1/status" }, 200, [], STATUS],
  [{ url: "/v1/search?q=fine" }, 200, [["search", { q: "fine" }]], ANSWER],
  [
    { url: "/v1/search?q=42&limit=60&offset=30&folderId=1" },
    200,
    [["search", { q: "42", limit: 60, offset: 30, folderId: 1 }]],
    ANSWER,
  ],
  [{ url: "/v1/search?q=" }, 200, [["search", { q: "" }]]],
  [{ url: `/v1/search?q=${"a".repeat(10_000)}` }, 200, [["search", { q: "a".repeat(10_000) }]]],
  [{ url: "/v1/search?q=&only=favourite" }, 200, [["search", { q: "", only: "favourite" }]]],
  [{ url: "/v1/random?folderId=1&only=favourite" }, 200, [["random", { folderId: 1, only: "favourite" }]]],
  [{ url: "/v1/duplicates?limit=5" }, 200, [["duplicates", { limit: 5 }]]],
  [{ url: "/v1/search?q=a&duplicates=show" }, 200, [["search", { q: "a", duplicates: "show" }]]],
  [{ url: "/v1/search?q=a&by=texts" }, 200, [["search", { q: "a", by: "texts" }]]],
  [{ url: "/v1/tags" }, 200, [], { tags: [{ tag: "dog", images: 2 }] }],
  [
    { method: "PATCH", url: "/v1/images/7", payload: { favourite: false, tags: ["a b"] } },
    200,
    [["mark", 7, { favourite: false, tags: ["a b"] }]],
    { ...IMAGE, favourite: false, tags: ["a b"] },
  ],
  [
    { method: "POST", url: "/v1/images/7/uses", payload: { kind: "copy", q: "dog" } },
    200,
    [["recordUse", 7, { kind: "copy", q: "dog" }]],
    { recorded: true },
  ],
  [{ method: "DELETE", url: "/v1/uses" }, 200, [["forgetUses"]], { forgotten: 3 }],
  [
    { method: "POST", url: "/v1/images/7/export", payload: { as: "png" } },
    200,
    [["exportImage", 7, "png"]],
    { path: IMAGE.path, mediaType: "image/png" },
  ],
  [{ method: "POST", url: "/v1/images/7/reveal" }, 200, [["reveal", 7, undefined]], { path: IMAGE.path }],
  [{ method: "POST", url: "/v1/images/7/reveal", payload: { path: "/a.png" } }, 200, [["reveal", 7, "/a.png"]]],
  [{ method: "POST", url: "/v1/images/7/trash" }, 200, [["trash", 7, undefined]], { moved: [TRASHED], failed: [] }],
  [{ method: "POST", url: "/v1/images/7/trash", payload: { paths: ["/a.png"] } }, 200, [["trash", 7, ["/a.png"]]]],
  [{ url: "/v1/trash?limit=5" }, 200, [["trashed", { limit: 5 }]], { files: [TRASHED], nextOffset: null }],
  [{ method: "POST", url: "/v1/trash/5/restore" }, 200, [["restore", 5]], { path: TRASHED.path }],
  [
    {
      method: "POST",
      url: "/v1/folders/1/pictures?name=a%20b.png",
      headers: { "content-type": "image/png" },
      payload: Buffer.from("bytes"),
    },
    201,
    [["addPicture", 1, "a b.png", 5]],
    { path: "/pictures/new.png", added: true },
  ],
  [{ url: "/v1/images/7" }, 200, [["image", 7]], IMAGE],
  [{ url: "/v1/images/7/similar?limit=5" }, 200, [["similarToImage", 7, { limit: 5 }]], { ...ANSWER, q: null }],
  [
    { method: "POST", url: "/v1/similar?offset=30", payload: { path: "/a.png" } },
    200,
    [["similarToPicture", { path: "/a.png" }, { offset: 30 }]],
  ],
  [
    { method: "POST", url: "/v1/similar", payload: Buffer.from("png"), headers: { "content-type": "image/png" } },
    200,
    [["similarToPicture", { bytes: Buffer.from("png") }, {}]],
  ],
  [{ url: "/v1/folders" }, 200, []],
  [{ method: "POST", url: "/v1/folders", payload: { path: "~/Pictures" } }, 201, [["addFolder", "~/Pictures"]]],
  [{ method: "DELETE", url: "/v1/folders/1" }, 200, [["removeFolder", 1]]],
  [{ method: "POST", url: "/v1/rescan" }, 200, [["rescan", undefined]], STATUS],
  [{ method: "POST", url: "/v1/rescan", payload: { folderId: 3 } }, 200, [["rescan", 3]]],
  [
    { method: "POST", url: "/v1/rescan", headers: { "content-type": "application/json" } },
    200,
    [["rescan", undefined]],
  ],
  [{ method: "POST", url: "/v1/pause" }, 200, [["pause"]], STATUS],
  [{ method: "POST", url: "/v1/resume" }, 200, [["resume"]], STATUS],
  [{ url: "/v1/failures?limit=1" }, 200, [["failures", { limit: 1 }]], { failures: [], total: 0, nextOffset: null }],
  [{ method: "POST", url: "/v1/check" }, 200, [["check", true]], CHECKED],
  [{ method: "POST", url: "/v1/check", payload: { repair: false } }, 200, [["check", false]], CHECKED],
  [{ method: "POST", url: "/v1/failures/retry" }, 200, [["retryFailures", undefined]], { retried: 1 }],
  [
    { method: "POST", url: "/v1/failures/retry", payload: { fileIds: [4, 5] } },
    200,
    [["retryFailures", [4, 5]]],
    { retried: 2 },
  ],
];

test("every route reaches its service with what was asked, and answers with what it says", async (t) => {
  const { app, calls, headers } = startFixture(t);
  for (const [request, status, expectedCalls, body] of CASES) {
    await t.test(`${request.method ?? "GET"} ${String(request.url).slice(0, 60)}`, async () => {
      calls.length = 0;
      const answer = await app.inject({ ...request, headers: { ...headers, ...request.headers } });
      assert.equal(answer.statusCode, status, answer.body);
      assert.deepEqual(calls, expectedCalls);
      if (body !== undefined) assert.deepEqual(answer.json(), body);
    });
  }
});

const GARBAGE: readonly InjectOptions[] = [
  { url: "/v1/search" },
  { url: "/v1/search?q=a&limit=0" },
  { url: "/v1/search?q=a&limit=61" },
  { url: "/v1/search?q=a&limit=-1" },
  { url: "/v1/search?q=a&limit=NaN" },
  { url: "/v1/search?q=a&limit=1e1" },
  { url: "/v1/search?q=a&limit=5.7" },
  { url: "/v1/search?q=a&limit=" },
  { url: "/v1/search?q=a&limit=1&limit=2" },
  { url: "/v1/search?q=a&offset=-5" },
  { url: "/v1/search?q=a&folderId=0" },
  { url: "/v1/search?q=a&folderId=99999999999999999999" },
  { url: "/v1/search?q=a&limt=5" },
  { url: "/v1/search?q=a&q=b" },
  { url: "/v1/search?q=a&__proto__=b" },
  { url: `/v1/search?q=${"a".repeat(10_001)}` },
  { url: "/v1/status?verbose=1" },
  { url: "/v1/images/0" },
  { url: "/v1/images/-7" },
  { url: "/v1/images/NaN" },
  { url: "/v1/images/7.0" },
  { url: "/v1/images/%00" },
  { url: "/v1/images/%zz" },
  { url: `/v1/images/${"7".repeat(300)}` },
  { url: "/v1/images/7/similar?limit=x" },
  { method: "POST", url: "/v1/similar" },
  { method: "POST", url: "/v1/similar", payload: { path: 5 } },
  { method: "POST", url: "/v1/similar", payload: { path: "/a\u0000b" } },
  { method: "POST", url: "/v1/similar", payload: "", headers: { "content-type": "image/png" } },
  { method: "POST", url: "/v1/similar", payload: "x", headers: { "content-type": "text/html" } },
  { method: "POST", url: "/v1/folders" },
  { method: "POST", url: "/v1/folders", payload: "{", headers: { "content-type": "application/json" } },
  { method: "POST", url: "/v1/folders", payload: "null", headers: { "content-type": "application/json" } },
  {
    method: "POST",
    url: "/v1/folders",
    payload: '{"path":"/a","__proto__":1}',
    headers: { "content-type": "application/json" },
  },
  { method: "POST", url: "/v1/folders", payload: { path: "" } },
  { method: "POST", url: "/v1/folders", payload: { path: ["/a"] } },
  { method: "POST", url: "/v1/folders", payload: { path: "/a", recursive: true } },
  {
    method: "POST",
    url: "/v1/folders",
    payload: "path=/a",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
  { method: "POST", url: "/v1/folders", payload: '{"path":"/a"}', headers: { "content-type": "text/plain" } },
  { method: "DELETE", url: "/v1/folders/all" },
  { method: "POST", url: "/v1/rescan", payload: { folderId: "1" } },
  { method: "POST", url: "/v1/rescan", payload: "[]", headers: { "content-type": "application/json" } },
  { method: "POST", url: "/v1/failures/retry", payload: { fileIds: [1, -2] } },
  { method: "POST", url: "/v1/failures/retry", payload: { fileIds: [1.5] } },
  { url: "/v1/failures?limit=1000" },
];

test("garbage is refused as bad-request, and no service is asked", async (t) => {
  const { app, calls, headers } = startFixture(t);
  for (const request of GARBAGE) {
    const payload = JSON.stringify(request.payload) ?? "";
    await t.test(`${request.method ?? "GET"} ${String(request.url).slice(0, 60)} ${payload}`, async () => {
      assertErrorBody(await app.inject({ ...request, headers: { ...headers, ...request.headers } }), "bad-request");
      assert.deepEqual(calls, []);
    });
  }
});

test("a refusal names what is wrong", async (t) => {
  const { app, headers } = startFixture(t);
  const messageFor = async (url: string) => assertErrorBody(await app.inject({ url, headers })).message;
  assert.equal(await messageFor("/v1/search?q=a&limt=5"), 'Unknown parameter "limt".');
  assert.equal(await messageFor("/v1/search"), 'Missing parameter "q".');
  assert.match(await messageFor("/v1/search?q=a&limit=61"), /limit must be <= 60/);
});

test("JSON larger than JSON ever is, and pictures over 64 MB, are too-large", async (t) => {
  const { app, headers, calls } = startFixture(t);
  const path = "a".repeat(300 * 1024);
  for (const url of ["/v1/folders", "/v1/similar"]) {
    assertErrorBody(await app.inject({ method: "POST", url, payload: { path }, headers }), "too-large");
  }
  const picture = { method: "POST", url: "/v1/similar", headers: { ...headers, "content-type": "image/png" } } as const;
  const limit = 64 * 1024 * 1024;
  assertErrorBody(await app.inject({ ...picture, payload: Buffer.alloc(limit + 1) }), "too-large");
  assert.deepEqual(calls, []);
  assert.equal((await app.inject({ ...picture, payload: Buffer.alloc(limit) })).statusCode, 200);
});

test("unknown paths are not-found; a known path with another method says which one it takes", async (t) => {
  const { app, headers } = startFixture(t);
  for (const url of [
    "/v1",
    "/v1/",
    "/v2/status",
    "/v1/status/",
    "/v1/status/junk",
    "//v1/status",
    "/v1/images/7/file/x",
    "/nope.js",
  ]) {
    assertErrorBody(await app.inject({ url, headers }), "not-found");
  }
  for (const [name, { method, path }] of ALL_ROUTES) {
    const url = path.replace(":id", "7");
    const answer = await app.inject({ method: "PUT", url, headers });
    const error = assertErrorBody(answer, "not-found");
    assert.ok(String(answer.headers.allow).split(", ").includes(method), name);
    assert.match(String(error.hint), new RegExp(`takes .*${method}`));
  }
});

test("HEAD answers like GET without a body, except where looking would use something up", async (t) => {
  const { app, headers } = startFixture(t);
  const head = await app.inject({ method: "HEAD", url: "/v1/status", headers });
  assert.equal(head.statusCode, 200);
  assert.equal(head.body, "");
  for (const url of ["/v1/events", "/open?code=x"]) {
    assert.equal((await app.inject({ method: "HEAD", url, headers })).statusCode, 404);
  }
});

test("every error code of a service keeps its code, status, message and hint", async (t) => {
  let code: ErrorCode = "internal";
  const services = {
    search: async () => {
      throw new AppError(code, `about ${code}`, { hint: `do ${code}` });
    },
  };
  const { app, headers } = startFixture(t, { services });
  for (code of Object.keys(ERROR_STATUS) as ErrorCode[]) {
    const error = assertErrorBody(await app.inject({ url: "/v1/search?q=a", headers }), code);
    assert.deepEqual(error, { code, message: `about ${code}`, hint: `do ${code}` });
  }
});

test("an error without a hint gets the usual next step", async (t) => {
  const { app, headers } = startFixture(t);
  const error = assertErrorBody(await app.inject({ url: "/v1/images/8", headers }), "image-not-found");
  assert.equal(error.hint, NEXT_STEPS["image-not-found"]);
});

test("a bug is answered as internal, without its details", async (t) => {
  const thrown = [
    new Error("SECRET"),
    Object.assign(new Error("SECRET"), { statusCode: 500 }),
    "SECRET",
    undefined,
    null,
  ];
  for (const error of thrown) {
    const fixture = startFixture(t, { services: { search: () => Promise.reject(error) } });
    const answer = await fixture.app.inject({ url: "/v1/search?q=a", headers: fixture.headers });
    assertErrorBody(answer, "internal");
    assert.doesNotMatch(answer.body, /SECRET/);
  }
});

test("answers hold the contract's properties and nothing else", async (t) => {
  const services = { status: () => ({ ...STATUS, secret: "inner", counts: { ...STATUS.counts, secret: 1 } }) };
  const { app, headers } = startFixture(t, { services });
  assert.deepEqual((await app.inject({ url: "/v1/status", headers })).json(), STATUS);
});

test("the OpenAPI document describes every route, its errors and how to get in", async (t) => {
  const { app, headers } = startFixture(t);
  const answer = await app.inject({ url: "/v1/openapi.json", headers });
  const document = answer.json();
  assert.equal(document.openapi, "3.1.0");
  assert.deepEqual(document.security, [{ token: [] }, { page: [] }]);
  assert.deepEqual(document.components.schemas.Error.properties.error.properties.code.enum, Object.keys(ERROR_STATUS));
  for (const [name, { method, path }] of ALL_ROUTES) {
    const operation = document.paths[path.replace(":id", "{id}")]?.[method.toLowerCase()];
    assert.equal(operation?.operationId, name);
    assert.ok(operation.summary.length > 0);
    const { schema } = operation.responses.default.content["application/json"];
    assert.deepEqual(schema, { $ref: "#/components/schemas/Error" });
    assert.deepEqual(operation.security, name === "health" || name === "open" ? [] : undefined, name);
  }
  const count = Object.values<object>(document.paths).flatMap(Object.keys).length;
  assert.equal(count, ALL_ROUTES.length);
  for (const [, name] of answer.body.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[String(name)], `component ${name}`);
  }
});

test("docs/api.md has every route and every error code, and no others", () => {
  const text = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const routes = [...text.matchAll(/^### `(GET|POST|DELETE|PUT|PATCH) (\S+)`/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  assert.deepEqual(routes.sort(), ALL_ROUTES.map(([, { method, path }]) => `${method} ${path}`).sort());
  const codes = [...text.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (.+?) \| (.+?) \|$/gm)];
  const documented = Object.fromEntries(codes.map(([, code, status]) => [code, Number(status)]));
  assert.deepEqual(documented, ERROR_STATUS);
  for (const [, code, , , nextStep] of codes) assert.equal(nextStep, NEXT_STEPS[code as ErrorCode], code);
});

test("embed takes a text, a path or a picture, and nothing in between", async (t) => {
  const { app, headers, calls } = startFixture(t);
  const post = (payload: unknown, type = "application/json") =>
    app.inject({
      method: "POST",
      url: "/v1/embed",
      headers: { ...headers, "content-type": type },
      payload: payload as string,
    });
  assert.deepEqual((await post({ text: "dog" })).json(), { model: "palette", dimension: 2, vector: [0.6, 0.8] });
  assert.equal((await post({ path: "/a.png" })).statusCode, 200);
  assert.equal((await post(Buffer.from("picture"), "image/png")).statusCode, 200);
  assert.deepEqual(
    calls.map(([, what]) => Object.keys(what as object)),
    [["text"], ["path"], ["bytes"]],
  );
  for (const wrong of [{}, { text: "" }, { text: "a", path: "/b" }, { words: "a" }, { text: "a".repeat(10_001) }, []]) {
    assertErrorBody(await post(wrong), "bad-request");
  }
  assertErrorBody(await post("", "image/png"), "bad-request");
});

test("a model is chosen by name; unknown keys and empty names are refused", async (t) => {
  const { app, headers, calls } = startFixture(t);
  const post = (payload: object) => app.inject({ method: "POST", url: "/v1/model", headers, payload });
  assert.deepEqual((await post({ name: "auto" })).json(), STATUS);
  for (const wrong of [{}, { name: "" }, { name: "auto", now: true }])
    assertErrorBody(await post(wrong), "bad-request");
  assert.deepEqual(calls, [["useModel", "auto"]]);
  assert.deepEqual((await app.inject({ url: "/v1/models", headers })).json(), MODELS);
});

// What only a server that really listens shows: events, clients that go away, limits of HTTP itself, and stopping.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { createEventStreams } from "../../daemon/api/event-streams.ts";
import { listen } from "../../daemon/api/listen.ts";
import type { Services } from "../../daemon/api/services.ts";
import { AppError } from "../../daemon/errors.ts";
import type { DaemonEvent } from "../../shared/api.ts";
import { eventually, goLive, STATUS, startFixture } from "./api-fixture.ts";

const codeOf = (answer: { body: string }) => JSON.parse(answer.body).error.code;

/** Collects the text of an answer that does not end. */
function collect(answer: IncomingMessage): { text: string; isClosed: boolean; isComplete: boolean } {
  const seen = { text: "", isClosed: false, isComplete: false };
  answer.setEncoding("utf8").on("data", (chunk: string) => {
    seen.text += chunk;
  });
  answer
    .on("error", () => {})
    .on("close", () => {
      seen.isClosed = true;
      seen.isComplete = answer.complete;
    });
  return seen;
}

const dataOf = (text: string): DaemonEvent[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(String(json)));

/** A search that lasts until its signal is aborted. */
const untilAborted: Services["search"] = (_query, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("an event stream begins with the status, then tells what happens", async (t) => {
  const fixture = startFixture(t);
  const { open } = await goLive(fixture);
  const answer = await open({ path: "/v1/events" });
  assert.equal(answer.headers["content-type"], "text/event-stream; charset=utf-8");
  assert.equal(answer.headers["cache-control"], "no-store");
  const seen = collect(answer);
  await eventually(() => dataOf(seen.text).length === 1, "the status");
  assert.match(seen.text, /event: status\ndata: /);
  fixture.emit({ type: "library", added: 2, removed: 1 });
  await eventually(() => dataOf(seen.text).length === 2, "the library event");
  assert.deepEqual(dataOf(seen.text), [
    { type: "status", status: STATUS },
    { type: "library", added: 2, removed: 1 },
  ]);
  assert.match(seen.text, /event: library\ndata: .*\n\n$/);
});

test("a client that goes away is not sent to any more", async (t) => {
  const fixture = startFixture(t);
  const { open } = await goLive(fixture);
  const answer = await open({ path: "/v1/events" });
  collect(answer);
  await eventually(() => fixture.listeners() === 1, "the subscription");
  answer.destroy();
  await eventually(() => fixture.listeners() === 0, "the end of the subscription");
});

test("at most 32 event streams are open; a closed one makes room", async (t) => {
  const fixture = startFixture(t);
  const { open, ask } = await goLive(fixture);
  const clients = await Promise.all(Array.from({ length: 32 }, () => open({ path: "/v1/events", agent: false })));
  clients.forEach(collect);
  const refused = await ask({ path: "/v1/events" });
  assert.deepEqual([refused.status, codeOf(refused)], [400, "bad-request"]);
  clients[0]?.destroy();
  await eventually(() => fixture.listeners() === 31, "a free place");
  const next = await open({ path: "/v1/events", agent: false });
  assert.equal(next.statusCode, 200);
  collect(next);
});

test("a client that does not read costs a bounded buffer, and misses no status and no sum", async () => {
  let tell: (event: DaemonEvent) => void = () => {};
  const subscribe: Services["subscribe"] = (listener) => {
    tell = listener;
    return () => {};
  };
  const stream = createEventStreams({ status: () => STATUS, subscribe } as Partial<Services> as Services).open();
  stream.read(0);
  for (let i = 1; i <= 20_000; i++) {
    tell({ type: "status", status: { ...STATUS, filesPerSecond: i } });
    tell({ type: "library", added: 1, removed: 2 });
  }
  assert.ok(stream.readableLength < 100_000, `${stream.readableLength} bytes are waiting`);
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const sum = () => dataOf(text).reduce((total, event) => total + (event.type === "library" ? event.added : 0), 0);
  await eventually(() => sum() === 20_000, "the sum of all events");
  const last = dataOf(text).findLast((event) => event.type === "status");
  assert.equal(last?.status.filesPerSecond, 20_000);
  stream.destroy();
});

test("a silent event stream has a heartbeat, which ends with it", async () => {
  const services = { status: () => STATUS, subscribe: () => () => {} } as Partial<Services> as Services;
  const streams = createEventStreams(services, 1);
  const stream = streams.open();
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await eventually(() => text.split(": still here\n\n").length > 3, "three heartbeats");
  streams.closeAll();
  await eventually(() => stream.destroyed, "the end of the stream");
});

test("a search is given up when its client goes away, and not before", async (t) => {
  const given: AbortSignal[] = [];
  const wait: Services["search"] = (query, signal) => {
    given.push(signal);
    return untilAborted(query, signal);
  };
  const similarToPicture: Services["similarToPicture"] = (_picture, _page, signal) => wait({ q: "" }, signal);
  const fixture = startFixture(t, { services: { search: wait, similarToPicture } });
  const { port } = await goLive(fixture);
  const body = "x".repeat(200_000);
  const post = `Content-Type: image/png\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (const [line, rest] of [
    ["GET /v1/search?q=a", "\r\n"],
    ["POST /v1/similar", post],
  ] as const) {
    const socket = connect(port, "127.0.0.1");
    socket.write(`${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${fixture.token}\r\n${rest}`);
    await eventually(() => given.length > 0, `${line} to arrive`);
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(given[0]?.aborted, false, line);
    socket.destroy();
    await eventually(() => given[0]?.aborted === true, `${line} to be given up`);
    given.length = 0;
  }
});

test("a picture that is announced as too large is refused before it is sent", async (t) => {
  const fixture = startFixture(t);
  const { port } = await goLive(fixture);
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.write(
    `POST /v1/similar HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${fixture.token}\r\n` +
      `Content-Type: image/png\r\nContent-Length: ${64 * 1024 * 1024 + 1}\r\n\r\n`,
  );
  await eventually(() => text.includes("too-large"), "the refusal");
  assert.match(text, /^HTTP\/1\.1 413 /);
});

test("the longest query fits in a URL in any script; a longer URL is too-large in the usual shape", async (t) => {
  const fixture = startFixture(t);
  const { ask } = await goLive(fixture);
  const q = "あ".repeat(10_000);
  assert.equal((await ask({ path: `/v1/search?q=${encodeURIComponent(q)}` })).status, 200);
  assert.deepEqual(fixture.calls, [["search", { q }]]);
  const answer = await ask({ path: `/v1/search?q=${"a".repeat(200_000)}` });
  assert.equal(answer.status, 413);
  assert.equal(codeOf(answer), "too-large");
});

test("what is not HTTP is answered in the usual shape, and the connection closed", async (t) => {
  const { port } = await goLive(startFixture(t));
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.write("HELLO\r\n\r\n");
  await eventually(() => socket.destroyed, "the end of the connection");
  assert.match(text, /^HTTP\/1\.1 400 [\s\S]*\{"error":\{"code":"bad-request"/);
});

test("it listens on 127.0.0.1 only", async (t) => {
  const fixture = startFixture(t);
  await goLive(fixture);
  const addresses = fixture.app.addresses().map((address) => (typeof address === "string" ? address : address.address));
  assert.deepEqual(addresses, ["127.0.0.1"]);
});

test("a port that is taken is said so, with how to choose another", async (t) => {
  const { port } = await goLive(startFixture(t));
  await assert.rejects(listen(startFixture(t).app, port), (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "port-taken");
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
    assert.match(String(error.hint), /--port.*REMEME_PORT/);
    return true;
  });
});

test("stopping ends event streams, idle connections and running searches", async (t) => {
  let started = false;
  const search: Services["search"] = (query, signal) => {
    started = true;
    return untilAborted(query, signal);
  };
  const fixture = startFixture(t, { services: { search } });
  const { open, ask, port } = await goLive(fixture);
  const events = collect(await open({ path: "/v1/events" }));
  const idle = connect(port, "127.0.0.1");
  await eventually(() => idle.readyState === "open", "an idle connection");
  const searching = ask({ path: "/v1/search?q=a" });
  await eventually(() => started, "the search");
  await fixture.app.close();
  const answer = await searching;
  assert.deepEqual([answer.status, codeOf(answer)], [503, "stopping"]);
  await eventually(() => events.isClosed && idle.destroyed, "closed connections");
  assert.ok(events.isComplete, "the event stream was ended, not cut");
  assert.equal(fixture.listeners(), 0);
});

test("stopping does not wait for a search that never ends", async (t) => {
  let started = false;
  const search: Services["search"] = () => {
    started = true;
    return new Promise(() => {});
  };
  const fixture = startFixture(t, { services: { search } });
  const { open } = await goLive(fixture);
  const asked = open({ path: "/v1/search?q=a" });
  asked.catch(() => {});
  await eventually(() => started, "the search");
  await fixture.app.close();
  await assert.rejects(asked);
});

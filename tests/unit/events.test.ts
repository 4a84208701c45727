import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvents } from "../../daemon/events.ts";

test("a status that cannot be read is reported, and kills nobody", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let isDamaged = false;
  const reported: unknown[] = [];
  const status = () => {
    if (isDamaged) throw new Error("damaged");
    return { counts: { images: 0 } } as never;
  };
  const events = createEvents(
    status,
    () => 1,
    (error) => reported.push(error),
  );
  const told: string[] = [];
  events.subscribe(({ type }) => told.push(type));
  isDamaged = true;
  events.touch();
  t.mock.timers.tick(1_000);
  assert.equal(reported.length, 1);
  isDamaged = false;
  events.touch();
  t.mock.timers.tick(1_000);
  assert.deepEqual(told, ["status"]);
  events.close();
});

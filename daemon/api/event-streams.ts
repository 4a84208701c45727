// Owns the open event streams: one Readable per client, which holds at most one status and one library event, however slow the
// client is. It knows nothing of HTTP beyond the text format of server-sent events.
import { Readable } from "node:stream";
import type { DaemonEvent } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import type { Services } from "./services.ts";

/** Proxies and browsers drop connections that are silent for half a minute or more. */
const HEARTBEAT_MS = 15_000;
/** A browser allows six connections per host; this many clients are a leak somewhere, not a need. */
const MAX_CLIENTS = 32;
/** How long a browser waits before it connects again. */
const RETRY_MS = 2_000;

export interface EventStreams {
  /** A stream of events that begins with the current status. Throws bad-request when too many are open. */
  open(): Readable;
  /** Ends every stream, so that the server can close. */
  closeAll(): void;
}

type StatusEvent = Extract<DaemonEvent, { type: "status" }>;
type LibraryEvent = Extract<DaemonEvent, { type: "library" }>;

export function createEventStreams(services: Services, heartbeatMs = HEARTBEAT_MS): EventStreams {
  const clients = new Set<Client>();
  return {
    open() {
      if (clients.size >= MAX_CLIENTS) {
        throw new AppError("bad-request", `There are ${MAX_CLIENTS} event streams open already.`, {
          hint: "Close some of the pages or programs that listen for events.",
        });
      }
      const client = openClient(services, heartbeatMs);
      clients.add(client);
      client.stream.once("close", () => clients.delete(client));
      return client.stream;
    },
    closeAll() {
      for (const client of clients) client.end();
    },
  };
}

interface Client {
  readonly stream: Readable;
  end(): void;
}

function openClient(services: Services, heartbeatMs: number): Client {
  let status: StatusEvent | null = { type: "status", status: services.status() };
  let library: LibraryEvent | null = null;
  let preamble = `retry: ${RETRY_MS}\n\n`;
  let isWanted = false;
  let isEnded = false;

  /** Hands over what is waiting; the stream asks again when the client has taken it. */
  function flush(): void {
    const text = preamble + format(library) + format(status);
    if (!isWanted || text === "" || isEnded) return;
    preamble = "";
    library = null;
    status = null;
    isWanted = stream.push(text);
  }

  const unsubscribe = services.subscribe((event) => {
    if (event.type === "status") status = event;
    else
      library = {
        ...event,
        added: event.added + (library?.added ?? 0),
        removed: event.removed + (library?.removed ?? 0),
      };
    flush();
  });
  const heartbeat = setInterval(() => {
    preamble = ": still here\n\n";
    flush();
  }, heartbeatMs);

  const stream = new Readable({
    read() {
      isWanted = true;
      flush();
    },
    destroy(error, done) {
      isEnded = true;
      clearInterval(heartbeat);
      unsubscribe();
      done(error);
    },
  });
  return {
    stream,
    end() {
      isEnded = true;
      stream.push(null);
    },
  };
}

function format(event: DaemonEvent | null): string {
  return event === null ? "" : `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

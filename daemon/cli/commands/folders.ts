// folders: what is watched.
import type { Folder, FolderState } from "../../../shared/api.ts";
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { count, printable, shortPath, table, toJson } from "../output.ts";

const STATES: Readonly<Record<FolderState, string>> = {
  online: "watched",
  scanning: "looking through",
  offline: "not connected",
  denied: "may not be read",
  undecided: "not allowed yet",
};

export const folders = defineCommand({
  name: "folders",
  about: "List the watched folders",
  async run(context, { options }) {
    const { terminal, home, program } = context;
    const list = await (await connect(context)).folders();
    if (options.json) terminal.out(`${toJson({ folders: list })}\n`);
    else if (list.length === 0) terminal.err(`No folder is watched. Add one: ${program} add ~/Pictures\n`);
    else {
      const isTrouble = ({ state }: Folder): boolean => state !== "online" && state !== "scanning";
      const text = table<Folder>(
        terminal,
        [
          { title: "id", align: "right", text: ({ id }) => String(id), paint: (id) => terminal.paint("bold", id) },
          { title: "path", minWidth: 20, cut: "start", text: ({ path }) => shortPath(path, home) },
          {
            title: "state",
            text: ({ state }) => STATES[state],
            paint: (state, folder) => (isTrouble(folder) ? terminal.paint("yellow", state) : state),
          },
          { title: "files", align: "right", text: ({ files }) => count(files) },
          { title: "waiting", align: "right", text: ({ pending }) => count(pending) },
          {
            title: "failed",
            align: "right",
            text: ({ failed }) => count(failed),
            paint: (failed, folder) => (folder.failed > 0 ? terminal.paint("yellow", failed) : failed),
          },
        ],
        list,
      );
      terminal.out(text);
      for (const { path, permission } of list) {
        if (permission === null) continue;
        const { advice, settingsUrl } = permission;
        terminal.err(`${printable(`${shortPath(path, home)}: ${advice}`)}\n`);
        if (settingsUrl !== null) terminal.err(`  open "${settingsUrl}"\n`);
      }
    }
    return "ok";
  },
});

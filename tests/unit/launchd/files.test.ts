import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { agentPlist, LABEL } from "../../../launchd/agent.ts";
import { userUnit } from "../../../launchd/unit.ts";
import { readPlist } from "../../helpers/fake-launchctl.ts";

const ODD = `/Users/Zoë & "Max"/<a> 'b' 100% $HOME \\ x`;
const AGENT = {
  program: [`${ODD}/node`, `${ODD}/main.js`, "--logFile", "/l"],
  workingDirectory: ODD,
  crashLog: `${ODD}/crash.log`,
  environment: { PATH: "/usr/bin:/bin", REMEME_HOME: ODD },
};

test("the property list says what was meant, whatever is in the names", (t) => {
  const text = agentPlist(AGENT);
  const { program, environment } = readPlist(text);
  assert.deepEqual([program, environment], [AGENT.program, AGENT.environment]);
  if (spawnSync("python3", ["--version"]).status !== 0) return t.skip("python3, whose plistlib reads it, is not here");
  const read = "import plistlib,sys,json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  const parsed = JSON.parse(execFileSync("python3", ["-c", read], { input: text, encoding: "utf8" }));
  assert.deepEqual(parsed, {
    Label: LABEL,
    ProgramArguments: AGENT.program,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 30,
    ProcessType: "Standard",
    LowPriorityBackgroundIO: true,
    MaterializeDatalessFiles: false,
    LimitLoadToSessionType: "Aqua",
    WorkingDirectory: ODD,
    Umask: 0o077,
    EnvironmentVariables: AGENT.environment,
    SoftResourceLimits: { NumberOfFiles: 8192 },
    StandardOutPath: AGENT.crashLog,
    StandardErrorPath: AGENT.crashLog,
  });
});

test("the same input gives the same bytes: macOS tells the user of every other file", () => {
  assert.equal(agentPlist(AGENT), agentPlist(structuredClone(AGENT)));
});

test("systemd understands the unit", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "rememe-unit-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const home = join(directory, `a b % $X "q" \\`);
  const unit = userUnit({ ...AGENT, program: [process.execPath, `${home}/main.js`], workingDirectory: "/tmp" });
  assert.match(unit, /^ExecStart=".*" ".*a b %% \$\$X \\"q\\" \\\\\/main\.js"$/m);
  const file = join(directory, "rememe.service");
  writeFileSync(file, unit);
  const { error, status, stderr } = spawnSync("systemd-analyze", ["--user", "verify", file], { encoding: "utf8" });
  if (error) return t.skip("systemd-analyze is not here");
  const complaints = stderr.split("\n").filter((line) => line.includes("rememe.service"));
  assert.deepEqual(complaints, [], `status ${status}`);
});

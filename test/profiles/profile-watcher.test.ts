import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProfileWatcher, type ProfileNotice } from "../../main/profiles/profile-watcher.ts";
import type { FileReading } from "../../main/profiles/watched-file.ts";
import { StandInFile, told } from "./stand-in-file.ts";

const SETTLE_MS = 150;
const GRACE_MS = 2_000;
const POLL_MS = 1_000;

const OLD = "# mine\nMM_MIN_OFFSET_BPS=3\nMM_MAX_OFFSET_BPS=50\n";
const NEW = "# mine\nMM_MIN_OFFSET_BPS=4\nMM_MAX_OFFSET_BPS=60\n";
const BAD = "MM_MIN_OFFSET_BPS=many\n";

function started(overrides: readonly string[] = []) {
  const file = new StandInFile();
  file.write(OLD);
  const notices: ProfileNotice[] = [];
  const watcher = new ProfileWatcher(
    {
      path: "/somewhere/mine.env",
      appliedText: OLD,
      overrides,
      onNotice: (notice) => notices.push(notice),
      settleMs: SETTLE_MS,
      graceMs: GRACE_MS,
      pollMs: POLL_MS,
    },
    file,
  );
  file.pass(5_000);
  return { file, notices, watcher };
}

describe("watching a profile's file", () => {
  it("tells of a change once it has stood, with the profile whole", () => {
    const { file, notices } = started();
    file.write(NEW);
    file.pass(SETTLE_MS);
    expect(notices).toEqual([]);
    file.pass(20);
    expect(told(notices)).toEqual(["changed 4"]);
    expect(notices[0]).toMatchObject({ profile: { name: "mine", text: NEW, isShipped: false } });
    file.pass(10_000);
    expect(notices).toHaveLength(1);
  });

  it("is not put off by being told again of the same content", () => {
    const { file, notices } = started();
    file.write(NEW);
    file.pass(100);
    file.write(NEW);
    file.pass(SETTLE_MS + 20 - 100);
    expect(told(notices)).toEqual(["changed 4"]);
  });

  it("sees a change that the system never told of, within a poll", () => {
    const { file, notices } = started();
    file.write(NEW, { isTold: false });
    file.pass(POLL_MS + SETTLE_MS);
    expect(told(notices)).toEqual(["changed 4"]);
  });

  it("waits for an editor that writes in pieces, however many", () => {
    const { file, notices } = started();
    for (let length = 0; length <= NEW.length; length += 1) {
      file.write(NEW.slice(0, length));
      file.pass(SETTLE_MS - 30);
    }
    expect(notices).toEqual([]);
    file.pass(SETTLE_MS + 20);
    expect(told(notices)).toEqual(["changed 4"]);
  });

  it.each([
    ["empty", ""],
    ["only spacing", "\n\n"],
    ["the beginning of the old one", OLD.slice(0, 27)],
    ["cut in its last line", NEW.slice(0, -2)],
  ])("gives a content that is %s the longer time, and forgets it when the rest comes", (_what, part) => {
    const { file, notices } = started();
    file.write(part);
    file.pass(GRACE_MS - 100);
    file.write(NEW);
    file.pass(GRACE_MS);
    expect(told(notices)).toEqual(["changed 4"]);
  });

  it("takes a doubtful content that stays for what it says", () => {
    const { file, notices } = started();
    file.write("# mine\nMM_MIN_OFFSET_BPS=5");
    file.pass(GRACE_MS + 100);
    file.write("");
    file.pass(GRACE_MS + 100);
    const refusal = "refused /somewhere/mine.env: must set a variable (NAME=value), was empty";
    expect(told(notices)).toEqual(["changed 5", refusal]);
  });

  it("refuses the beginning of the applied text however long it stands, and says what to do", () => {
    for (let length = 1; length < OLD.indexOf("MM_MAX"); length += 1) {
      const { file, notices } = started();
      file.write(OLD.slice(0, length));
      file.pass(GRACE_MS - 100);
      expect(notices).toEqual([]);
      file.pass(10_000);
      expect(told(notices)).toEqual([
        expect.stringMatching(/^refused \/somewhere\/mine\.env: .* was the beginning .* [12] of its 3 lines .*`# end`/),
      ]);
    }
  });

  it("takes the beginning of the applied text where its end said nothing, or where a line says that the end is gone on purpose", () => {
    const { file, notices } = started();
    file.write(OLD.trimEnd());
    file.pass(GRACE_MS + 100);
    file.write("# mine\nMM_MIN_OFFSET_BPS=3\n# end\n");
    file.pass(1_000);
    expect(notices.map((notice) => notice.kind === "changed" && notice.profile.settings.maxOffsetBps)).toEqual([
      50, 100,
    ]);
  });

  const LIMITED = `${NEW}MM_MAX_POSITION_SIZE=0.02\nMM_DRAWDOWN_STOP_ENABLED=true\nMM_BALANCE_USAGE_FACTOR=0.5\n`;

  it("refuses a text without a limit that the applied text assigned, naming each, and takes one that says what is meant", () => {
    const { file, notices } = started();
    file.write(LIMITED);
    file.pass(1_000);
    const rest = "# tuned\nMM_MIN_OFFSET_BPS=7\n#MM_MAX_POSITION_SIZE=0.02\nMM_BALANCE_USAGE_FACTOR=1\n";
    file.write(rest);
    file.pass(GRACE_MS - 100);
    expect(told(notices)).toEqual(["changed 4"]);
    file.pass(10_000);
    file.write(`${rest}MM_MAX_POSITION_SIZE=100\nMM_DRAWDOWN_STOP_ENABLED=false\n`);
    file.pass(1_000);
    const [, refusal, ...more] = told(notices);
    expect(more).toEqual(["changed 7"]);
    expect(refusal?.split("\n")).toEqual([
      expect.stringMatching(
        /mine\.env: MM_MAX_POSITION_SIZE must stay assigned .*\(0\.02 is in force\).*its line is gone/,
      ),
      expect.stringMatching(
        /mine\.env: MM_DRAWDOWN_STOP_ENABLED must stay assigned .*such as MM_DRAWDOWN_STOP_ENABLED=true/,
      ),
    ]);
    expect(notices[1]).toMatchObject({ refusal: { problems: [{ variable: "MM_MAX_POSITION_SIZE", line: null }, {}] } });
  });

  it("refuses any cut of a new text that lost a limit, and takes the whole once it is there", () => {
    const rewritten = LIMITED.replace("=4\n", "=8\n");
    for (let length = 1; length < rewritten.lastIndexOf("=") + 1; length += 7) {
      const { file, notices } = started();
      file.write(LIMITED);
      file.pass(1_000);
      file.write(rewritten.slice(0, length));
      file.pass(10_000);
      file.write(rewritten);
      file.pass(1_000);
      expect(told(notices)).toEqual(["changed 4", expect.stringMatching(/^refused/), "changed 8"]);
    }
  });

  it("refuses a wrong content once, keeps the old, and says when the file agrees again", () => {
    const { file, notices } = started();
    file.write(BAD);
    file.pass(60_000);
    file.write(OLD);
    file.pass(60_000);
    expect(told(notices)).toEqual([
      expect.stringMatching(/^refused \/somewhere\/mine\.env: line 1: MM_MIN_OFFSET_BPS must be .*was "many"/),
      "agrees",
    ]);
  });

  it("goes from a wrong content to a right one", () => {
    const { file, notices } = started();
    file.write(BAD);
    file.pass(1_000);
    file.write(NEW);
    file.pass(1_000);
    expect(told(notices)).toEqual([expect.stringMatching(/^refused/), "changed 4"]);
  });

  it("holds its tongue when the file is replaced, touched or deleted and recreated with the same text", () => {
    const { file, notices } = started();
    file.become({ kind: "absent" });
    file.pass(GRACE_MS - 100);
    file.write(OLD);
    file.pass(10_000);
    expect(notices).toEqual([]);
  });

  it("tells of a file that is gone for longer than the grace, once, and of its return", () => {
    const { file, notices } = started();
    file.become({ kind: "absent" });
    file.pass(GRACE_MS * 5);
    expect(told(notices)).toEqual(["missing"]);
    file.write(OLD);
    file.pass(1_000);
    file.become({ kind: "absent" });
    file.pass(GRACE_MS * 5);
    file.write(NEW);
    file.pass(1_000);
    expect(told(notices)).toEqual(["missing", "agrees", "missing", "changed 4"]);
  });

  it("refuses what cannot be read only when it stays so", () => {
    const { file, notices } = started();
    const broken = { kind: "unreadable", message: "must be text in UTF-8" } as const;
    file.become(broken);
    file.pass(GRACE_MS - 100);
    file.write(NEW);
    file.pass(1_000);
    file.become(broken);
    file.pass(GRACE_MS + 100);
    expect(told(notices)).toEqual(["changed 4", "refused must be text in UTF-8"]);
  });

  it("does not echo what the session saved itself", () => {
    const { file, notices, watcher } = started();
    file.write(NEW);
    watcher.applied(NEW);
    file.pass(10_000);
    expect(notices).toEqual([]);
    file.write(OLD);
    file.pass(10_000);
    expect(told(notices)).toEqual(["changed 3"]);
    file.write(BAD);
    file.pass(1_000);
    file.write(NEW);
    watcher.applied(NEW);
    file.pass(1_000);
    expect(told(notices)).toEqual(["changed 3", expect.stringMatching(/^refused/), "agrees"]);
  });

  it("keeps the command line above the file, and refuses a file that does not go with it", () => {
    const { file, notices } = started(["MM_MIN_OFFSET_BPS=9"]);
    file.write(NEW);
    file.pass(1_000);
    expect(told(notices)).toEqual(["changed 9"]);
    expect(notices[0]).toMatchObject({ profile: { settings: { maxOffsetBps: 60 } } });
    file.write("MM_MAX_OFFSET_BPS=5\n");
    file.pass(1_000);
    expect(told(notices)[1]).toMatch(/^refused .*MM_M(?:IN|AX)_OFFSET_BPS/s);
  });

  it("does without the system's word, and listens again when it can", () => {
    const { file, notices } = started();
    file.loseFolder();
    file.write(NEW);
    file.pass(POLL_MS + SETTLE_MS);
    expect(told(notices)).toEqual(["changed 4"]);
    file.canListen = true;
    file.pass(POLL_MS);
    expect(file.isListening).toBe(true);
  });

  it("reads no more often than it must, whatever the system tells", () => {
    const { file, notices } = started();
    file.reads = 0;
    for (let i = 0; i < 1_000; i += 1) {
      file.write(OLD);
      file.pass(1);
    }
    expect(file.reads).toBeLessThanOrEqual(51);
    expect(notices).toEqual([]);
  });

  it("tells nothing and leaves nothing behind after its end", () => {
    const { file, notices, watcher } = started();
    file.write(NEW);
    watcher.close();
    watcher.close();
    expect(file.timers).toBe(0);
    expect(file.isListening).toBe(false);
    file.pass(10_000);
    expect(notices).toEqual([]);
  });

  it("goes on after a listener that threw, and may be closed by its listener", () => {
    const file = new StandInFile();
    file.write(NEW);
    const notices: ProfileNotice[] = [];
    const watcher = new ProfileWatcher(
      {
        path: "mine.env",
        appliedText: null,
        onNotice: (notice) => {
          notices.push(notice);
          if (notices.length === 1) throw new Error("not today");
          watcher.close();
        },
      },
      file,
    );
    expect(() => file.pass(1_000)).toThrow("not today");
    file.write(OLD);
    file.pass(1_000);
    expect(told(notices)).toEqual(["changed 4", "changed 3"]);
    expect(file.timers).toBe(0);
  });

  const content = fc.oneof(
    fc.constantFrom(OLD, NEW, BAD, "").map((text): FileReading => ({ kind: "text", text })),
    fc.nat(NEW.length).map((length): FileReading => ({ kind: "text", text: NEW.slice(0, length) })),
    fc.constantFrom<FileReading>({ kind: "absent" }, { kind: "unreadable", message: "no" }),
  );
  const script = fc.array(
    fc.record({ content, isTold: fc.boolean(), waitMs: fc.constantFrom(0, 1, 30, 149, 150, 400, 1_999, 2_100, 5_000) }),
    { maxLength: 25 },
  );

  it("never hands on anything but the file as it stands, and ends up where the file does", () => {
    fc.assert(
      fc.property(script, (steps) => {
        const { file, notices } = started();
        let applied = OLD;
        let seen = 0;
        for (const step of [...steps, { content: null, isTold: false, waitMs: GRACE_MS + POLL_MS * 2 }]) {
          if (step.content !== null) file.become(step.content, step);
          file.pass(step.waitMs);
          for (; seen < notices.length; seen += 1) {
            const notice = notices[seen]!;
            if (notice.kind !== "changed") continue;
            expect(file.content).toEqual({ kind: "text", text: notice.profile.text });
            expect(notice.profile.text).not.toBe(applied);
            applied = notice.profile.text;
          }
          expect(file.timers).toBe(1);
        }
        const last = notices.at(-1)?.kind ?? "agrees";
        const end = file.content;
        if (end.kind === "absent") expect(last).toBe("missing");
        else if (end.kind === "text" && end.text === applied) expect(last).toMatch(/changed|agrees/);
        else expect(last).toBe("refused");
      }),
      { numRuns: 1_000 },
    );
  });
});

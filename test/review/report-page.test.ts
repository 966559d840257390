import { describe, expect, it } from "vitest";
import { comparedSession, compare } from "../../main/review/comparison.ts";
import { comparePage } from "../../main/review/page/compare-page.ts";
import { render, tag } from "../../main/review/page/markup.ts";
import { durationText, numberText, signedText } from "../../main/review/page/figure-text.ts";
import { reportPage } from "../../main/review/page/report-page.ts";
import { alert } from "../db/journal-builders.ts";
import { journalOf, reportOf, storedSession } from "./review-builders.ts";

const MID = 1_200_000;
const EVIL = `<script>alert("1")</script><img src=x onerror='1'>`;

describe("the page of a report", () => {
  it("lets nothing of a session become markup", () => {
    const { manifest } = storedSession();
    const stored = storedSession({
      manifest: {
        ...manifest,
        profileName: EVIL,
        overrides: [EVIL],
        sessionId: "s-1",
        rules: { ...manifest.rules, market: EVIL },
      },
    });
    const entries = [alert(1, { message: EVIL }), ...journalOf([{ kind: "second", midHalfTicks: MID }])];
    const report = reportOf(entries, { stored });
    for (const page of [
      reportPage(report),
      comparePage(compare([comparedSession(report)], { filter: EVIL, fitting: 1 }, [])),
    ]) {
      expect(page).not.toContain("<script");
      expect(page).not.toContain("<img");
      expect(page).toContain("&lt;script&gt;");
      expect(page).not.toMatch(/\sstyle=/);
    }
  });

  it("holds for a session in which nothing happened", () => {
    const report = reportOf([]);
    expect(report.result.parts.net).toBe("0");
    expect(report.markouts.rows[0]?.horizons[0]?.meanBps).toBeNull();
    expect(reportPage(report)).toContain("Too short for a picture.");
    expect(comparePage(compare([], { filter: "all sessions", fitting: 0 }, []))).toContain("No session fits.");
  });

  it.each([
    [0, 0, "0"],
    [1234567.891, 2, "1 234 567.89"],
    [-1234.5, 1, "−1 234.5"],
    [-0.00004, 4, "0.0000"],
    [-0, 0, "0"],
    [-0.4, 0, "0"],
    [-0.00005001, 4, "−0.0001"],
    [null, 1, "–"],
  ])("writes %s with %i decimals as %s", (value, decimals, text) => {
    expect(numberText(value, decimals)).toBe(text);
  });

  it.each([
    [0.00004, "0.0000"],
    [-0.00004, "0.0000"],
    [0.00006, "+0.0001"],
    [-0.00006, "−0.0001"],
    [0, "0.0000"],
  ])("writes %s with its sign as %s: what rounds to nothing has none", (value, text) => {
    expect(signedText(value, 4)).toBe(text);
  });

  it.each([
    [0, "0 s"],
    [1_500_000, "1.5 s"],
    [59_999_000, "60 s"],
    [200_000_000, "3 m 20 s"],
    [7_500_000_000, "2 h 05 m"],
    [180_000_000_000, "2 d 02 h"],
  ])("writes %i microseconds as %s", (us, text) => {
    expect(durationText(us)).toBe(text);
  });

  it("escapes attributes and text, and leaves out what is null", () => {
    expect(render(tag("p", { title: `"a"<b>`, id: null }, "1 < 2 & 3", null, ["'x'"]))).toBe(
      '<p title="&quot;a&quot;&lt;b&gt;">1 &lt; 2 &amp; 3&#39;x&#39;</p>',
    );
  });
});

/** The risk stage on the screen, in Chromium: closing the position, latches, and the panel of controls. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { advance, open, openRunning, screenshots, sentBy, useHarness } from "./harness/console-page.ts";
import type { Page } from "playwright-core";

useHarness();

/** A session with a long position of 0.045. */
async function openWithPosition(): Promise<Page> {
  const page = await openRunning({ width: 1600, height: 900 });
  await page.evaluate(() =>
    window.stage.change(
      "result",
      (result) => result && { ...result, position: "0.045", positionNotional: "2700.00", inventoryNorm: 0.45 },
    ),
  );
  await expect.poll(() => page.getByTestId("command-flatten").textContent()).toContain("+0.045");
  return page;
}

describe("flatten", () => {
  test("says on its button what would be closed and how far off its price may be", async () => {
    const page = await openWithPosition();
    expect(await page.getByTestId("command-flatten").textContent()).toContain("+0.045 ≤ 40 bps");
  });

  test("asks with the consequence in numbers; Enter keeps the position, only the button closes it", async () => {
    const page = await openWithPosition();
    await page.keyboard.press("f");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.textContent()).toMatch(
      /SELL 0\.045.*\+45.% of the limit.*40 bps.*at most 3, from 20 bps.*30 s/s,
    );
    await page.screenshot({ path: join(screenshots, "flatten.png") });
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await sentBy(page)).toEqual([]);
    await page.keyboard.press("f");
    await page.getByRole("button", { name: "Close the position" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await sentBy(page)).toEqual(["orders.flatten"]);
  });

  test("shows each attempt, its reach and what is left, and the outcome until it was seen", async () => {
    const page = await openRunning();
    await page.keyboard.press("f");
    await page.getByRole("button", { name: "Close the position" }).click();
    const banner = page.getByTestId("close-out");
    await expect.poll(() => banner.textContent()).toContain("waiting for every cancel");
    await advance(page, 1000);
    await expect.poll(() => banner.textContent()).toMatch(/attempt 1 of 3, reaching 20 bps beyond the best price/);
    await page.screenshot({ path: join(screenshots, "closing.png") });
    await advance(page, 1200);
    await expect.poll(() => banner.textContent()).toMatch(/POSITION CLOSED flat after 2 attempts/);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await banner.waitFor({ state: "detached" });
  });

  test("is loud when the position is still open", async () => {
    const page = await openRunning();
    await page.evaluate(() =>
      window.stage.change(
        "risk",
        (risk) =>
          risk && {
            ...risk,
            closeOut: {
              ...risk.closeOut,
              ...{ phase: "ended", beganUs: 5, attempt: 3, outcome: "attempts_used_up", left: "0.012" },
            },
          },
      ),
    );
    await expect
      .poll(() => page.getByTestId("close-out").textContent())
      .toContain("POSITION NOT CLOSED 0.012 left after 3 attempts: all attempts are used up");
  });

  test("is not offered in a killed session, and does nothing without one", async () => {
    const page = await open();
    await page.keyboard.press("f");
    expect(await page.getByRole("dialog").count()).toBe(0);
    const running = await openRunning();
    await running.evaluate(() =>
      window.stage.change("status", (status) => status && { ...status, tradingState: "KILLED" }),
    );
    await expect.poll(() => running.getByTestId("command-flatten").isDisabled()).toBe(true);
    await running.keyboard.press("f");
    expect(await running.getByRole("dialog").count()).toBe(0);
  });
});

describe("latches", () => {
  test("stand over the screen with reading and bound, and are cleared with a typed reason only", async () => {
    const page = await openRunning({ width: 1600, height: 900 });
    await page.evaluate(() => window.stage.backend.latch("session-loss", "the session has lost 5.02", -5.02, 5));
    const line = page.getByTestId("risk-latch");
    await expect.poll(() => line.textContent()).toMatch(/SESSION LOSS.*the session has lost 5\.02.*−5\.02.*5\.00/);
    await page.screenshot({ path: join(screenshots, "risk-latch.png") });
    await line.getByRole("button").click();
    const clear = page.getByRole("button", { name: "Clear the latch" });
    expect(await page.getByRole("dialog").textContent()).toContain("as much again may be lost");
    await page.screenshot({ path: join(screenshots, "risk-latch-dialog.png") });
    await page.getByLabel("Why is it safe to go on?").fill("  x");
    expect(await clear.isDisabled()).toBe(true);
    await page.getByLabel("Why is it safe to go on?").fill("a fat finger, the feed is sound");
    await clear.click();
    await line.waitFor({ state: "detached" });
    const sent = await page.evaluate(() => window.stage.sent.at(-1));
    expect(sent).toMatchObject([
      "risk.clearLatch",
      { latch: "session-loss", reason: "a fat finger, the feed is sound" },
    ]);
  });

  test("stand there between sessions, too", async () => {
    const page = await open();
    await page.evaluate(() => window.stage.backend.latch("day-loss", "the day has lost 20", -20, 20));
    await advance(page, 1000);
    const line = page.getByTestId("risk-latch");
    await expect.poll(() => line.textContent()).toMatch(/DAY LOSS.*the day has lost 20.*quotes nothing until/);
    await page.screenshot({ path: join(screenshots, "risk-latch-idle.png") });
    await line.getByRole("button").click();
    await page.getByLabel("Why is it safe to go on?").fill("a new day begins");
    await page.getByRole("button", { name: "Clear the latch" }).click();
    await line.waitFor({ state: "detached" });
  });
});

describe("the panel of controls", () => {
  test("shows every control with state, reading, bound and trips, and what was denied", async () => {
    const page = await openRunning({ width: 1600, height: 900 });
    await page.getByRole("button", { name: "Risk" }).click();
    const rows = page.getByTestId("risk-control");
    expect(await rows.count()).toBe(18);
    expect(await page.locator("[data-control=message-budget]").innerText()).toMatch(/clear\s+120\s+600\s+0/);
    expect(await page.getByTestId("risk-denials").textContent()).toContain("largest position ×7");
    await page.screenshot({ path: join(screenshots, "risk-panel.png") });
  });

  test("fits the smallest window, and counts what acts on its tab", async () => {
    const page = await openRunning();
    await page.evaluate(() => window.stage.backend.latch("repeated-execution", "buy", 20, 20));
    await expect.poll(() => page.getByRole("button", { name: /^Risk/ }).textContent()).toBe("Risk1");
    await page.getByRole("button", { name: /^Risk/ }).click();
    await page.screenshot({ path: join(screenshots, "risk-panel-small.png") });
    const isScrolled = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(isScrolled).toBe(false);
  });

  test("tells who changed the profile, what was refused, and where it comes from", async () => {
    const page = await openRunning({ width: 1600, height: 900 });
    await page.evaluate(() =>
      window.stage.change(
        "risk",
        (risk) =>
          risk && {
            ...risk,
            profile: {
              ...{ name: "mine", revision: 3, hash: "ab12cd34".repeat(8) },
              changed: { atUs: 1_790_000_001_000_000, by: "file: mine.env", from: "mine r2", settings: ["MM_X 1 → 2"] },
              refused: { atUs: 1_790_000_002_000_000, by: "file: mine.env", message: "line 4: MM_X must be at most 3" },
            },
          },
      ),
    );
    await page.getByRole("button", { name: "Risk" }).click();
    await expect
      .poll(() => page.getByTestId("risk-profile").textContent())
      .toMatch(
        /mine r3 ab12cd34, .*profiles\/mine\.env, changed .* by file: mine\.env from mine r2, 1 setting refused .*line 4/,
      );
    await page.getByTestId("risk-profile").scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(screenshots, "risk-profile.png") });
  });
});

test("orders that close look like what they are", async () => {
  const page = await openRunning({ width: 1600, height: 900 });
  await page.evaluate(() => {
    const row = {
      id: 9001,
      atUs: 1_790_000_010_000_000,
      slot: "SELL take",
      code: "skip_denied",
      count: 1,
      text: "collar",
    };
    window.stage.emit("decisions", "update", [row]);
    window.stage.change(
      "ladder",
      (ladder) =>
        ladder && {
          ...ladder,
          rows: ladder.rows.map((each, at) =>
            at === Math.floor(ladder.rows.length / 2)
              ? {
                  ...each,
                  own: [{ orderId: 77, side: "sell", level: -1, size: "0.045", status: "in-flight", queueAhead: null }],
                }
              : each,
          ),
        },
    );
  });
  const chip = page.getByText("SELL take 0.045");
  await chip.waitFor();
  expect(await chip.getAttribute("title")).toContain("SELL take: 0.045");
  await chip.click();
  expect(await page.getByRole("grid").locator("[aria-selected=true]").getAttribute("data-slot")).not.toContain("--1");
  await page.screenshot({ path: join(screenshots, "closing-order.png") });
  expect(await page.getByTestId("decisions").locator("[data-side=sell]", { hasText: "SELL take" }).count()).toBe(1);
});

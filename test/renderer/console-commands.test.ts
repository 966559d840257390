/** The operator's commands in Chromium: keys, buttons, confirmations and what comes of them. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  advance,
  commandIds,
  hold,
  open,
  openRunning,
  screenshots,
  sentBy,
  useHarness,
} from "./harness/console-page.ts";

useHarness();

describe("commands by key", () => {
  test("send at once what lowers the risk, and the flip, without a question", async () => {
    const page = await openRunning();
    for (const key of ["p", "c", "r", "g", "Control+k"]) await page.keyboard.press(key);
    expect(await sentBy(page)).toEqual([
      "quoting.pause",
      "orders.cancelAll",
      "quoting.reduceOnly",
      "profiles.flip",
      "risk.kill",
    ]);
    expect(await page.locator("dialog").count()).toBe(0);
  });

  test("each press has a command id of its own", async () => {
    const page = await openRunning();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press("c");
    const ids = await commandIds(page);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  test("a held key is one command", async () => {
    const page = await openRunning();
    for (const key of ["c", "p", "g"]) await hold(page, key);
    expect(await sentBy(page)).toEqual(["orders.cancelAll", "quoting.pause", "profiles.flip"]);
  });

  test("a held Enter on a button is one command", async () => {
    const page = await openRunning();
    await page.getByTestId("command-cancel-all").focus();
    await hold(page, "Enter");
    expect(await sentBy(page)).toEqual(["orders.cancelAll"]);
  });

  test("Space on a button presses the button, elsewhere it re-centres the ladder", async () => {
    const page = await openRunning();
    await page.getByTestId("command-cancel-all").focus();
    await hold(page, "Space");
    expect(await sentBy(page)).toEqual(["orders.cancelAll"]);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    const rows = page.getByTestId("ladder-rows");
    await rows.hover();
    await page.mouse.wheel(0, -300);
    await page.waitForSelector("[data-testid=ladder-rows][data-scrolled=true]");
    await page.keyboard.press("Space");
    await page.waitForSelector("[data-testid=ladder-rows][data-scrolled=false]");
    expect(await sentBy(page)).toHaveLength(1);
  });

  test("letters typed into a field are no commands, kill is one everywhere", async () => {
    const page = await openRunning();
    await page.keyboard.press("Control+k");
    await advance(page, 300);
    await page.getByRole("button", { name: "Clear …" }).click();
    await page.getByLabel("Why is it safe to go on?").fill("");
    await page.keyboard.type("pcrga?");
    expect(await page.getByLabel("Why is it safe to go on?").inputValue()).toBe("pcrga?");
    expect(await sentBy(page)).toEqual(["risk.kill"]);
  });

  test("without a session the keys do nothing", async () => {
    const page = await open();
    for (const key of ["p", "c", "r", "g", "a", "Control+k"]) await page.keyboard.press(key);
    expect(await sentBy(page)).toEqual([]);
  });
});

describe("what came of a command", () => {
  test("stands at its button: waiting, then done", async () => {
    const page = await openRunning();
    await page.evaluate(() => window.stage.answer("orders.cancelAll", { kind: "never" }));
    await page.keyboard.press("c");
    await expect.poll(() => page.getByTestId("outcome-cancel-all").textContent()).toContain("waiting");
    await page.evaluate(() => window.stage.answer("orders.cancelAll", null));
    await page.keyboard.press("c");
    await expect.poll(() => page.getByTestId("outcome-cancel-all").textContent()).toBe("done");
  });

  test("a refusal says why, in words, and stays", async () => {
    const page = await openRunning();
    await page.evaluate(() =>
      window.stage.answer("profiles.flip", {
        kind: "refused",
        code: "stale-revision",
        message: "expected revision 3, was 2",
      }),
    );
    await page.keyboard.press("g");
    const outcome = page.getByTestId("outcome-flip");
    await expect.poll(() => outcome.textContent()).toContain("expected revision 3, was 2");
    await page.screenshot({ path: join(screenshots, "refused.png") });
    await page.getByRole("button", { name: "Dismiss" }).click();
    expect(await outcome.count()).toBe(0);
  });

  test("no answer is told as unknown, not as a refusal", async () => {
    const page = await openRunning();
    await page.evaluate(() => window.stage.answer("risk.kill", { kind: "throws", message: "socket closed" }));
    await page.keyboard.press("Control+k");
    await expect.poll(() => page.getByTestId("outcome-kill").textContent()).toContain("may or may not have happened");
  });
});

describe("confirmations", () => {
  test("resuming states the consequence, and only the confirmation sends it, with the shown revision", async () => {
    const page = await openRunning();
    await page.keyboard.press("p");
    await advance(page, 300);
    await expect.poll(() => page.getByTestId("trading-state").textContent()).toContain("PAUSED");
    await page.keyboard.press("p");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.textContent()).toMatch(/BTC-PERP.*r1.*2 bids, 2 asks.*position/s);
    await page.screenshot({ path: join(screenshots, "resume.png") });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await sentBy(page)).toEqual(["quoting.pause"]);
    await page.keyboard.press("p");
    await page.getByRole("button", { name: "Resume quoting" }).click();
    await dialog.waitFor({ state: "detached" });
    const sent = await page.evaluate(() => window.stage.sent.at(-1));
    expect(sent).toEqual(["quoting.resume", { commandId: expect.any(String) as string, profileRevision: 1 }]);
  });

  test("the Enter that is still held when the question opens does not answer it", async () => {
    const page = await openRunning();
    await page.keyboard.press("p");
    await advance(page, 300);
    await page.getByTestId("command-resume").focus();
    await hold(page, "Enter");
    await page.getByRole("dialog").waitFor();
    expect(await sentBy(page)).toEqual(["quoting.pause"]);
  });

  test("R asks to resume both sides once only reducing is allowed", async () => {
    const page = await openRunning();
    await page.keyboard.press("r");
    await advance(page, 300);
    await expect.poll(() => page.getByTestId("trading-state").textContent()).toContain("REDUCING");
    await page.keyboard.press("r");
    await page.getByRole("dialog").waitFor();
    expect(await sentBy(page)).toEqual(["quoting.reduceOnly"]);
  });

  test("the kill latch is shown with its reason, keeps sessions from starting, and asks for a typed reason", async () => {
    const page = await openRunning();
    await page.keyboard.press("Control+k");
    await advance(page, 300);
    await page.getByTestId("kill-latch").waitFor();
    expect(await page.getByTestId("kill-latch").textContent()).toContain("killed by the operator");
    expect(await page.getByRole("button", { name: "Start session" }).isDisabled()).toBe(true);
    await page.screenshot({ path: join(screenshots, "kill-latch.png") });
    await page.getByRole("button", { name: "Clear …" }).click();
    const clear = page.getByRole("button", { name: "Clear the latch" });
    await page.getByLabel("Why is it safe to go on?").fill(" x ");
    expect(await clear.isDisabled()).toBe(true);
    await page.getByLabel("Why is it safe to go on?").fill("the feed is sound again");
    await clear.click();
    await page.getByTestId("kill-latch").waitFor({ state: "detached" });
    expect(await page.getByRole("button", { name: "Start session" }).isDisabled()).toBe(false);
  });
});

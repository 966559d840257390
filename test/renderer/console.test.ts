/** The screens in Chromium, on a fake backend inside the page, under the console's own content policy. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Harness, type OpenOptions, startHarness, startSession } from "./harness/open-console.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const screenshots = join(import.meta.dirname, "../../test-results/renderer");
let harness: Harness;
let opened: { page: Page; problems: readonly string[] }[] = [];

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  harness = await startHarness();
});
afterAll(() => harness.close());
afterEach(async () => {
  const problems = opened.flatMap((each) => each.problems);
  await Promise.all(opened.map(({ page }) => page.context().close()));
  opened = [];
  expect(problems, "page errors, console errors, refusals of the content policy").toEqual([]);
});

async function open(options?: OpenOptions): Promise<Page> {
  const each = await harness.open(options);
  opened.push(each);
  return each.page;
}

async function openRunning(options?: OpenOptions): Promise<Page> {
  const page = await open(options);
  await startSession(page, 10);
  await page.evaluate(() => {
    (window.stage.sent as unknown[]).length = 0;
  });
  return page;
}

/** Names of the calls that left the console, but for the questions that it asks by itself. */
function sentBy(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    window.stage.sent.map(([name]) => name).filter((name) => name !== "console.hello" && name !== "sessions.page"),
  );
}

function commandIds(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    window.stage.sent.flatMap(([, input]) => (input as { commandId?: string }).commandId ?? []),
  );
}

async function advance(page: Page, ms: number): Promise<void> {
  await page.evaluate((wallMs) => window.stage.backend.advance(wallMs), ms);
}

async function letFramesPass(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** A key held down: one press and the repeats that the keyboard sends after it. */
async function hold(page: Page, key: string, repeats = 5): Promise<void> {
  for (let press = 0; press <= repeats; press += 1) await page.keyboard.down(key);
  await page.keyboard.up(key);
}

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

describe("what is on the screen", () => {
  test("every order state looks different, and nobody knows is loud", async () => {
    const page = await openRunning();
    await page.evaluate(() => {
      const statuses = ["in-flight", "resting", "cancelling", "unresolved"] as const;
      window.stage.change("ladder", (ladder) => {
        if (ladder === null) return null;
        const first = ladder.rows.findIndex((row) => row.bidSize > 0);
        const rows = ladder.rows.map((row, index) => {
          const status = statuses[index - first];
          const own =
            status === undefined
              ? []
              : [
                  {
                    orderId: index,
                    side: "buy" as const,
                    level: 0,
                    size: "0.4",
                    status,
                    queueAhead: status === "resting" ? "1.834" : null,
                  },
                ];
          return { ...row, own };
        });
        return { ...ladder, rows };
      });
    });
    await page.locator("[data-status=unresolved]").first().waitFor();
    const looks = await page.locator("[data-testid=ladder] button[data-status]").evaluateAll((chips) =>
      chips.map((chip) => {
        const style = getComputedStyle(chip);
        return [style.borderTopStyle, style.backgroundColor, style.textDecorationLine].join(" ");
      }),
    );
    expect(looks).toHaveLength(4);
    expect(new Set(looks).size).toBe(4);
    const ladder = page.getByTestId("ladder");
    expect(await ladder.textContent()).toContain("UNRESOLVED");
    expect(await ladder.locator("[data-status=resting]").textContent()).toMatch(/0\.400.*1\.83/);
    await page.screenshot({ path: join(screenshots, "order-states.png") });
  });

  test("an empty slot is never blank: its reason stands beside the ladder", async () => {
    const page = await openRunning();
    await page.keyboard.press("p");
    await advance(page, 1000);
    await expect.poll(() => page.getByTestId("held-lines").textContent()).toContain("paused by the operator");
  });

  test("the chosen slot's price is taken apart, by click and by arrow", async () => {
    const page = await openRunning();
    await page.locator("[data-slot=sell-0]").click();
    const why = page.getByTestId("why");
    expect(await why.textContent()).toContain("SELL 0");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => why.textContent()).toContain("SELL 1");
    for (const part of ["anchor", "offset", "regime", "inventory skew", "trend", "funding", "target", "final"]) {
      expect(await why.textContent()).toContain(part);
    }
  });

  test("the decision feed stands still under the pointer and counts what is newer", async () => {
    const page = await openRunning();
    const feed = page.getByTestId("decisions");
    await feed.locator("tbody tr").first().hover();
    const before = await feed.locator("tbody tr").first().textContent();
    await advance(page, 5000);
    await letFramesPass(page);
    expect(await feed.locator("tbody tr").first().textContent()).toBe(before);
    await expect.poll(() => page.getByTestId("feed-held").textContent()).toMatch(/\d+ newer/);
    await page.mouse.move(5, 5);
    await expect.poll(() => feed.locator("tbody tr").first().textContent()).not.toBe(before);
  });

  test("an alert waits for its acknowledgement by A", async () => {
    const page = await openRunning();
    await page.evaluate(() => {
      for (let id = 1; id <= 200; id += 1) void window.stage.backend.handlers.alerts.acknowledge({ alertId: id });
      window.stage.backend.raiseAlert("critical", "feed", "The book is stale");
    });
    await expect.poll(() => page.getByTestId("alert-prompt").textContent()).toContain("The book is stale");
    await advance(page, 60_000);
    expect(await page.getByTestId("alert-prompt").textContent()).toContain("The book is stale");
    await hold(page, "a");
    expect(await sentBy(page)).toEqual(["alerts.acknowledge"]);
    await advance(page, 200);
    await expect.poll(() => page.getByTestId("alert-prompt").textContent()).not.toContain("The book is stale");
  });

  test("a market that runs to the edge of the ladder flashes it and brings it back to the middle", async () => {
    const page = await openRunning();
    await page.evaluate(() => {
      window.stage.change("ladder", (ladder) => {
        if (ladder === null) return null;
        const shift = 12 * ladder.groupTicks;
        const rows = ladder.rows.map((row) => ({
          ...row,
          ticks: row.ticks + shift,
          price: (Number(row.price) + shift / 10).toFixed(1),
        }));
        return { ...ladder, rows };
      });
    });
    await page.waitForSelector("[data-testid=ladder-rows][data-flashing=true]");
    await page.waitForSelector("[data-testid=ladder-rows][data-flashing=false]");
    const place = await page
      .getByTestId("ladder-row")
      .evaluateAll((rows) => rows.findIndex((row) => row.getAttribute("data-touch") !== null) / rows.length);
    expect(place).toBeGreaterThan(0.35);
    expect(place).toBeLessThan(0.65);
  });

  test("a panel that fails says so and leaves the others and the commands alone", async () => {
    const page = await openRunning();
    await page.evaluate(() => window.stage.change("signals", () => ({ regime: "NORMAL" }) as never));
    await page.evaluate(() => window.stage.change("result", () => ({}) as never));
    await page.getByText("cannot be drawn").first().waitFor();
    await page.keyboard.press("c");
    expect(await sentBy(page)).toEqual(["orders.cancelAll"]);
    expect(await page.getByTestId("ladder-row").count()).toBeGreaterThan(10);
    // React reports the failure that the boundary caught
    (opened[0]!.problems as string[]).length = 0;
  });
});

describe("when the other side is gone", () => {
  test("a banner says so, nothing looks live, and the numbers come back with the connection", async () => {
    const page = await openRunning();
    expect(await page.getByTestId("console").getAttribute("data-live")).toBe("true");
    await page.evaluate(() => window.stage.setConnected(false));
    await page.getByTestId("connection-banner").waitFor();
    expect(await page.getByTestId("connection-banner").textContent()).toContain("Connection to Ballast lost");
    expect(await page.getByTestId("console").getAttribute("data-live")).toBe("false");
    const opacity = await page
      .getByTestId("book-age")
      .locator("[data-number]")
      .evaluate((value) => getComputedStyle(value).opacity);
    expect(Number(opacity)).toBeLessThan(0.7);
    await page.screenshot({ path: join(screenshots, "lost.png") });
    await page.evaluate(() => window.stage.setConnected(true));
    await page.getByTestId("connection-banner").waitFor({ state: "detached" });
    await expect.poll(() => page.getByTestId("console").getAttribute("data-live")).toBe("true");
  });

  test("silence on a standing connection is told too", async () => {
    const page = await openRunning();
    await page.getByTestId("connection-banner").waitFor({ timeout: 10_000 });
    expect(await page.getByTestId("connection-banner").textContent()).toContain("No news");
    await advance(page, 300);
    await page.getByTestId("connection-banner").waitFor({ state: "detached" });
  });
});

describe("starting", () => {
  test("sends the chosen market, seed, profile and speed, once", async () => {
    const page = await open();
    await page.getByText("Alt perpetual").click();
    await page.getByText("legacy", { exact: true }).click();
    await page.locator("input[name=seed]").fill("42");
    await page.locator("input[name=speed]").fill("10");
    await page.locator("input[name=speed]").focus();
    await hold(page, "Enter");
    await page.getByTestId("ladder").waitFor();
    const starts = await page.evaluate(() => window.stage.sent.filter(([name]) => name === "sessions.start"));
    expect(starts).toEqual([
      [
        "sessions.start",
        {
          commandId: expect.any(String) as string,
          source: { kind: "generated", market: "alt", seed: 42 },
          profile: "legacy",
          speed: 10,
        },
      ],
    ]);
  });

  test("offers sound tapes, shows what is wrong with the others, and tells a bad number", async () => {
    const page = await open();
    await page.getByText("checksum differs").waitFor();
    expect(await page.locator("input[value='tape:cut-short.tape']").isDisabled()).toBe(true);
    await page.locator("input[name=speed]").fill("1000");
    expect(await page.getByTestId("start").textContent()).toContain("Speed is a number from 0.1 to 100");
    expect(await page.getByRole("button", { name: "Start session" }).isDisabled()).toBe(true);
  });

  test("lists how past sessions ended and announces a crash", async () => {
    const page = await openRunning();
    await page.evaluate(() => window.stage.backend.crashSession());
    await page.getByTestId("past-session").waitFor();
    expect(await page.getByTestId("past-session").textContent()).toContain("crashed");
    expect(await page.getByTestId("last-end").textContent()).toContain("crashed");
  });
});

describe("the window", () => {
  test.each([
    ["dark", 1280, 720],
    ["light", 1280, 720],
    ["dark", 1920, 1080],
    ["light", 1920, 1080],
  ] as const)("%s at %i x %i holds everything without scrolling the page", async (theme, width, height) => {
    const page = await open({ theme, width, height });
    await page.screenshot({ path: join(screenshots, `start-${theme}-${width}.png`) });
    await startSession(page, 120);
    await letFramesPass(page);
    const size = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
    }));
    expect(size).toEqual({ width, height });
    const outside = await page
      .locator("section, footer, header, footer button")
      .evaluateAll(
        (elements) =>
          elements
            .map((element) => element.getBoundingClientRect())
            .filter(
              (box) =>
                box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.width === 0 || box.height === 0,
            ).length,
      );
    expect(outside).toBe(0);
    await page.screenshot({ path: join(screenshots, `running-${theme}-${width}.png`) });
  });

  test.each([
    [1280, 720],
    [1920, 1080],
  ])("at 200 % zoom of %i x %i nothing is cut off sideways and kill stays in reach", async (width, height) => {
    const page = await open({ width, height, zoom: 2 });
    await startSession(page, 30);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width / 2);
    const kill = await page.getByTestId("command-kill").boundingBox();
    expect(kill!.y + kill!.height).toBeLessThanOrEqual(height / 2);
    await page.screenshot({ path: join(screenshots, `zoom-${width}.png`) });
  });

  test("the theme is switched by its button and kept", async () => {
    const page = await open({ theme: "dark" });
    await page.getByRole("button", { name: "Light or dark" }).click();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("light");
    await page.reload();
    await page.waitForSelector("[data-testid=console]");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("light");
  });
});

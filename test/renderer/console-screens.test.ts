/** The screens in Chromium, on a fake backend inside the page, under the console's own content policy. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  advance,
  forgiveProblems,
  hold,
  letFramesPass,
  open,
  openRunning,
  screenshots,
  sentBy,
  useHarness,
} from "./harness/console-page.ts";
import { startSession } from "./harness/open-console.ts";

useHarness();

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
    forgiveProblems();
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

  test("lists past sessions a page at a time, says how many there are, and goes on to the oldest", async () => {
    const page = await open();
    await page.evaluate(async () => {
      const { backend } = window.stage;
      // Each session makes the console ask again; only the last answer is of interest
      window.stage.answer("sessions.page", { kind: "never" });
      for (let session = 0; session < 130; session += 1) {
        if (session === 129) window.stage.answer("sessions.page", null);
        await backend.handlers.sessions.start({
          commandId: "harness-start",
          source: { kind: "generated", market: "btc", seed: 7 },
          profile: session % 2 === 0 ? "crypto" : "legacy",
          speed: 1,
        });
        backend.advance(1000);
        await backend.handlers.sessions.stop({ commandId: "harness-stop" });
      }
    });
    // 130 sessions are made in this page
    const patient = { timeout: 20_000 };
    const rows = page.getByTestId("past-session");
    const counted = () => page.getByTestId("past-count").textContent();
    await expect.poll(counted, patient).toBe("newest 100 of 130");
    await page.getByRole("button", { name: "Older" }).press("Enter");
    await expect.poll(() => rows.count(), patient).toBe(130);
    expect(await counted()).toBe("130");
    expect(await page.getByRole("button", { name: "Older" }).count()).toBe(0);
    await page.getByLabel("Profile that the sessions began with").selectOption("legacy");
    await expect.poll(counted, patient).toBe("65 that fit (130 in all)");
    expect(await rows.count()).toBe(65);
    await page.screenshot({ path: join(screenshots, "past-sessions.png") });
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

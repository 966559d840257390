/** The signals panel in Chromium, on a fake backend inside the page. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { advance, letFramesPass, openRunning, screenshots, useHarness } from "./harness/console-page.ts";

useHarness();

test("shows every signal whole, with its hint and its line, also in a narrow window", async () => {
  const page = await openRunning();
  await page.getByRole("button", { name: "Signals", exact: true }).click();
  await advance(page, 150_000);
  await letFramesPass(page);
  const panel = page.getByTestId("market-signals");
  const rows = panel.getByTestId("signal");
  expect(await rows.count()).toBe(17);
  expect(await rows.filter({ hasText: "order flow" }).getAttribute("title")).toContain("Cont, Kukanov and Stoikov");
  expect(await panel.locator("svg path").count()).toBeGreaterThan(10);
  await panel.screenshot({ path: join(screenshots, "signals.png") });
  for (const width of [1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const cut = await panel
      .locator("b[data-number]")
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      );
    expect(cut, `at ${width} px`).toEqual([]);
  }
});

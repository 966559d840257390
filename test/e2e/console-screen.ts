/** The console's screen in the operator's words, so that a spec names what is done and not where it stands in the page. */
import type { Locator, Page } from "playwright-core";
import { vi } from "vitest";

const WAIT = { timeout: 30_000, interval: 50 };

export interface SlotOnScreen {
  readonly slot: string;
  readonly price: string;
  readonly decision: string;
}

export class ConsoleScreen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async startSession(options: { readonly profile: string; readonly speed: string }): Promise<void> {
    await this.page.getByText(options.profile, { exact: true }).first().click();
    await this.page.getByRole("button", { name: options.speed, exact: true }).click();
    await this.page.getByRole("button", { name: "Start session" }).click();
    await this.waitForState("ACTIVE");
  }

  command(kind: string): Locator {
    return this.page.getByTestId(`command-${kind}`);
  }

  /** The strip at the top, as text. */
  async strip(): Promise<string> {
    return (await this.page.locator("header").first().innerText()).replaceAll(/\s+/g, " ");
  }

  async waitForState(state: string): Promise<void> {
    await vi.waitFor(async () => {
      const strip = await this.strip();
      if (!strip.includes(state)) throw new Error(`the strip must say ${state}, was "${strip}"`);
    }, WAIT);
  }

  async slots(): Promise<SlotOnScreen[]> {
    const rows = await this.page.getByRole("grid").locator("tbody tr").all();
    const cells = await Promise.all(rows.map((row) => row.locator("td").allInnerTexts()));
    return cells.map((texts) => ({ slot: texts[0] ?? "", price: texts[1] ?? "", decision: texts.at(-1) ?? "" }));
  }

  /** Slots that show a price, that is, hold an own order. */
  async quoted(): Promise<SlotOnScreen[]> {
    return (await this.slots()).filter(({ price }) => /\d/.test(price));
  }

  async waitForQuotes(atLeast: number): Promise<void> {
    await this.#waitForQuoted((count) => count >= atLeast, `at least ${atLeast}`);
  }

  async waitForNoQuotes(): Promise<void> {
    await this.#waitForQuoted((count) => count === 0, "none");
  }

  #waitForQuoted(isEnough: (count: number) => boolean, expected: string): Promise<void> {
    return vi.waitFor(async () => {
      const quoted = await this.quoted();
      if (!isEnough(quoted.length)) throw new Error(`quotes must be ${expected}, was ${JSON.stringify(quoted)}`);
    }, WAIT);
  }
}

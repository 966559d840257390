import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMoney } from "../../main/kernel/values/market-rules.ts";
import { money } from "../../main/kernel/values/units.ts";
import { DEFAULT_COLLATERAL } from "../../main/venues/simulated/venue-account.ts";
import { VenueBook } from "../../main/venues/simulated/venue-book.ts";
import { generatedSession, SESSION_START_US } from "../support/kernel-session.ts";

const MARKET_EVENTS = new Set(["book-snapshot-received", "book-delta-received", "feed-disconnected", "trade-printed"]);

test("whenever the venue tells the account, its equity is the collateral and what the kernel's ledger makes of it", () => {
  const collateral = parseMoney(DEFAULT_COLLATERAL);
  let compared = 0;
  fc.assert(
    fc.property(
      fc.constantFrom("legacy" as const, "crypto" as const),
      fc.constantFrom("mixed" as const, "volatile" as const, "gaps" as const),
      fc.nat(10_000),
      // Funding falls due on the hour: half of the sessions cross one
      fc.constantFrom(SESSION_START_US, Math.ceil(SESSION_START_US / 3.6e9) * 3.6e9 - 20_000_000),
      (profile, scenario, seed, startUs) => {
        const changes = { offsetMode: "dynamic", minOffsetBps: 0.2, maxOffsetBps: 0.5 } as const;
        const session = generatedSession({ profile, scenario, seed, startUs, changes, market: "alt" });
        const book = new VenueBook();
        session.observe((event) => {
          if (MARKET_EVENTS.has(event.type)) book.apply(event as Parameters<VenueBook["apply"]>[0]);
          if (event.type !== "account-updated") return;
          const { ledger } = session.kernel;
          expect(event.equity).toBe(money(collateral + ledger.parts(book.markHalfTicks ?? 0).net));
          expect(event.markTicks === null).toBe(ledger.positionLots === 0);
          if (ledger.positionLots !== 0) compared += 1;
        });
        session.advance(startUs + 40_000_000, 1e6);
      },
    ),
    { numRuns: 24 },
  );
  expect(compared).toBeGreaterThan(50);
});

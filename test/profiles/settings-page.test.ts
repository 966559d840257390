import { expect, it } from "vitest";
import { settingsPage } from "../../main/profiles/settings-page.ts";

it("docs/settings.md is what the schema says (vitest -u on this file writes it anew)", async () => {
  await expect(settingsPage()).toMatchFileSnapshot("../../docs/settings.md");
});

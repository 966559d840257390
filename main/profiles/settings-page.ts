import { rulesInWords } from "../kernel/settings/cross-rules.ts";
import { SETTING_GROUPS, type SettingGroup } from "../kernel/settings/setting-row.ts";
import { CREDENTIAL_NAMES, SETTING_KEYS, settingRow } from "../kernel/settings/settings-schema.ts";
import { explanationOf, type SettingExplanation } from "./profile-report.ts";

const HEAD = `# Settings

<!-- Made from the settings schema (main/kernel/settings) by \`npx vitest run test/profiles/settings-page.test.ts -u\`. Change the schema, not this page. -->

A profile is an env file of \`MM_*\` variables. What it does not set has its default. A value outside its bounds, a rule between settings
that does not hold, a name set twice or a line that is no assignment refuses the whole profile, with the line, and the old one stays.
A value outside the safe range, or an unknown name, is accepted with a warning.

Numbers are plain decimals of at most 15 significant digits, without exponent; flags are \`true\`, \`false\`, \`1\` or \`0\`; names of choices may be
in any case. *Effect* says when a change in a running session takes hold: **live** at the next event, **restart** at the next start of a session,
**immutable** never (it is refused). *Profile* says which market profile looks at it. \`ballast profile explain MM_X\` prints the same.

Two profiles ship, \`legacy\` and \`crypto\`. They set every variable that they use; where they differ from the default the variable's entry says so.
`;

/** The settings page, whole: docs/settings.md must equal it. */
export function settingsPage(): string {
  const rules = rulesInWords().map(({ text }) => `* \`${text}\``);
  const secrets = CREDENTIAL_NAMES.map((name) => `\`${name}\``).join(", ");
  return [
    HEAD,
    "## Rules between settings\n",
    `${rules.join("\n")}\n`,
    "## Secrets\n",
    `${secrets}, and whatever else is named like a key, a secret or a passphrase, are refused in a profile: they live in the vault.\n`,
    ...groups().map(groupSection),
  ].join("\n");
}

function groups(): readonly SettingGroup[] {
  return Object.keys(SETTING_GROUPS) as readonly SettingGroup[];
}

function groupSection(group: SettingGroup): string {
  const explanations = SETTING_KEYS.filter((key) => settingRow(key).group === group).map(explanationOf);
  const table = [
    "| Variable | Default | Unit | Must be | Safe range | Effect | Profile |",
    "|---|---|---|---|---|---|---|",
    ...explanations.map(tableRow),
  ];
  return [`## ${SETTING_GROUPS[group]}\n`, `${table.join("\n")}\n`, ...explanations.map(entry)].join("\n");
}

function tableRow(explanation: SettingExplanation): string {
  const { variable, unit, safeRange, takesEffect, usedBy } = explanation;
  const bounds = explanation.bounds.replaceAll("|", "or");
  const cells = [`[${variable}](#${variable.toLowerCase()})`, defaultText(explanation), unit, bounds, safeRange];
  return `| ${[...cells, takesEffect, usedBy].join(" | ")} |`;
}

function defaultText({ defaults: { legacy, crypto } }: SettingExplanation): string {
  return legacy === crypto ? `\`${legacy}\`` : `\`${legacy}\` (crypto: \`${crypto}\`)`;
}

function entry(explanation: SettingExplanation): string {
  const { variable, meaning, tradeOff, tuning, defaults, shipped } = explanation;
  const others = (["legacy", "crypto"] as const)
    .filter((profile) => shipped[profile] !== null && shipped[profile] !== defaults[profile])
    .map((profile) => `\`${profile}\` has \`${shipped[profile]}\``);
  const parts = [
    meaning,
    tradeOff === "" ? "" : `*Trade-off:* ${tradeOff}`,
    tuning === "" ? "" : `*Tuning:* ${tuning}`,
    others.length === 0 ? "" : `*Shipped:* ${others.join(", ")}.`,
  ];
  return `### ${variable}\n\n${parts.filter((part) => part !== "").join("\\\n")}\n`;
}
